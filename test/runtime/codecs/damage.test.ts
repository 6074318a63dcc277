import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../runtime/bytes/format-error.ts';
import { decode } from '../../../runtime/codecs/codec.ts';
import type { Decoded } from '../../../runtime/codecs/codec.ts';
import { enginesFor, request, sha256Of, vector, VECTORS } from './vectors.ts';

/** Small enough to be cut and flipped everywhere; those that join several streams have a test of their own. */
const SMALL = VECTORS.filter(
  ({ file, encoded, decodedBytes }) =>
    encoded.length <= 1100 && decodedBytes <= 1500 && !/two-|between|ia64|blocks/.test(file),
);

/** As much of a vector as holds its headers and tables, and as much as holds its trailers. */
const HEAD_BYTES = 96;
const TRAILER_BYTES = 40;

/** Streams without a checksum over their contents. */
const UNCHECKED = /no-check|\.lzma$|legacy/;

const CASES = SMALL.flatMap((each) =>
  enginesFor(each.codec).map((engine) => [each.file, engine.name, each, engine] as const),
);

describe('cut anywhere', () => {
  test.each(CASES)('%s is refused on the %s engine', (_, __, { codec, encoded }, engine) => {
    for (let size = 0; size < encoded.length; size += 1) {
      const result = outcome(() => decode(codec, encoded.subarray(0, size), request({ engine, layer: 'file/part' })));
      // Neither end nor checksum: a legacy lz4 frame may end before any block.
      if (codec === 'lz4' && size >= 4 && size < 8 && isDecoded(result) && result.consumedBytes === 4) continue;
      if (isSkippableTail(codec, encoded, { size, result })) continue;
      if (isDecoded(result)) expect.unreachable(`cut at ${String(size)}`);
      else if (result.layer !== 'file/part' || result.offsetBytes > size) {
        expect.unreachable(`cut at ${String(size)}, refused at ${String(result.offsetBytes)} of ${result.layer}`);
      }
    }
  });

  test.each([
    ['two-members.gz', 473],
    ['two-frames.zst', 466],
    ['two-streams.xz', 480],
    ['two-frames.lz4', null],
    ['two-streams.bz2', null],
  ] as const)('%s gives its first half, says so, or is refused', (file, boundary) => {
    const { codec, encoded, decodedBytes } = vector(file);
    for (const engine of enginesFor(codec)) {
      for (let size = 0; size < encoded.length; size += 1) {
        const result = outcome(() => decode(codec, encoded.subarray(0, size), request({ engine })));
        if (!isDecoded(result)) continue;
        expect(result.bytes.length).toBe(decodedBytes - 1000);
        expect(size - result.consumedBytes).toBeLessThan(16);
        if (boundary !== null) expect(result.consumedBytes).toBe(boundary);
      }
    }
  });
});

describe('with any bit flipped', () => {
  test.each(CASES)('%s never gives other bytes on the %s engine', (file, _, { codec, encoded, sha256 }, engine) => {
    const bits = bitsToFlip(encoded, engine.name);
    let harmless = 0;
    for (const bit of bits) {
      const result = outcome(() => decode(codec, flipped(encoded, bit), request({ engine })));
      if (!isDecoded(result)) continue;
      harmless += 1;
      if (!UNCHECKED.test(file) && sha256Of(result.bytes) !== sha256) {
        expect.unreachable(`bit ${String(bit)} changes the decoded bytes`);
      }
    }
    // What is not refused is a flag or a name that says nothing about the contents.
    if (!UNCHECKED.test(file)) expect(harmless).toBeLessThan(170);
  });

  test('every bit of an xz stream is under a checksum, but for the check that a stream leaves out', () => {
    for (const file of ['crc32-text.xz', 'crc64-text.xz', 'sha256-text.xz', 'delta-text.xz', 'stored-noise.xz']) {
      const { encoded } = vector(file);
      for (const bit of bitsToFlip(encoded, 'portable')) {
        const result = outcome(() => decode('xz', flipped(encoded, bit), request()));
        if (isDecoded(result)) expect.unreachable(`bit ${String(bit)} of ${file} is under no checksum`);
      }
    }
  });
});

/**
 * Every bit of both ends; between them one bit of each byte, at every place in a byte by turns, for there all bytes are
 * alike: literals, or one long bit stream.
 *
 * A refusal by the host is followed by the portable decoder: there, every eleventh of them.
 */
function bitsToFlip(encoded: Uint8Array, engineName: string): readonly number[] {
  const bits = Array.from({ length: encoded.length * 8 }, (_, bit) => bit);
  const trailers = encoded.length - TRAILER_BYTES;
  const chosen = bits.filter((bit) => {
    const byte = bit >> 3;
    return byte < HEAD_BYTES || byte >= trailers || (bit & 7) === (byte * 5) % 8;
  });
  return engineName === 'portable' ? chosen : chosen.filter((_, index) => index % 11 === 0);
}

/** Whatever is thrown besides a FormatError fails the test. */
function outcome(run: () => Decoded): Decoded | FormatError {
  try {
    return run();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
}

function isDecoded(result: Decoded | FormatError): result is Decoded {
  return !(result instanceof FormatError);
}

/** Cut inside the magic of a skippable frame after the end, which then is something else that follows. */
function isSkippableTail(
  codec: string,
  encoded: Uint8Array,
  cut: { readonly size: number; readonly result: Decoded | FormatError },
): boolean {
  const { size, result } = cut;
  if (codec !== 'zstd' || !isDecoded(result)) return false;
  return encoded.length - result.consumedBytes === 8 && size - result.consumedBytes < 4;
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
