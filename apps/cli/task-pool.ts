import type { CommandIo } from './io.ts';
import { nameOfItem, type SourceItem } from './sources.ts';
import { threadWorker } from './thread.ts';
import type { Pool } from './worker-pool.ts';

/** Images under way at one time, together; decoded, they take some times more. */
const WEIGHT_LIMIT_BYTES = 96 * 1024 * 1024;
/** A file of which nothing is known but its name. */
const USUAL_WEIGHT_BYTES = 16 * 1024 * 1024;

/**
 * Together, files of so many bytes are worth a thread even alone: in the first thread glibc gives every large buffer back
 * to the system, and asking for it anew took two fifths of the time.
 */
const THREAD_WORTH_BYTES = 256 * 1024 * 1024;

/** Work on the files of a run. */
export interface FileWork<Task, Result> {
  readonly tasks: readonly Task[];
  readonly itemOf: (task: Task) => SourceItem;
  /** Most threads; 0: as many as the machine has processors. */
  readonly jobs: number;
  /** Name of the thread's program, and what it is told first. */
  readonly program: string;
  readonly setup: unknown;
  /** Does a task in this thread. */
  readonly here: () => (task: Task) => Promise<Result>;
  readonly failed: (task: Task, error: unknown) => Result;
}

/** Threads where there is enough work for them; standard input belongs to this thread. */
export function filePool<Task, Result>(work: FileWork<Task, Result>, { threads }: CommandIo): Pool<Task, Result> {
  const { tasks, itemOf, jobs, failed, program, setup, here } = work;
  const wanted = Math.min(jobs === 0 ? (threads?.count ?? 1) : jobs, tasks.length);
  const weightOf = (task: Task): number => {
    const item = itemOf(task);
    return item.kind === 'path' ? item.sizeBytes : USUAL_WEIGHT_BYTES;
  };
  const shared = { failed, weightLimit: WEIGHT_LIMIT_BYTES, weightOf };
  const isLong = wanted > 1 || tasks.reduce((sum, task) => sum + weightOf(task), 0) >= THREAD_WORTH_BYTES;
  if (threads === null || !isLong || tasks.some((task) => nameOfItem(itemOf(task)) === '-')) {
    return { ...shared, jobs: 1, start: () => ({ run: here(), stop: () => Promise.resolve() }) };
  }
  return { ...shared, jobs: wanted, start: () => threadWorker(threads.start(program), setup) };
}

/** `--jobs`: a whole number from 1; `missing` when it is left out, null when it is none. */
export function jobsOf(written: string | undefined, missing: number): number | null {
  if (written === undefined) return missing;
  return /^[1-9]\d{0,3}$/.test(written) ? Number(written) : null;
}
