import { alignedBytes, concatBytes, readU32le, u32le, utf8, zeroPadded } from './bytes.ts';
import { compress, type ForgeCodec } from './compress.ts';
import { programBytes } from './contents.ts';
import type { ImageArch } from './kernel-image.ts';
import { forgePe, type PeSectionSpec, SECTION_FLAGS } from './pe.ts';

/**
 * Writes an EFI zboot image: the kernel compressed inside a PE file whose stub unpacks it.
 *
 * Layout: Linux `drivers/firmware/efi/libstub/zboot-header.S`, `zboot.lds` and `Makefile.zboot`. The image is padded
 * with zeros to the size that its own header names at offset 16, compressed, put 8-aligned into `.text` behind the stub,
 * and (unless it is gzip) followed by its uncompressed size in four bytes, which the payload size does not count.
 */
export function forgeZboot(spec: ZbootSpec): Uint8Array {
  const padded = paddedImage(spec);
  const payload = spec.encoded ?? compress(ENCODERS[spec.compression], padded);
  const tail = sizeTail(spec, padded.length);
  const stub = alignedBytes(programBytes(spec.stubBytes ?? 0x3b0, spec.seed ?? 7), 8);
  const offset = HEADER_BYTES + stub.length;
  const text = concatBytes(stub, payload, tail, spec.afterPayload ?? new Uint8Array(0));
  return forgePe({
    machine: spec.arch ?? 'arm64',
    dosHeader: zbootHeader(spec, spec.payloadOffset ?? offset, spec.payloadSize ?? payload.length),
    sections: zbootSections(spec, text),
    sizeOfHeaders: HEADER_BYTES,
    numberOfDirectories: 6,
    imageVersion: [3, 0],
  });
}

/** A zboot image to be written; sizes and offsets in bytes. Every override is written as it stands. */
export interface ZbootSpec {
  /** The kernel Image. */
  readonly image: Uint8Array;
  readonly compression: ZbootCompression;
  /** Default `arm64`. */
  readonly arch?: ImageArch;
  /** The name at 0x18; default: `compression`. */
  readonly label?: string;
  /** Bytes to store as the payload instead of compressing `image`. */
  readonly encoded?: Uint8Array;
  /** Size to which `image` is padded with zeros; default `image-size`, the number at offset 16 of the image. */
  readonly padTo?: 'image-size' | 'nothing' | number;
  /** The size tail: default as the kernel's build does; a number is written as the size. */
  readonly tail?: 'absent' | number;
  /** Bytes in `.text` behind payload and tail. */
  readonly afterPayload?: Uint8Array;
  readonly payloadOffset?: number;
  readonly payloadSize?: number;
  /** Contents of a `.sbat` section. */
  readonly sbat?: string;
  /** Size of the made-up stub, default 944. */
  readonly stubBytes?: number;
  readonly seed?: number;
}

/** Names that the kernel's build writes at 0x18: up to Linux 6.13 all but `xz` and `zstd`, later `gzip` and `zstd`. */
export type ZbootCompression = 'gzip' | 'zstd' | 'zstd22' | 'xz' | 'xzkern' | 'lzma' | 'lzo' | 'lz4';

const HEADER_BYTES = 0x1000;

const ENCODERS: Readonly<Record<ZbootCompression, ForgeCodec>> = {
  gzip: 'gzip',
  zstd: 'zstd',
  zstd22: 'zstd',
  xz: 'xz',
  xzkern: 'xz',
  lzma: 'lzma',
  lzo: 'lzo',
  lz4: 'lz4',
};

function paddedImage(spec: ZbootSpec): Uint8Array {
  if (spec.padTo === 'nothing') return spec.image;
  if (typeof spec.padTo === 'number') return zeroPadded(spec.image, spec.padTo);
  return spec.image.length < 64 ? spec.image : zeroPadded(spec.image, readU32le(spec.image, 16));
}

function sizeTail(spec: ZbootSpec, imageBytes: number): Uint8Array {
  if (spec.tail === 'absent') return new Uint8Array(0);
  if (spec.tail !== undefined) return u32le(spec.tail);
  return spec.compression === 'gzip' ? new Uint8Array(0) : u32le(imageBytes);
}

/** `zboot-header.S`: 64 bytes up to and with the offset of the PE header. */
function zbootHeader(spec: ZbootSpec, payloadOffset: number, payloadSize: number): Uint8Array {
  return concatBytes(
    utf8('MZ\0\0zimg'),
    u32le(payloadOffset),
    u32le(payloadSize),
    new Uint8Array(8),
    zeroPadded(utf8(spec.label ?? spec.compression), 32).subarray(0, 32),
    u32le(0x818223cd), // LINUX_PE_MAGIC
    u32le(0x40),
  );
}

function zbootSections(spec: ZbootSpec, text: Uint8Array): readonly PeSectionSpec[] {
  const whole = alignedBytes(text, 0x1000);
  const data = programBytes(0x200, (spec.seed ?? 7) + 1);
  return [
    { name: '.text', data: whole, characteristics: SECTION_FLAGS.code },
    ...(spec.sbat === undefined ? [] : [{ name: '.sbat', data: utf8(spec.sbat) }]),
    { name: '.data', data, virtualSize: 0x40400, characteristics: SECTION_FLAGS.data },
  ];
}
