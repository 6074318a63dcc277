import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import { DEFAULT_LIMITS } from '../../../index.ts';
import type { Codec } from '../../../runtime/contract/vocabulary.ts';
import { decodeWithin } from '../../../runtime/formats/decode-budget.ts';
import { repeated } from '../../hostile/codec-bombs.ts';
import { enginesFor, vector } from '../codecs/vectors.ts';

/** A stream of unknown length is looked into so far before all bytes are given to its decoder. */
const WINDOW_BYTES = 65_536;

describe('streams that follow each other', () => {
  test.each([
    // 64 KiB end within a stream of gzip, zstd and bzip2, and right before one of xz.
    ['gzip', 'level-6-nothing.gz'],
    ['zstd', 'pipe-nothing.zst'],
    ['xz', 'no-block-nothing.xz'],
    ['bzip2', 'level-9-nothing.bz2'],
  ] as const)('are read to the last one, wherever the first look ends: %s', (codec, file) => {
    const one = vector(file).encoded;
    const many = repeated(one, Math.ceil(WINDOW_BYTES / one.length) + 2);
    expect(consumed(codec, many)).toBe(many.length);
  });

  test.each([4, 480, 65_048, 65_052, 65_056, 65_060, 70_000])('are read over %i bytes of padding: xz', (padding) => {
    const { encoded } = vector('crc32-text.xz');
    const text = concatBytes(encoded, new Uint8Array(padding), encoded);
    expect(consumed('xz', text)).toBe(text.length);
    expect(consumed('xz', concatBytes(encoded, new Uint8Array(padding), new Uint8Array(WINDOW_BYTES)))).toBe(480);
  });
});

function consumed(codec: Codec, encoded: Uint8Array): number {
  const [engine] = enginesFor(codec);
  if (engine === undefined) throw new RangeError(`no engine decodes ${codec}`);
  const budget = {
    limits: DEFAULT_LIMITS,
    engine,
    first: null,
    spent: { layers: 0, decodedBytes: 0, hasAdjacentStreams: false },
  };
  const place = { layer: 'file', codec, baseOffsetBytes: 0, statedSizeBytes: null, streams: 'all' } as const;
  return decodeWithin(budget, place, encoded).consumedBytes;
}
