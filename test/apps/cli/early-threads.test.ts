import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { earlyThreads } from '../../../apps/cli/early-threads.ts';
import { processIo } from '../../../apps/cli/process-io.ts';

const WAITS = "require('node:worker_threads').parentPort.on('message', () => undefined);";

/** Counts the threads that are started, each of which runs the next of these programs. */
function host(programs: readonly string[] = [], count = 2) {
  const started: Worker[] = [];
  const start = (): Worker => {
    const thread = new Worker(programs[started.length] ?? WAITS, { eval: true });
    started.push(thread);
    return thread;
  };
  return { started, io: { ...processIo(), threads: { count, start } } };
}

describe('threads that are started early', () => {
  test('are taken first, then others are started, and those that nobody took are ended', async () => {
    const { started, io } = host([], 3);
    const { threads, stop } = earlyThreads({ program: 'p', jobs: 2, operands: ['.'] }, io);
    expect(started).toHaveLength(2);
    expect(threads?.start('p')).toBe(started[0]);
    const [, waiting] = started;
    const ended = endOf(waiting);
    await stop();
    await ended;
    expect(threads?.start('p')).toBe(started[2]);
    await Promise.all(started.map((thread) => thread.terminate()));
  });

  test.each([
    ['one file', { jobs: 2, operands: ['package.json'] }, 2],
    ['one job', { jobs: 1, operands: ['.'] }, 2],
    ['one processor', { jobs: 0, operands: ['.'] }, 1],
    ['standard input', { jobs: 2, operands: ['-', 'package.json'] }, 2],
  ])('are none for %s', (_, run, count) => {
    const { started, io } = host([], count);
    earlyThreads({ program: 'p', ...run }, io);
    expect(started).toEqual([]);
  });

  test('are not taken when they failed before', async () => {
    const { started, io } = host(["throw new Error('broken')"]);
    const { threads, stop } = earlyThreads({ program: 'p', jobs: 0, operands: ['a', 'b'] }, io);
    await endOf(started[0]);
    expect(threads?.start('p')).toBe(started[1]);
    await stop();
    await Promise.all(started.map((thread) => thread.terminate()));
  });
});

function endOf(thread: Worker | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (thread === undefined) reject(new Error('no thread'));
    else thread.on('exit', () => resolve());
  });
}
