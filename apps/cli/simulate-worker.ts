import { parentPort } from 'node:worker_threads';
import { processIo } from './process-io.ts';
import { type SimulationResult, type SimulationSetup, type SimulationTask, simulator } from './simulate-task.ts';
import type { ThreadAnswer } from './thread.ts';

// A thread of `bootpol simulate`: the first message is the setup, each further one a task.
const port = parentPort;
if (port === null) throw new Error('this program runs as a thread');
port.once('message', (setup: SimulationSetup) => {
  const simulate = simulator(setup, processIo());
  const answer = (message: ThreadAnswer<SimulationResult>): void => port.postMessage(message);
  port.on('message', (task: SimulationTask) => {
    simulate(task).then(
      (result) => answer({ ok: true, result }),
      (error: unknown) => answer({ ok: false, text: error instanceof Error ? error.message : String(error) }),
    );
  });
});
