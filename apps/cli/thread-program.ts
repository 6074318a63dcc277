import { parentPort } from 'node:worker_threads';
import type { ThreadAnswer } from './thread.ts';

/**
 * What a thread runs: the first message is what all tasks have in common, each further one a task, and each task gets one
 * answer.
 *
 * @param workerOf makes the function that does the tasks.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- both ends of the channel name them
export function serveTasks<Setup, Task, Result>(workerOf: (setup: Setup) => (task: Task) => Promise<Result>): void {
  const port = parentPort;
  if (port === null) throw new Error('this program runs as a thread');
  port.once('message', (setup: Setup) => {
    const work = workerOf(setup);
    const answer = (message: ThreadAnswer<Result>): void => port.postMessage(message);
    port.on('message', (task: Task) => {
      work(task).then(
        (result) => answer({ ok: true, result }),
        (error: unknown) => answer({ ok: false, text: error instanceof Error ? error.message : String(error) }),
      );
    });
  });
}
