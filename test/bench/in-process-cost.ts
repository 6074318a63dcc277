import { median } from './process-cost.ts';

/**
 * Time of one call in a warm process, in microseconds: the median of several batches, each long enough for the clock.
 */
export function warmCost(call: () => unknown): number {
  const batch = batchSize(call);
  const costs = Array.from({ length: 15 }, () => batchMicroseconds(call, batch) / batch);
  return median(costs);
}

/** So many calls that a batch takes some milliseconds, found while warming up. */
function batchSize(call: () => unknown): number {
  let calls = 1;
  while (calls < 1_000_000 && batchMicroseconds(call, calls) < 20_000) calls *= 2;
  return calls;
}

function batchMicroseconds(call: () => unknown, calls: number): number {
  const start = process.cpuUsage();
  for (let each = 0; each < calls; each += 1) call();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}
