import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffExcerpt, lineDiff } from '../../../apps/cli/line-diff.ts';

describe('lineDiff', () => {
  test('turns the one side into the other, whatever they are', () => {
    const side = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    fc.assert(
      fc.property(side, side, (before, after) => {
        const lines = lineDiff(before, after);
        expect(lines.filter(({ mark }) => mark !== '+').map(({ text }) => text)).toEqual(before);
        expect(lines.filter(({ mark }) => mark !== '-').map(({ text }) => text)).toEqual(after);
        expect(lines.filter(({ mark }) => mark === ' ')).toHaveLength(longestCommon(before, after));
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  test('takes sides that have nothing in common whole', () => {
    const before = Array.from({ length: 3000 }, (_, index) => `a${index}`);
    const after = Array.from({ length: 3000 }, (_, index) => `b${index}`);
    expect(lineDiff(before, after)).toHaveLength(6000);
  });

  test('shows changes with the lines around them, and marks what it leaves out', () => {
    const lines = lineDiff(['1', '2', '3', '4', '5', '6', '7', '8'], ['1', '2', 'x', '4', '5', '6', '7', '8']);
    expect(diffExcerpt(lines, 1)).toEqual(['…', ' 2', '-3', '+x', ' 4', '…']);
    expect(diffExcerpt(lineDiff(['1'], ['1']), 1)).toEqual([]);
  });
});

/** The length of the longest common subsequence, by its definition. */
function longestCommon(left: readonly string[], right: readonly string[]): number {
  let row = right.map(() => 0);
  for (const one of left) {
    const next: number[] = [];
    right.forEach((other, index) => {
      const [before, beside] = [index === 0 ? 0 : (row[index - 1] ?? 0), index === 0 ? 0 : (next[index - 1] ?? 0)];
      next.push(one === other ? before + 1 : Math.max(row[index] ?? 0, beside));
    });
    row = next;
  }
  return row.at(-1) ?? 0;
}
