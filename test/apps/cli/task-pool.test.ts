import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { processIo } from '../../../apps/cli/process-io.ts';
import { filePool } from '../../../apps/cli/task-pool.ts';
import type { SourceItem } from '../../../apps/cli/sources.ts';

const ANSWERS = `const { parentPort } = require('node:worker_threads');
parentPort.once('message', () => parentPort.on('message', () => parentPort.postMessage({ ok: true, result: 'thread' })));`;

/** Where the first of these files is judged, with so many jobs. */
async function placeOf(sizesBytes: readonly number[], jobs: number): Promise<string> {
  const tasks = sizesBytes.map((sizeBytes): SourceItem => ({ kind: 'path', path: 'file', sizeBytes }));
  const threads = { count: 2, start: () => new Worker(ANSWERS, { eval: true }) };
  const pool = filePool<SourceItem, string>(
    {
      ...{ tasks, jobs, program: 'program', setup: {}, itemOf: (task) => task },
      here: () => () => Promise.resolve('here'),
      failed: () => 'failed',
    },
    { ...processIo(), threads },
  );
  const worker = pool.start();
  const [first] = tasks;
  const place = first === undefined ? 'no file' : await worker.run(first);
  await worker.stop();
  return place;
}

describe('files are judged', () => {
  test.each([
    ['here by one job, while they are small', [1000, 1000], 1, 'here'],
    ['in a thread by one job, when they are large', [200e6, 200e6], 1, 'thread'],
    ['in threads by two jobs', [1000, 1000], 2, 'thread'],
    ['here when there is only one', [1000], 2, 'here'],
  ])('%s', async (_, sizesBytes, jobs, place) => {
    expect(await placeOf(sizesBytes, jobs)).toBe(place);
  });
});
