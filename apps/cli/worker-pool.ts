/** Something that does one task at a time: a thread, or this process. */
export interface PoolWorker<Task, Result> {
  /** Rejects when the worker itself failed; it is not used again then. */
  run(task: Task): Promise<Result>;
  stop(): Promise<unknown>;
}

/** How tasks are shared out. */
export interface Pool<Task, Result> {
  /** Most workers at work at one time; each is started when there is work for it. */
  readonly jobs: number;
  readonly start: () => PoolWorker<Task, Result>;
  /** What a task weighs: together, the tasks under way stay under `weightLimit`, unless one alone is heavier. */
  readonly weightOf: (task: Task) => number;
  readonly weightLimit: number;
  /** The result of a task whose worker failed. */
  readonly failed: (task: Task, error: unknown) => Result;
}

/** Results that may wait for an earlier one before no more tasks are begun. */
const WAITING_LIMIT = 256;

/** Does all tasks and gives their results in the order of the tasks, as they become ready. */
export async function* inOrder<Task, Result>(
  tasks: readonly Task[],
  pool: Pool<Task, Result>,
): AsyncGenerator<Result, void, undefined> {
  const state: State<Task, Result> = {
    tasks,
    pool,
    results: new Map(),
    begun: 0,
    given: 0,
    weight: 0,
    signal: signal(),
  };
  const lanes = Array.from({ length: Math.min(pool.jobs, tasks.length) }, () => lane(state));
  try {
    for (; state.given < tasks.length; ) {
      const result = state.results.get(state.given);
      if (result === undefined) {
        await Promise.race([state.signal.wait(), ...lanes.map((each) => each.then(forever))]);
        continue;
      }
      state.results.delete(state.given);
      state.given += 1;
      state.signal.give();
      yield result.value;
    }
  } finally {
    state.begun = tasks.length;
    state.signal.give();
    await Promise.all(lanes);
  }
}

interface State<Task, Result> {
  readonly tasks: readonly Task[];
  readonly pool: Pool<Task, Result>;
  readonly results: Map<number, { readonly value: Result }>;
  /** Tasks begun, and results given. */
  begun: number;
  given: number;
  /** Of the tasks under way. */
  weight: number;
  readonly signal: Signal;
}

/** A lane that ended well has nothing to say; one that failed must be heard. */
function forever(): Promise<never> {
  return new Promise(() => undefined);
}

/** One worker, doing task after task until none is left. */
async function lane<Task, Result>(state: State<Task, Result>): Promise<void> {
  const { pool } = state;
  let worker: PoolWorker<Task, Result> | null = null;
  for (;;) {
    const taken = take(state);
    if (taken === 'none left') break;
    if (taken === 'no room yet') {
      await state.signal.wait();
      continue;
    }
    const { index, task, weight } = taken;
    try {
      worker ??= pool.start();
      state.results.set(index, { value: await worker.run(task) });
    } catch (error) {
      state.results.set(index, { value: pool.failed(task, error) });
      await worker?.stop();
      worker = null;
    }
    state.weight -= weight;
    state.signal.give();
  }
  await worker?.stop();
}

interface Taken<Task> {
  readonly index: number;
  readonly task: Task;
  readonly weight: number;
}

/** Begins the next task, if it fits beside those under way. */
function take<Task, Result>(state: State<Task, Result>): Taken<Task> | 'none left' | 'no room yet' {
  const { pool, tasks, begun: index } = state;
  const task = tasks[index];
  if (task === undefined) return 'none left';
  const weight = pool.weightOf(task);
  const fits = state.weight === 0 || state.weight + weight <= pool.weightLimit;
  if (!fits || index - state.given >= WAITING_LIMIT) return 'no room yet';
  state.begun += 1;
  state.weight += weight;
  return { index, task, weight };
}

interface Signal {
  wait(): Promise<void>;
  give(): void;
}

/** Wakes everybody who waits. */
function signal(): Signal {
  let waiting: (() => void)[] = [];
  return {
    wait: () => new Promise((resolve) => waiting.push(resolve)),
    give: () => {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
  };
}
