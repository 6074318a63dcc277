import { describe, expect, test } from 'vitest';
import type { Codec } from '../../../runtime/contract/vocabulary.ts';
import { attemptDecode, enginesFor, faultCode, request, vector } from './vectors.ts';
import { decode } from '../../../runtime/codecs/codec.ts';

/** Streams of 300,000 zeros that may follow each other. */
const ZEROS: readonly (readonly [Codec, string])[] = [
  ['gzip', 'level-6-zeros.gz'],
  ['zstd', 'runs-zeros.zst'],
  ['xz', 'level-6-zeros.xz'],
  ['lz4', 'frame-zeros.lz4'],
  ['bzip2', 'level-1-zeros.bz2'],
];

/** Streams of nothing, of 13 to 37 bytes. */
const NOTHING: readonly (readonly [Codec, string])[] = [
  ['gzip', 'level-6-nothing.gz'],
  ['zstd', 'pipe-nothing.zst'],
  ['xz', 'no-block-nothing.xz'],
  ['lz4', 'frame-nothing.lz4'],
  ['bzip2', 'level-9-nothing.bz2'],
];

describe.each(ZEROS)('%s streams that expand without end', (codec, file) => {
  test('stop at the limit, wherever it is', () => {
    const bomb = repeated(vector(file).encoded, 400);
    for (const engine of enginesFor(codec)) {
      for (const outputLimitBytes of [0, 1, 65_535, 65_536, 300_000, 1_000_001, 2 ** 24]) {
        expect(faultCode(codec, bomb, { engine, outputLimitBytes })).toBe('codec-output-limit');
      }
    }
  });

  test('decode in full below the limit', () => {
    const many = repeated(vector(file).encoded, 20);
    for (const engine of enginesFor(codec)) {
      const result = attemptDecode(codec, many, { engine, outputLimitBytes: 6_000_000 });
      expect(result).toMatchObject({ ok: true, value: { consumedBytes: many.length } });
      if (result.ok) expect(result.value.bytes.length).toBe(6_000_000);
    }
  });

  test('take no more memory than the limit', () => {
    for (const engine of enginesFor(codec)) {
      const { bytes } = decode(codec, vector(file).encoded, request({ engine, outputLimitBytes: 300_000 }));
      expect(bytes.buffer.byteLength).toBeLessThan(300_000 + 70_000);
    }
  });
});

test.each([
  ['lzma', 'level-6-zeros.lzma'],
  ['lzo', 'level-3-zeros.lzo'],
  ['lz4', 'legacy-zeros.lz4'],
] as const)('a single %s stream stops at the limit, wherever it is', (codec, file) => {
  for (const outputLimitBytes of [0, 1, 65_535, 65_536, 262_144, 299_999]) {
    expect(faultCode(codec, vector(file).encoded, { outputLimitBytes })).toBe('codec-output-limit');
  }
  expect(faultCode(codec, vector(file).encoded, { outputLimitBytes: 300_000 })).toBe('none');
});

describe.each(NOTHING)('50,000 %s streams of nothing', (codec, file) => {
  test('are read to the end', () => {
    const many = repeated(vector(file).encoded, 50_000);
    for (const engine of enginesFor(codec)) {
      const result = attemptDecode(codec, many, { engine });
      expect(result).toMatchObject({ ok: true, value: { consumedBytes: many.length } });
      if (result.ok) expect(result.value.bytes.length).toBe(0);
    }
  });
});

describe('a header that claims more than the limit', () => {
  test.each([
    // Single segment, content size of 8 bytes: 2^40, then one empty last block.
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0]],
    // lc 3, lp 0, pb 2; a dictionary of 8 MiB; a size of 2^40.
    ['lzma', [0x5d, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ] as const)('is refused for it: %s', (codec, bytes) => {
    expect(faultCode(codec, Uint8Array.from(bytes))).toBe('codec-output-limit');
  });

  test('is refused for it: an lz4 frame', () => {
    const { encoded } = vector('content-size-text.lz4');
    expect(faultCode('lz4', encoded, { outputLimitBytes: 1499 })).toBe('codec-output-limit');
  });
});

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i += 1) all.set(bytes, i * bytes.length);
  return all;
}
