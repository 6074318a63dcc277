import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { programBytes } from '../../../forge/contents.ts';
import type { Codec } from '../../../runtime/contract/vocabulary.ts';
import { attemptDecode, enginesFor, vector } from './vectors.ts';

const LARGE = programBytes(70_000, 7);
const SMALL = programBytes(1000, 8);

/** Two streams without a gap; those of gzip and zstd also of sizes at which the host decodes. */
const PAIRS: readonly (readonly [Codec, string, Uint8Array, Uint8Array])[] = [
  ...(['gzip', 'zstd', 'xz'] as const).flatMap((codec) => {
    const [large, small] = [compress(codec, LARGE), compress(codec, SMALL)];
    return [
      [codec, 'a large stream before a small one', large, small],
      [codec, 'a small stream before a large one', small, large],
      [codec, 'a stream before nothing', large, compress(codec, new Uint8Array(0))],
      [codec, 'nothing before a stream', compress(codec, new Uint8Array(0)), large],
    ] as const;
  }),
  ['bzip2', 'two streams', vector('level-1-text.bz2').encoded, vector('level-1-text.bz2').encoded],
];

describe.each(PAIRS)('of %s streams: %s', (codec, _name, one, other) => {
  test.each(enginesFor(codec))('the first alone is decoded where it is asked for: $name', (engine) => {
    const both = concatBytes(one, other);
    const alone = attemptDecode(codec, one, { engine });
    expect(alone).toMatchObject({ ok: true, value: { consumedBytes: one.length } });
    expect(attemptDecode(codec, both, { engine, streams: 'first' })).toEqual(alone);
    expect(attemptDecode(codec, both, { engine })).toMatchObject({ ok: true, value: { consumedBytes: both.length } });
  });
});
