import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { threadWorker } from '../../../apps/cli/thread.ts';

/** A thread that answers with what it is told, unless that is how to end. */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (task) => {
  if (task === 'exit') process.exit();
  if (task === 'throw') throw new Error('out of order');
  parentPort.postMessage({ ok: true, result: task });
});`;

async function begun() {
  const thread = new Worker(PROGRAM, { eval: true });
  const answered = once(thread, 'message');
  const worker = threadWorker<string, string>(thread, 'setup');
  await answered;
  return { thread, worker };
}

test('a thread does task after task', async () => {
  const { worker } = await begun();
  expect(await worker.run('one')).toBe('one');
  expect(await worker.run('two')).toBe('two');
  await worker.stop();
});

test.each([
  ['exit', 'the thread ended'],
  ['throw', 'out of order'],
])('a thread that ends between two tasks fails the next one: %s', async (way, why) => {
  const { thread, worker } = await begun();
  expect(await worker.run('one')).toBe('one');
  const ended = new Promise((resolve) => thread.on('exit', resolve));
  thread.postMessage(way);
  await ended;
  await expect(worker.run('two')).rejects.toThrow(why);
});
