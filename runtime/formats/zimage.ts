import type { Finding } from '../bytes/format-error.ts';
import { type Reader, readerOf } from '../bytes/reader.ts';
import type { EfiDetail } from './efi-detail.ts';
import type { PeImage } from './pe-image.ts';
import type { Claim } from './regions.ts';

/** Whether a 32-bit ARM zImage starts here, with an EFI header or without (Linux arch/arm/boot/compressed/head.S). */
export function isZimage(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_SIZE && readerOf(bytes, '').u32(MAGIC_AT) === ZIMAGE_MAGIC;
}

/**
 * Reads the header of a 32-bit ARM zImage (Linux arch/arm/boot/compressed/head.S, efi-header.S, vmlinux.lds.S).
 *
 * ```
 * 0x24 magic  0x28 start  0x2c end  0x30 endianness  0x34 45 45 45 45: 0x38 is a table  0x3c PE offset
 * table: 4, KLSZ, offset of the decoded size, size of .bss
 * ```
 * The header says where the compressed kernel ends, behind which its decoded size stands, but not where it starts: only
 * the code knows. So the kernel in it is no layer. A device tree may be appended behind the end (Linux
 * `ARM_APPENDED_DTB`).
 *
 * @returns null for any other program.
 */
export function zimageDetail(pe: PeImage): EfiDetail | null {
  const { bytes, layer } = pe;
  if (!isZimage(bytes)) return null;
  const reader = readerOf(bytes, layer);
  const [start, end] = [reader.u32(START_AT), reader.u32(END_AT)];
  const tail = decodedSizeAt(reader);
  const header = {
    format: 'zImage',
    start: `0x${start.toString(16)}`,
    image_bytes: end - start,
    endianness: reader.u32(ENDIANNESS_AT) === BIG_ENDIAN ? 'big' : 'little',
    ...(tail === null ? {} : { decoded_size: reader.u32(tail) }),
  };
  const claims: Claim[] = tail === null ? [] : [{ range: [tail, tail + 4], role: 'size-tail', name: 'decoded size' }];
  return { header, claims, findings: checkEnd(pe, end - start) };
}

const HEADER_SIZE = 0x40;
const MAGIC_AT = 0x24;
const START_AT = 0x28;
const END_AT = 0x2c;
const ENDIANNESS_AT = 0x30;
const EXTENSION_AT = 0x34;
const ZIMAGE_MAGIC = 0x016f2818;
const EXTENSION_MAGIC = 0x45454545;
/** 0x04030201 as a big-endian kernel stores it. */
const BIG_ENDIAN = 0x01020304;
/** `KLSZ`. */
const SIZE_TAG = 0x5a534c4b;

/** Where the decoded size stands; null when the header has no table, or one that leads nowhere. */
function decodedSizeAt(reader: Reader): number | null {
  const { length } = reader.bytes;
  if (reader.u32(EXTENSION_AT) !== EXTENSION_MAGIC) return null;
  const table = reader.u32(EXTENSION_AT + 4);
  if (table + 16 > length || reader.u32(table + 4) !== SIZE_TAG) return null;
  const at = reader.u32(table + 8);
  return at >= HEADER_SIZE && at + 4 <= length ? at : null;
}

function checkEnd({ bytes, layer }: PeImage, imageBytes: number): readonly Finding[] {
  if (imageBytes > 0 && imageBytes <= bytes.length) return [];
  const text = `the zImage is said to have ${imageBytes} bytes, but the file has ${bytes.length}`;
  return [{ code: 'zimage-out-of-file', text, layer, offsetBytes: START_AT, lengthBytes: 8 }];
}
