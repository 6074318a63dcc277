import { readFileSync } from 'node:fs';
import { compile, DEFAULT_LIMITS, factsOf, inspect, nativeEngine, type Verdict } from '../../index.ts';
import { forgeSamples } from '../../scripts/samples.ts';

/** Small numbers that follow from a seed alone: the same everywhere (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** The bytes with one to four of them changed, or cut short: what follows depends on the seed alone. */
export function mutated(bytes: Uint8Array, seed: number): Uint8Array {
  const next = seeded(seed);
  const copy = bytes.slice();
  const flips = 1 + (next() % 4);
  for (let flip = 0; flip < flips; flip += 1) {
    // Half of the changes fall into the first 4 KiB, where the headers are.
    const span = next() % 2 === 0 ? Math.min(4096, copy.length) : copy.length;
    copy[next() % span] = next() & 0xff;
  }
  return next() % 8 === 0 ? copy.subarray(0, next() % copy.length) : copy;
}

/** Takes every sample apart and judges it, `rounds` mutations each; anything thrown is a bug. Returns the verdicts. */
export async function judgeMutations(rounds: number): Promise<readonly Verdict[]> {
  const { files } = await forgeSamples();
  const path = 'policies/kexec/zboot-gzip-zstd.bootpol';
  const { verifier } = compile(readFileSync(path, 'utf8'), { fileName: path });
  if (verifier === null) throw new Error(`${path} does not compile`);
  const options = { limits: { ...DEFAULT_LIMITS, layerSizeLimitBytes: 16 * 1024 * 1024 }, engine: nativeEngine() };
  const verdicts: Verdict[] = [];
  for (const [at, file] of files.entries()) {
    for (let round = 0; round < rounds; round += 1) {
      const bytes = mutated(file.bytes, at * 1_000_003 + round);
      await inspect(bytes, options);
      verdicts.push(
        await verifier.judge(factsOf(bytes, options), {
          trust: { ring: [] },
          at: new Date('2026-01-01T00:00:00Z'),
        }),
      );
    }
  }
  return verdicts;
}
