import { gzipSync } from 'node:zlib';
import { concatBytes, patched, u16le, u32le, utf8, zeroPadded } from './bytes.ts';
import { programBytes } from './contents.ts';
import { forgePe, SECTION_FLAGS } from './pe.ts';

/**
 * Writes a 32-bit ARM zImage with the PE header of its EFI stub (Linux arch/arm/boot/compressed/head.S, efi-header.S,
 * vmlinux.lds.S): the header at 0x24, a table with the place of the decoded size, a gzip kernel before that place.
 */
export function forgeZimage(spec: ZimageSpec): Uint8Array {
  const kernel = programBytes(spec.kernelBytes ?? 0x4000, 41);
  const piggy = Uint8Array.from(gzipSync(kernel, { level: 9 })); // its last 4 bytes are the decoded size
  const tableAt = HEADERS + CODE_BYTES;
  const tailAt = tableAt + TABLE_BYTES + piggy.length - 4;
  const table = concatBytes(u32le(4), utf8('KLSZ'), u32le(spec.tailOffset ?? tailAt), u32le(0x1000), u32le(0));
  const text = concatBytes(programBytes(CODE_BYTES, 42), table, piggy);
  const file = forgePe({
    machine: 'arm',
    format: 'PE32',
    dosHeader: header(tableAt),
    sections: [
      { name: '.text', data: text, characteristics: SECTION_FLAGS.code },
      { name: '.data', data: programBytes(0x100, 43), characteristics: SECTION_FLAGS.data },
    ],
    sizeOfHeaders: HEADERS,
    numberOfDirectories: 6,
    imageVersion: [3, 0],
    characteristics: 0x306,
    dllCharacteristics: 0,
  });
  const sized = patched(file, END_AT, u32le(spec.endAddress ?? file.length));
  return spec.efi === 'without' ? patched(sized, 0, concatBytes(u32le(NOP), u32le(NOP))) : sized;
}

/** A zImage to be written. */
export interface ZimageSpec {
  /** Size of the decoded kernel, default 0x4000. */
  readonly kernelBytes?: number;
  /** What the header says of its end; the image starts at 0. Default the size of the file. */
  readonly endAddress?: number;
  /** Where the table says that the decoded size stands. */
  readonly tailOffset?: number;
  /** Leaves `MZ` out, as a kernel without EFI stub does. */
  readonly efi?: 'without';
}

const HEADERS = 0x1000;
const CODE_BYTES = 0x400;
const TABLE_BYTES = 20;
const END_AT = 0x2c;
/** `mov r0, r0`. */
const NOP = 0xe1a00000;

function header(tableAt: number): Uint8Array {
  const start = concatBytes(utf8('MZ'), u16le(0xe225), u32le(0xe2255a4d)); // eor r5, r5, #0x4d000 and back
  const branch = zeroPadded(start, 0x24);
  return concatBytes(
    branch,
    u32le(0x016f2818),
    u32le(0),
    u32le(0),
    u32le(0x04030201),
    u32le(0x45454545),
    u32le(tableAt),
  );
}
