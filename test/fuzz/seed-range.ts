/** Which mutations a run tries: those of these seeds, one after the other. */
export interface SeedRange {
  readonly first: number;
  readonly count: number;
}

/** The range that `BOOTPOL_FUZZ_SEED` and `BOOTPOL_FUZZ_ROUNDS` ask for; from 0 on and `usualCount` where they do not. */
export function seedRange(usualCount: number): SeedRange {
  return { first: numberIn('BOOTPOL_FUZZ_SEED') ?? 0, count: numberIn('BOOTPOL_FUZZ_ROUNDS') ?? usualCount };
}

/** `zboot: seeds 0 to 9999`, for the log, and for who wants to repeat the run. */
export function rangeText(name: string, { first, count }: SeedRange): string {
  return `${name}: seeds ${first} to ${first + count - 1}`;
}

function numberIn(name: string): number | null {
  const word = process.env[name];
  if (word === undefined || word === '') return null;
  const value = Number(word);
  if (Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31) return value;
  throw new Error(`${name} wants a whole number below 2^31, but is ${word}`);
}
