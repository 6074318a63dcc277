import { expect, test } from 'vitest';
import { fuzzReader } from './fuzz-reader.ts';
import { fuzzedReaders } from './readers.ts';

const ROUNDS = 10_000;

test.each(fuzzedReaders().map((reader) => [reader.name, reader] as const))(
  'ten thousand mutations harm nobody who reads %s',
  async (_, reader) => {
    const { faults, outcomes } = await fuzzReader(reader, ROUNDS);
    console.log(reader.name, Object.fromEntries(outcomes));
    expect(faults).toEqual([]);
  },
);
