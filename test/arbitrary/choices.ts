import fc from 'fast-check';

/** Where generated things get their variety from. */
export interface Choices {
  /** A whole number from 0 to just under the limit. */
  below(limit: number): number;
}

/** Choices read from a tape of numbers; behind its end all are 0, so that a shorter tape means a smaller thing. */
export function choicesOf(tape: readonly number[]): Choices {
  let next = 0;
  return {
    below: (limit) => {
      const value = tape[next] ?? 0;
      next += 1;
      return value % limit;
    },
  };
}

/** Tapes of up to so many choices, which fast-check can shorten and lower. */
export function tapes(length: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(0xff_ff), { minLength: length / 4, maxLength: length, size: 'max' });
}

/** One of several; the first is the simplest. */
export function oneOf<T>(choices: Choices, values: readonly [T, ...T[]]): T {
  return values[choices.below(values.length)] ?? values[0];
}

/** Whether something that happens so often, in percent, happens now; never on an empty tape. */
export function happens(choices: Choices, percent: number): boolean {
  return choices.below(100) >= 100 - percent;
}

/** Some of the values, in their order, at least as many as asked for. */
export function someOf<T>(choices: Choices, values: readonly T[], atLeast = 0): readonly T[] {
  const chosen = values.filter(() => happens(choices, 50));
  return chosen.length >= atLeast ? chosen : values.slice(0, atLeast);
}

/** So many of them, made one after the other. */
export function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
