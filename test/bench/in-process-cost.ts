import { performance } from 'node:perf_hooks';

/**
 * Time of one call in a warm process, in microseconds: the least of several batches, each long enough for the clock,
 * since whatever else the machine does can only add.
 */
export function warmCost(call: () => unknown): number {
  const batch = batchSize(call);
  // What the optimising compiler does meanwhile counts as processor time: let it finish first.
  for (let warming = 0; warming < WARM_UP_BATCHES; warming += 1) batchMicroseconds(call, batch);
  const costs = Array.from({ length: 15 }, () => batchMicroseconds(call, batch) / batch);
  return Math.min(...costs);
}

const WARM_UP_BATCHES = 50;

/** So many calls that a batch takes some milliseconds, found while warming up. */
function batchSize(call: () => unknown): number {
  let calls = 1;
  while (calls < 1_000_000 && batchMicroseconds(call, calls) < 20_000) calls *= 2;
  return calls;
}

function batchMicroseconds(call: () => unknown, calls: number): number {
  const start = performance.now();
  for (let each = 0; each < calls; each += 1) call();
  return (performance.now() - start) * 1000;
}
