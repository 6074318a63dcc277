import { gzipSync } from 'node:zlib';
import { concatBytes, u32be, u32le, utf8 } from './bytes.ts';
import { adler32 } from './checksums.ts';
import { literalLzma } from './lzma.ts';
import { storedXz } from './xz.ts';
import { storedZstdFrame } from './zstd.ts';

/**
 * Compresses with one of the kernel's codecs.
 *
 * Only gzip looks for what repeats. zstd, xz, lz4 (legacy frame) and lzop are written with stored blocks, lzma with
 * literals alone: valid files that every decoder must read, and the same bytes on every Node, of which some have an
 * encoder for zstd. bzip2 knows neither and is not offered.
 */
export function compress(codec: ForgeCodec, bytes: Uint8Array): Uint8Array {
  switch (codec) {
    case 'none':
      return bytes;
    case 'gzip':
      return Uint8Array.from(gzipSync(bytes, { level: 9 }));
    case 'zstd':
      return storedZstdFrame(bytes, {});
    case 'xz':
      return storedXz(bytes);
    case 'lzma':
      return literalLzma(bytes);
    case 'lz4':
      return storedLz4Legacy(bytes);
    case 'lzo':
      return storedLzop(bytes);
  }
}

/** Codecs that the forge can write. */
export type ForgeCodec = 'none' | 'gzip' | 'zstd' | 'xz' | 'lzma' | 'lz4' | 'lzo';

/** Frame of LZ4's `doc/lz4_Frame_format.md`, section "Legacy frame": 8 MiB blocks, each one sequence of literals. */
function storedLz4Legacy(bytes: Uint8Array): Uint8Array {
  const parts = [u32le(0x184c2102)];
  for (let offset = 0; offset < bytes.length; offset += LZ4_LEGACY_BLOCK) {
    const literals = bytes.subarray(offset, offset + LZ4_LEGACY_BLOCK);
    const block = concatBytes(literalToken(literals.length), literals);
    parts.push(u32le(block.length), block);
  }
  return concatBytes(...parts);
}

const LZ4_LEGACY_BLOCK = 8 * 1024 * 1024;

/** LZ4 block format: four bits of literal length, then bytes of 255 and a rest. */
function literalToken(length: number): Uint8Array {
  if (length < 15) return Uint8Array.of(length << 4);
  const rest = length - 15;
  return concatBytes(Uint8Array.of(0xf0), new Uint8Array(Math.floor(rest / 255)).fill(255), Uint8Array.of(rest % 255));
}

/** Layout of lzop 1.04 `lzop.c:write_header`: big-endian fields, Adler-32 of header and of each block of 256 KiB. */
function storedLzop(bytes: Uint8Array): Uint8Array {
  const header = concatBytes(
    Uint8Array.of(0x10, 0x40), // version of the program
    Uint8Array.of(0x20, 0xa0), // version of the library
    Uint8Array.of(0x09, 0x40), // version needed
    Uint8Array.of(3, 9), // method LZO1X-999, level
    u32be(0x03000001), // Unix, Adler-32 of the plain data
    u32be(0o100644),
    u32be(0), // modification time, low and high
    u32be(0),
    Uint8Array.of(0), // no name
  );
  const parts = [Uint8Array.of(0x89), utf8('LZO'), Uint8Array.of(0, 0x0d, 0x0a, 0x1a, 0x0a), header];
  parts.push(u32be(adler32(header)));
  for (let offset = 0; offset < bytes.length; offset += LZOP_BLOCK) {
    const block = bytes.subarray(offset, offset + LZOP_BLOCK);
    parts.push(u32be(block.length), u32be(block.length), u32be(adler32(block)), block);
  }
  return concatBytes(...parts, u32be(0));
}

const LZOP_BLOCK = 256 * 1024;
