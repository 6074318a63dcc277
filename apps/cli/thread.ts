import type { Worker } from 'node:worker_threads';
import type { PoolWorker } from './worker-pool.ts';

/** What a thread program answers: the result of a task, or why it has none. */
export type ThreadAnswer<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly text: string };

/** Makes a pool's worker of a thread: it is told once what all tasks have in common, then given task after task. */
export function threadWorker<Task, Result>(thread: Worker, setup: unknown): PoolWorker<Task, Result> {
  // A thread can also end between two tasks, where nobody waits for it; what is sent to it then is never answered.
  const fate: { ended: Error | null } = { ended: null };
  thread.on('error', (error: Error) => (fate.ended ??= error));
  thread.on('exit', () => (fate.ended ??= new Error('the thread ended')));
  thread.postMessage(setup);
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        if (fate.ended !== null) {
          reject(fate.ended);
          return;
        }
        const settle = (end: () => void) => (): void => {
          thread.off('message', onMessage).off('error', onError).off('exit', onExit);
          end();
        };
        const onMessage = (answer: ThreadAnswer<Result>): void =>
          settle(() => (answer.ok ? resolve(answer.result) : reject(new Error(answer.text))))();
        const onError = (error: Error): void => settle(() => reject(error))();
        const onExit = settle(() => reject(new Error('the thread ended')));
        thread.on('message', onMessage).on('error', onError).on('exit', onExit);
        thread.postMessage(task);
      }),
    stop: () => thread.terminate(),
  };
}
