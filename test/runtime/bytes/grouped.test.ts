import { expect, test } from 'vitest';
import { grouped } from '../../../runtime/bytes/grouped.ts';

test.each([0, 7, 999, 1000, 12_345, 100_000, 1_000_000, 31_457_280])('%i is grouped as people write it', (count) => {
  expect(grouped(count)).toBe(count.toLocaleString('en-US'));
});
