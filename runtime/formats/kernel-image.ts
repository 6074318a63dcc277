import { type Finding, FormatError } from '../bytes/format-error.ts';
import { type Reader, readerOf } from '../bytes/reader.ts';
import type { Arch } from '../contract/vocabulary.ts';
import { ARM64_IMAGE_MAGIC, identifyProgram, RISCV_IMAGE_MAGIC } from './identify.ts';
import type { Layer, Region } from './layer.ts';
import { looksLikePe, readPe } from './pe.ts';
import type { PeImage } from './pe-image.ts';
import { peRegions } from './pe-layout.ts';
import { EMPTY_READING, type Reading, type ReaderHost } from './reading.ts';
import { drawRegions } from './regions.ts';
import { faultAt } from './fault-at.ts';

/**
 * Reads a kernel Image of arm64, riscv64 or loongarch64, with or without PE headers.
 *
 * The three share a 64-byte frame: image_size at 16, the magic at 0x38, the PE offset at 0x3c
 * (arch/arm64/include/asm/image.h, arch/riscv/include/asm/image.h, arch/loongarch/include/asm/image.h). The file may be
 * padded with zeros to image_size, as in a zboot payload; a file larger than image_size is what kexec refuses.
 *
 * @throws FormatError `image-magic-missing`, `format-ambiguous`, `pe-…`, `truncated`, `number-too-large`.
 */
export function readKernelImage(bytes: Uint8Array, host: ReaderHost): Reading {
  const reader = readerOf(bytes, host.layer);
  const identified = identifyProgram(bytes, host.layer);
  if (identified?.kind !== 'image') {
    throw faultAt(
      reader.layer,
      ['image-magic-missing', `the bytes are not a kernel Image${butA(identified?.kind)}`],
      0x38,
    );
  }
  if (identified.fault !== null) throw new FormatError(identified.fault);
  const pe = looksLikePe(bytes) ? readPe(bytes, host.layer) : null;
  const arch = archOf(reader, pe);
  const header = readHeader(reader, arch);
  return {
    ...EMPTY_READING,
    arch,
    pe,
    header,
    findings: [...checkImageSize(bytes, host.layer, header.image_size), ...(pe?.findings ?? [])],
    regions: regionsOf(bytes, pe),
  };
}

interface ImageHeader extends Readonly<Record<string, string | number>> {
  readonly image_size: number;
}

const HEADER_SIZE = 64;
const IMAGE_SIZE_AT = 16;

function archOf(reader: Reader, pe: PeImage | null): Arch {
  const magic = reader.u32(0x38);
  if (magic === ARM64_IMAGE_MAGIC) return sameArch(reader, pe, 'arm64');
  if (magic === RISCV_IMAGE_MAGIC) return pe?.arch === 'riscv32' ? 'riscv32' : sameArch(reader, pe, 'riscv64');
  return pe?.arch ?? 'loongarch64';
}

function sameArch(reader: Reader, pe: PeImage | null, arch: Arch): Arch {
  if (pe === null || pe.arch === arch) return arch;
  const text = `the Image header says ${arch}, but the PE machine is 0x${pe.machine.toString(16)}`;
  throw faultAt(reader.layer, ['image-machine-mismatch', text], 0x38);
}

function readHeader(reader: Reader, arch: Arch): ImageHeader {
  const size = { image_size: reader.u64(IMAGE_SIZE_AT) };
  if (arch === 'loongarch64' || arch === 'loongarch32') {
    return { format: 'loongarch', kernel_entry: hex64(reader, 8), ...size, text_offset: hex64(reader, 24) };
  }
  const endianness = (reader.u32(24) & 1) === 1 ? 'big' : 'little';
  const common = { text_offset: hex64(reader, 8), ...size, flags: hex64(reader, 24), endianness };
  if (arch === 'arm64') return { format: 'arm64', ...common, page_size: pageSize(reader.u32(24)) };
  const version = reader.u32(32);
  return { format: 'riscv', ...common, version: `${version >>> 16}.${version & 0xffff}` };
}

const ARM64_PAGE_SIZES = ['unspecified', '4K', '16K', '64K'] as const;

function pageSize(flags: number): string {
  return ARM64_PAGE_SIZES[(flags >> 1) & 3] ?? 'unspecified';
}

function hex64(reader: Reader, offsetBytes: number): string {
  const high = reader.u32(offsetBytes + 4).toString(16);
  return `0x${high === '0' ? '' : high}${high === '0' ? reader.u32(offsetBytes).toString(16) : hex32(reader, offsetBytes)}`;
}

function hex32(reader: Reader, offsetBytes: number): string {
  return reader.u32(offsetBytes).toString(16).padStart(8, '0');
}

/** Linux arch/arm64/kernel/kexec_image.c and kexec_file.c: image_size 0, and a file larger than it, are refused. */
function checkImageSize(bytes: Uint8Array, layer: string, imageSize: number): readonly Finding[] {
  const at = { layer, offsetBytes: IMAGE_SIZE_AT, lengthBytes: 8 };
  if (imageSize === 0) return [{ ...at, code: 'image-size-zero', text: 'image_size is 0, which no loader takes' }];
  if (bytes.length <= imageSize) return [];
  const text = `the file has ${bytes.length} bytes, more than its image_size of ${imageSize}`;
  return [{ ...at, code: 'image-larger-than-image-size', text }];
}

function regionsOf(bytes: Uint8Array, pe: PeImage | null): readonly Region[] {
  if (pe !== null) return peRegions(pe).map(nameTail);
  return drawRegions(
    bytes,
    [{ range: [0, HEADER_SIZE], role: 'header', name: 'Image header' }],
    (_before, _after, range) => [{ range, role: 'data', name: 'kernel' }],
  );
}

/** Zeros behind the sections, or behind the certificate table, fill the Image up to image_size. */
function nameTail(region: Region): Region {
  if (region.role !== 'stray' || region.zero !== true) return region;
  return { ...region, role: 'padding', name: 'zeros up to image_size' };
}

function butA(kind: Layer['kind'] | undefined): string {
  return kind === undefined ? '' : `, but marked as \`${kind}\``;
}
