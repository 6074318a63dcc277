import { expect, test } from 'vitest';
import { CODECS } from '../../../runtime/contract/vocabulary.ts';
import { judgeCodecMutations } from '../../fuzz/codec-mutation.ts';

// Ten thousand each with `npm run fuzz`.
test.each(CODECS.filter((codec) => codec !== 'none'))(
  'fifty mutations of %s streams are refused or harmless, and the engines agree on each',
  (codec) => {
    expect(judgeCodecMutations(codec, { first: 0, count: 50 })).toMatchObject({ complaints: [] });
  },
);
