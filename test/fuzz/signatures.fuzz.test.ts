import { expect, test } from 'vitest';
import { mutateSignatures } from './signature-mutation.ts';

test('ten thousand mutations of CMS, certificates and trust lists accept nothing that was not signed', async () => {
  const { judged, accepted, unexplained } = await mutateSignatures(1000);
  expect(judged).toBeGreaterThan(10_000);
  expect(accepted).toBeGreaterThan(0);
  expect(unexplained).toEqual([]);
}, 3_600_000);
