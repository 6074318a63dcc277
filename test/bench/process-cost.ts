import { spawnSync } from 'node:child_process';

/** A command whose processor time is to be known. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  /** Run the command once for each of these, as its last word; left out: run it once, as it is. */
  readonly lastWords?: readonly string[];
}

/**
 * Processor time (user and system) of whole processes, in milliseconds: the median of several rounds. The contenders
 * take turns, so that a slow spell of the machine hits all of them.
 */
export function processCosts(contenders: readonly Contender[], rounds: number): ReadonlyMap<string, number> {
  const samples = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) samples.get(contender.name)?.push(costOf(contender));
  }
  return new Map([...samples].map(([name, costs]) => [name, median(costs)]));
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Bash's `time` asks the kernel for the processor time of the processes it waited for. */
const ONCE = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1';
const FOR_EACH =
  'count=$1; shift; TIMEFORMAT="%U %S"; time for word in "${@: -$count}"; do "${@:1:$#-$count}" "$word" >/dev/null 2>&1; done';

function costOf({ command, lastWords }: Contender): number {
  const words =
    lastWords === undefined
      ? ['-c', ONCE, 'bash', ...command]
      : ['-c', FOR_EACH, 'bash', String(lastWords.length), ...command, ...lastWords];
  const { stderr, error } = spawnSync('bash', words, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  const [user, system] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  if (user === undefined || system === undefined || Number.isNaN(user + system))
    throw new Error(`bash said: ${stderr}`);
  return (user + system) * 1000;
}
