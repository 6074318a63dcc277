import { gzipSync } from 'node:zlib';
import { alignedBytes, concatBytes, u16le, u32le, u64le, utf8 } from './bytes.ts';
import { compress, type ForgeCodec } from './compress.ts';
import { programBytes } from './contents.ts';
import { forgePe, type PeSectionSpec, SECTION_FLAGS } from './pe.ts';

/**
 * Writes an x86 bzImage with its setup header and PE header.
 *
 * Layout: Linux `arch/x86/boot/header.S` and `Documentation/arch/x86/boot.rst`, protocol 2.15. The payload is an ELF
 * file, compressed and followed by its uncompressed size in four bytes, which `payload_length` counts
 * (`arch/x86/boot/compressed/mkpiggy.c`); gzip ends in that size already and gets no second one.
 */
export function forgeBzImage(spec: BzImageSpec): Uint8Array {
  const kernel = spec.vmlinux ?? forgeElf(0x6000, spec.seed ?? 3);
  const payload = spec.encoded ?? encodedKernel(kernel, spec.compression ?? 'gzip');
  const startup = programBytes(PAYLOAD_OFFSET, spec.seed ?? 3);
  const text = alignedBytes(concatBytes(startup, payload), 0x1000);
  const data = programBytes(0x200, (spec.seed ?? 3) + 2);
  const sbat: readonly PeSectionSpec[] = spec.sbat === undefined ? [] : [{ name: '.sbat', data: utf8(spec.sbat) }];
  const file = forgePe({
    machine: spec.arch === 'ia32' ? 'x86' : 'x64',
    format: spec.arch === 'ia32' ? 'PE32' : 'PE32+',
    dosHeader: concatBytes(utf8('MZ'), new Uint8Array(0x36), u32le(0x818223cd)), // LINUX_PE_MAGIC at 0x38
    sections: [
      { name: '.setup', data: programBytes(SETUP_BYTES, 5), characteristics: SECTION_FLAGS.discardableData },
      { name: '.text', data: text, characteristics: SECTION_FLAGS.code },
      ...sbat,
      { name: '.data', data, virtualSize: 0x3000, characteristics: SECTION_FLAGS.data },
    ],
    sizeOfHeaders: HEADER_BYTES,
    numberOfDirectories: 6,
    imageVersion: [3, 0],
  });
  file.set(setupHeader(spec, payload.length, kernel.length), SETUP_HEADER_OFFSET);
  if (spec.kernelVersion !== undefined) file.set(utf8(`${spec.kernelVersion}\0`), KERNEL_VERSION_OFFSET);
  return file;
}

/** A bzImage to be written. */
export interface BzImageSpec {
  /** The ELF kernel; default a made-up one. */
  readonly vmlinux?: Uint8Array;
  /** Default gzip. */
  readonly compression?: ForgeCodec;
  /** Bytes to store as the payload, size tail included, instead of compressing `vmlinux`. */
  readonly encoded?: Uint8Array;
  readonly payloadOffset?: number;
  readonly payloadLength?: number;
  /** Contents of a `.sbat` section. */
  readonly sbat?: string;
  /** What `file` shows, such as `6.14.0 (builder@host) #1 SMP`; default none. */
  readonly kernelVersion?: string;
  /** Default x86-64; `ia32` writes a 32-bit kernel. */
  readonly arch?: 'x86-64' | 'ia32';
  /** Protocol version, default 0x020f. */
  readonly protocol?: number;
  readonly seed?: number;
}

/** A 64-bit ELF executable of made-up code: header, one loadable segment (System V ABI, chapter 4). */
export function forgeElf(sizeBytes: number, seed: number): Uint8Array {
  const header = concatBytes(
    Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0),
    new Uint8Array(8),
    concatBytes(u16le(2), u16le(62), u32le(1)), // executable, x86-64, version 1
    concatBytes(u64le(0x1000000), u64le(64), u64le(0)), // entry, program headers, no section headers
    concatBytes(u32le(0), u16le(64), u16le(56), u16le(1), u16le(64), u16le(0), u16le(0)),
  );
  const segment = concatBytes(
    concatBytes(u32le(1), u32le(5)), // PT_LOAD, readable and executable
    concatBytes(u64le(0x1000), u64le(0x1000000), u64le(0x1000000)),
    concatBytes(u64le(sizeBytes), u64le(sizeBytes), u64le(0x1000)),
  );
  return concatBytes(alignedBytes(concatBytes(header, segment), 0x1000), programBytes(sizeBytes, seed));
}

/** A 32-bit ELF executable of made-up code (System V ABI, chapter 4, class 1). */
export function forgeElf32(sizeBytes: number, seed: number): Uint8Array {
  const header = concatBytes(
    Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0),
    new Uint8Array(8),
    concatBytes(u16le(2), u16le(3), u32le(1)), // executable, Intel 80386, version 1
    concatBytes(u32le(0x1000000), u32le(52), u32le(0)), // entry, program headers, no section headers
    concatBytes(u32le(0), u16le(52), u16le(32), u16le(1), u16le(40), u16le(0), u16le(0)),
  );
  const segment = concatBytes(
    concatBytes(u32le(1), u32le(0x1000), u32le(0x1000000), u32le(0x1000000)), // PT_LOAD and where
    concatBytes(u32le(sizeBytes), u32le(sizeBytes), u32le(5), u32le(0x1000)),
  );
  return concatBytes(alignedBytes(concatBytes(header, segment), 0x1000), programBytes(sizeBytes, seed));
}

const HEADER_BYTES = 0x1000;
const SETUP_BYTES = 0x3000;
const SETUP_HEADER_OFFSET = 0x1f1;
/** In `.setup`, behind the headers; the header counts from 0x200. */
const KERNEL_VERSION_OFFSET = 0x3000;
/** Where the payload stands behind the start of the protected-mode code. */
const PAYLOAD_OFFSET = 0x2c4;

function encodedKernel(kernel: Uint8Array, codec: ForgeCodec): Uint8Array {
  if (codec === 'gzip') return Uint8Array.from(gzipSync(kernel, { level: 9 }));
  return concatBytes(compress(codec, kernel), u32le(kernel.length));
}

/** boot.rst, "Details of Header Fields": the bytes from 0x1f1 on. */
function setupHeader(spec: BzImageSpec, payloadBytes: number, kernelBytes: number): Uint8Array {
  const setupSectors = (HEADER_BYTES + SETUP_BYTES) / 512 - 1;
  const version = spec.kernelVersion === undefined ? 0 : KERNEL_VERSION_OFFSET - 0x200;
  return concatBytes(
    Uint8Array.of(setupSectors),
    concatBytes(u16le(0), u32le(0), u16le(0), u16le(0xffff), u16le(0)), // 0x1f2 root_flags … root_dev
    u16le(0xaa55), // 0x1fe boot_flag
    Uint8Array.of(0xeb, 0x6a), // 0x200 jump
    utf8('HdrS'),
    u16le(spec.protocol ?? 0x020f),
    concatBytes(u32le(0), u16le(0x1000), u16le(version)), // 0x208 realmode_swtch, start_sys_seg, kernel_version
    Uint8Array.of(0, 1), // 0x210 type_of_loader, loadflags: LOADED_HIGH
    concatBytes(u16le(0x8000), u32le(0x100000), u32le(0), u32le(0), u32le(0)), // 0x212 setup_move_size … bootsect_kludge
    concatBytes(u16le(0), Uint8Array.of(0, 0), u32le(0)), // 0x224 heap_end_ptr … cmd_line_ptr
    concatBytes(u32le(0x7fffffff), u32le(0x200000)), // 0x22c initrd_addr_max, kernel_alignment
    Uint8Array.of(1, 0x15), // 0x234 relocatable_kernel, min_alignment
    u16le(spec.arch === 'ia32' ? 0x04 : 0x7f), // 0x236 xloadflags: 64-bit, loadable above 4 GiB, EFI handover
    concatBytes(u32le(2047), u32le(0), u64le(0)), // 0x238 cmdline_size, hardware_subarch, …_data
    u32le(spec.payloadOffset ?? PAYLOAD_OFFSET), // 0x248
    u32le(spec.payloadLength ?? payloadBytes), // 0x24c
    concatBytes(u64le(0), u64le(0x1000000)), // 0x250 setup_data, pref_address
    concatBytes(u32le(kernelBytes * 2), u32le(0), u32le(0)), // 0x260 init_size, handover_offset, kernel_info_offset
  );
}
