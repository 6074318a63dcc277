import { expect, test } from 'vitest';
import { mutateSignatures } from '../fuzz/signature-mutation.ts';

test('fifty mutations of every signature and of the trust list accept nothing that was not signed', async () => {
  const { judged, unexplained } = await mutateSignatures({ first: 0, count: 50 });
  expect(judged).toBeGreaterThan(400);
  expect(unexplained).toEqual([]);
});
