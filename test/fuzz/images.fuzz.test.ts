import { expect, test } from 'vitest';
import { judgeMutations } from './mutation.ts';

test('a thousand mutations of every sample end in a refusal: nobody is trusted, so nothing can be accepted', async () => {
  const verdicts = await judgeMutations(1000);
  expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['reject', 'undecided']));
}, 3_600_000);
