import type { Worker } from 'node:worker_threads';
import type { CommandIo } from './io.ts';

/** Threads that load their program while something else is made ready. */
export interface EarlyThreads {
  /** Gives those first, then starts more as before; null where there are none. */
  readonly threads: CommandIo['threads'];
  /** Ends those that nobody took. */
  readonly stop: () => Promise<void>;
}

/** What can be said of a run before its files are looked at. */
export interface ExpectedRun {
  readonly program: string;
  /** Most threads; 0: as many as the machine has processors. */
  readonly jobs: number;
  readonly operands: readonly string[];
}

/** Starts the threads of a run, if it is going to have several. */
export function earlyThreads({ program, jobs, operands }: ExpectedRun, { threads, list }: CommandIo): EarlyThreads {
  const none: EarlyThreads = { threads, stop: () => Promise.resolve() };
  if (threads === null || !areSeveral(operands, list)) return none;
  const count = jobs === 0 ? threads.count : Math.min(jobs, threads.count);
  if (count < 2) return none;
  const waiting = Array.from({ length: count }, () => unheard(threads.start(program)));
  return {
    threads: { ...threads, start: () => firstAlive(waiting) ?? threads.start(program) },
    stop: async () => {
      await Promise.all(waiting.splice(0).map((thread) => thread.terminate()));
    },
  };
}

/** A thread that fails before it is taken ends, and is not taken. */
function unheard(thread: Worker): Worker {
  return thread.on('error', () => undefined);
}

/** Takes the first one out that has not ended, which Node tells by the number of the thread. */
function firstAlive(waiting: Worker[]): Worker | null {
  for (let thread = waiting.shift(); thread !== undefined; thread = waiting.shift()) {
    if (thread.threadId !== -1) return thread;
  }
  return null;
}

/** A directory has as many files as it has: only a run that names one file is known to be short. */
function areSeveral(operands: readonly string[], list: CommandIo['list']): boolean {
  if (operands.includes('-')) return false;
  return operands.length > 1 || operands.some((operand) => list(operand) !== null);
}
