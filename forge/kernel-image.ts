import { alignUp, concatBytes, u16le, u32le, u64le, utf8, zeroPadded } from './bytes.ts';
import { programBytes } from './contents.ts';
import { forgePe, SECTION_FLAGS } from './pe.ts';

/**
 * Writes a kernel Image with its 64-byte header and the PE header of its EFI stub.
 *
 * Layouts: arm64 `Documentation/arch/arm64/booting.rst`, RISC-V `Documentation/arch/riscv/boot-image-header.rst`,
 * LoongArch `arch/loongarch/kernel/head.S`. Sections `.text` and `.data` follow headers of one segment, as the kernel's
 * own `efi-header.S` files write them. The contents depend on `seed` alone.
 */
export function forgeImage(spec: ImageSpec): Uint8Array {
  const segment = spec.segmentAlignment ?? 0x1000;
  const sizeBytes = alignUp(Math.max(spec.size, 2 * segment + 512), 512);
  const textBytes = alignUp(Math.floor((sizeBytes - segment) / 2), segment);
  const dataBytes = sizeBytes - segment - textBytes;
  const memoryBytes = spec.imageSize ?? alignUp(sizeBytes, 0x1000) + 0x1000;
  const contents = spec.contents ?? programBytes(textBytes + dataBytes, spec.seed ?? 1);
  const dataAddress = segment + textBytes;
  return forgePe({
    machine: spec.arch,
    dosHeader: kernelHeader(spec, memoryBytes),
    sections: [
      { name: '.text', data: zeroPadded(contents, textBytes).slice(0, textBytes), characteristics: SECTION_FLAGS.code },
      {
        name: '.data',
        data: zeroPadded(contents.subarray(textBytes), dataBytes).slice(0, dataBytes),
        virtualAddress: dataAddress,
        virtualSize: Math.max(memoryBytes - dataAddress, dataBytes),
        characteristics: SECTION_FLAGS.data,
      },
    ],
    sectionAlignment: segment,
    sizeOfHeaders: segment,
    sizeOfImage: Math.max(memoryBytes, sizeBytes),
    numberOfDirectories: 6,
    imageVersion: [3, 0],
  });
}

/** A kernel Image to be written; sizes in bytes. */
export interface ImageSpec {
  readonly arch: ImageArch;
  /** Length of the file, rounded up to 512; at least two segments and 512. */
  readonly size: number;
  /** What the header says the kernel needs in memory (`image_size`, `kernel_asize`); default: a little above `size`. */
  readonly imageSize?: number;
  readonly seed?: number;
  /** Bytes of `.text` and `.data` instead of made-up ones; cut or zero-padded to fit. */
  readonly contents?: Uint8Array;
  /** Size of the headers and section alignment, default 4096 (real arm64 kernels: 65536). */
  readonly segmentAlignment?: number;
  /** `flags` of arm64 and RISC-V, default 0xa for arm64 (4 KiB pages, anywhere) and 0 for RISC-V. */
  readonly flags?: number;
}

/** Architectures whose kernels boot as an Image. */
export type ImageArch = 'arm64' | 'riscv64' | 'loongarch64';

function kernelHeader(spec: ImageSpec, memoryBytes: number): Uint8Array {
  switch (spec.arch) {
    case 'arm64':
      return concatBytes(
        Uint8Array.of(0x4d, 0x5a, 0x40, 0xfa), // code0: `ccmp x18, #0, #0xd, pl`, the letters MZ
        u32le(0x14000000 | (0x1000 >> 2)), // code1: branch to the kernel's entry
        u64le(0), // text_offset
        u64le(memoryBytes),
        u64le(spec.flags ?? 0xa),
        new Uint8Array(24),
        utf8('ARM\x64'),
        u32le(0x40),
      );
    case 'riscv64':
      return concatBytes(
        Uint8Array.of(0x4d, 0x5a, 0x6f, 0x10), // code0: `c.li s4,-13` and the start of a jump
        u32le(0x0000006f),
        u64le(0x200000), // text_offset
        u64le(memoryBytes),
        u64le(spec.flags ?? 0),
        u32le(2), // version 0.2
        new Uint8Array(12),
        utf8('RISCV\0\0\0'),
        utf8('RSC\x05'),
        u32le(0x40),
      );
    case 'loongarch64':
      return concatBytes(
        utf8('MZ'),
        u16le(0),
        u32le(0),
        u64le(0x1000), // kernel_entry
        u64le(memoryBytes), // kernel_asize
        u64le(0x200000), // text_offset
        new Uint8Array(24),
        u32le(0x818223cd), // LINUX_PE_MAGIC
        u32le(0x40),
      );
  }
}
