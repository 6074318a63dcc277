/** Below this, a cost is the clock's and the garbage collector's more than ours. */
const LEAST_MICROSECONDS = 4_000;
const ROUNDS = 9;

/**
 * How often the cost of a piece of work is taken again when a larger input is: cost of `many` over cost of `few`.
 *
 * Costs are processor time, the least of several rounds, so that other work on the machine does not count; rounds end as
 * soon as the ratio is below `most`.
 */
export async function growthOf<T>(
  work: (input: T) => unknown,
  { few, many, most }: { readonly few: T; readonly many: T; readonly most: number },
): Promise<number> {
  await work(few);
  let [small, large] = [Infinity, Infinity];
  const ratio = (): number => large / Math.max(small, LEAST_MICROSECONDS);
  for (let round = 0; round < ROUNDS && !(ratio() < most); round += 1) {
    small = Math.min(small, await cpuMicroseconds(() => work(few)));
    large = Math.min(large, await cpuMicroseconds(() => work(many)));
  }
  return ratio();
}

/** Processor time of this process while the work is done, in all its threads. */
async function cpuMicroseconds(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}
