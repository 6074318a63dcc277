import { expect, test } from 'vitest';
import { rangeText, seedRange } from './seed-range.ts';
import { mutateSignatures } from './signature-mutation.ts';
import { kept, watchdog } from './watchdog.ts';

const RANGE = seedRange(1000);

test('thousands of mutations of CMS, certificates and trust lists accept nothing that was not signed', async () => {
  const watch = watchdog('signatures');
  const { judged, accepted, unexplained } = await mutateSignatures(RANGE, watch.begin);
  await watch.end();
  console.log(rangeText('signatures', RANGE), { judged, accepted });
  expect(judged).toBeGreaterThanOrEqual(7 * RANGE.count);
  expect(accepted).toBeGreaterThanOrEqual(Math.floor(RANGE.count / 10));
  const told = unexplained.map(({ text, seed, bytes }) => `${text}; the bytes are in ${kept(text, seed, bytes)}`);
  expect(told).toEqual([]);
});
