import { expect, test } from 'vitest';
import { CODECS } from '../../runtime/contract/vocabulary.ts';
import { judgeCodecMutations } from './codec-mutation.ts';

test.each(CODECS.filter((codec) => codec !== 'none'))(
  'ten thousand mutations of %s streams are refused or harmless, and the engines agree on each',
  (codec) => {
    const { complaints, refused, decoded } = judgeCodecMutations(codec, 10_000);
    expect(complaints).toEqual([]);
    expect(refused + decoded).toBe(10_000);
    expect(refused).toBeGreaterThan(5000);
  },
);
