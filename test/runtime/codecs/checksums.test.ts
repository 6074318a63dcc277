import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import xxhash from 'xxhash-wasm';
import { adler32 } from '../../../runtime/codecs/adler32.ts';
import { crc32 } from '../../../runtime/codecs/crc32.ts';
import { startCrc64 } from '../../../runtime/codecs/crc64.ts';
import { sha256 } from '../../../runtime/codecs/sha256.ts';
import { xxh32 } from '../../../runtime/codecs/xxh32.ts';
import { startXxh64Low } from '../../../runtime/codecs/xxh64.ts';
import { noiseBytes } from './sample-bytes.ts';

/** Every length around the steps of 4, 8, 16, 32 and 64 bytes, and some that are long. */
const SIZES = [...Array.from({ length: 200 }, (_, size) => size), 5551, 5552, 5553, 65_536, 300_001];
const NOISE = noiseBytes(300_001, 9);
/** At odd offsets, too: loads of words must not want an alignment. */
const PIECES = SIZES.map((size) => NOISE.subarray(size % 7, (size % 7) + size));
/** What catalogues of checksums (reveng.sourceforge.io/crc-catalogue) are checked with. */
const DIGITS = new TextEncoder().encode('123456789');

describe('sums of any length are those of other people', () => {
  test('CRC-32, as zlib writes it', () => {
    for (const piece of PIECES) expect(crc32(piece)).toBe(gzipSync(piece).readUInt32LE(gzipSync(piece).length - 8));
  });

  test('CRC-32 in two parts', () => {
    for (const piece of PIECES) expect(crc32(piece.subarray(3), crc32(piece.subarray(0, 3)))).toBe(crc32(piece));
  });

  test('Adler-32, as zlib writes it', () => {
    for (const piece of PIECES)
      expect(adler32(piece)).toBe(deflateSync(piece).readUInt32BE(deflateSync(piece).length - 4));
    const ones = new Uint8Array(100_000).fill(255);
    expect(adler32(ones)).toBe(deflateSync(ones).readUInt32BE(deflateSync(ones).length - 4));
  });

  test('SHA-256, as OpenSSL has it', () => {
    for (const piece of PIECES) {
      expect(Buffer.from(sha256(piece)).toString('hex')).toBe(createHash('sha256').update(piece).digest('hex'));
    }
  });

  test('XXH32 and the lower half of XXH64, as xxHash has them', async () => {
    const theirs = await xxhash();
    for (const piece of PIECES) {
      expect(xxh32(piece)).toBe(theirs.h32Raw(piece, 0) >>> 0);
      expect(xxh64Low(piece)).toBe(Number(theirs.h64Raw(piece, 0n) & 0xffffffffn));
    }
  });

  test('CRC-64 of the digits, and the same however the bytes are grouped', () => {
    expect(Buffer.from(crc64(DIGITS)).readBigUInt64LE()).toBe(0x995dc9bbdf1939fan);
    for (const piece of PIECES.slice(0, 203))
      expect(Buffer.from(crc64(piece)).readBigUInt64LE()).toBe(slowCrc64(piece));
  });
});

/** Bit by bit, as the definition has it. */
function slowCrc64(bytes: Uint8Array): bigint {
  let crc = 0xffffffffffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >> 1n) ^ (crc % 2n === 1n ? 0xc96c5795d7870f42n : 0n);
  }
  return crc ^ 0xffffffffffffffffn;
}

/** In two pieces, cut where no word of the sum ends. */
function crc64(bytes: Uint8Array): Uint8Array {
  const sum = startCrc64();
  sum.add(bytes.subarray(0, 37));
  sum.add(bytes.subarray(37));
  return sum.end();
}

function xxh64Low(bytes: Uint8Array): number {
  const sum = startXxh64Low();
  sum.add(bytes.subarray(0, 37));
  sum.add(bytes.subarray(37));
  return sum.end();
}
