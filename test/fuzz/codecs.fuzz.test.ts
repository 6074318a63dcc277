import { expect, test } from 'vitest';
import { CODECS } from '../../runtime/contract/vocabulary.ts';
import { judgeCodecMutations } from './codec-mutation.ts';
import { rangeText, seedRange } from './seed-range.ts';
import { watchdog } from './watchdog.ts';

const RANGE = seedRange(10_000);

test.each(CODECS.filter((codec) => codec !== 'none'))(
  'thousands of mutations of %s streams are refused or harmless, and the engines agree on each',
  async (codec) => {
    const watch = watchdog(codec);
    const { complaints, refused, decoded } = judgeCodecMutations(codec, RANGE, watch.begin);
    await watch.end();
    console.log(rangeText(codec, RANGE), { refused, decoded });
    expect(complaints).toEqual([]);
    expect(refused + decoded).toBe(RANGE.count);
    expect(refused).toBeGreaterThanOrEqual(Math.floor(RANGE.count / 2));
  },
);
