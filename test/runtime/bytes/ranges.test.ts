import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ByteRange,
  contains,
  intersect,
  normalise,
  rebase,
  sizeOf,
  subtract,
  union,
} from '../../../runtime/bytes/ranges.ts';

const LENGTH = 40;
const range = fc.tuple(fc.nat(LENGTH), fc.nat(LENGTH)).map(([a, b]): ByteRange => [Math.min(a, b), Math.max(a, b)]);
const ranges = fc.array(range, { maxLength: 8 });

/** The plain meaning of a set: one flag a byte. */
function flags(set: readonly ByteRange[]): readonly boolean[] {
  return Array.from({ length: LENGTH }, (_, at) => set.some(([start, end]) => start <= at && at < end));
}

function holds(meaning: 'either' | 'both' | 'first only', [a, b]: readonly [boolean, boolean]): boolean {
  if (meaning === 'either') return a || b;
  return meaning === 'both' ? a && b : a && !b;
}

describe('range sets agree with one flag a byte', () => {
  test('in normal form', () => {
    fc.assert(
      fc.property(ranges, (some) => {
        const set = normalise(some);
        expect(flags(set)).toEqual(flags(some));
        set.forEach(([start, end], at) => {
          expect(start).toBeLessThan(end);
          expect(start).toBeGreaterThan(set[at - 1]?.[1] ?? -1);
        });
      }),
    );
  });

  test.each([
    ['union', union, 'either'],
    ['intersection', intersect, 'both'],
    ['difference', subtract, 'first only'],
  ] as const)('in %s', (_, combine, meaning) => {
    fc.assert(
      fc.property(ranges, ranges, (first, second) => {
        const a = normalise(first);
        const b = normalise(second);
        const expected = flags(a).map((flag, at) => holds(meaning, [flag, flags(b)[at] ?? false]));
        expect(flags(combine(a, b))).toEqual(expected);
      }),
    );
  });

  test('in size, containment and change of origin', () => {
    fc.assert(
      fc.property(ranges, range, (some, window) => {
        const set = normalise(some);
        const bytes = flags(set);
        expect(sizeOf(set)).toBe(bytes.filter(Boolean).length);
        expect(contains(set, window)).toBe(bytes.slice(window[0], window[1]).every(Boolean));
        expect(flags(rebase(set, window)).slice(0, window[1] - window[0])).toEqual(bytes.slice(window[0], window[1]));
      }),
    );
  });
});
