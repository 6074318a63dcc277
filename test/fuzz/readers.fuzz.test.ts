import { expect, test } from 'vitest';
import { fuzzReader } from './fuzz-reader.ts';
import { fuzzedReaders } from './readers.ts';
import { rangeText, seedRange } from './seed-range.ts';
import { kept, watchdog } from './watchdog.ts';

const RANGE = seedRange(10_000);

test.each(fuzzedReaders().map((reader) => [reader.name, reader] as const))(
  'thousands of mutations harm nobody who reads %s',
  async (name, reader) => {
    const watch = watchdog(name);
    const { faults, outcomes } = await fuzzReader(reader, RANGE, watch.begin);
    await watch.end();
    console.log(rangeText(name, RANGE), Object.fromEntries(outcomes));
    expect(faults.map(({ text, seed, bytes }) => `${text}; the bytes are in ${kept(name, seed, bytes)}`)).toEqual([]);
  },
);
