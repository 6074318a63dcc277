import { describe, expect, test } from 'vitest';
import { inOrder, type Pool } from '../../../apps/cli/worker-pool.ts';

/** Tasks are how long they take, in turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

interface Log {
  started: number;
  stopped: number;
  running: number;
  most: number;
}

function poolOf(log: Log, more: Partial<Pool<number, string>> = {}): Pool<number, string> {
  return {
    jobs: 3,
    start: () => {
      log.started += 1;
      return {
        run: async (task) => {
          log.running += 1;
          log.most = Math.max(log.most, log.running);
          await turns(Math.abs(task));
          log.running -= 1;
          if (task < 0) throw new Error('the thread ended');
          return `done ${task}`;
        },
        stop: () => Promise.resolve((log.stopped += 1)),
      };
    },
    weightOf: () => 1,
    weightLimit: 100,
    failed: (task, error) => `failed ${task}: ${error instanceof Error ? error.message : ''}`,
    ...more,
  };
}

async function all(tasks: readonly number[], pool: Pool<number, string>): Promise<readonly string[]> {
  const results: string[] = [];
  for await (const result of inOrder(tasks, pool)) results.push(result);
  return results;
}

describe('a pool of workers', () => {
  const newLog = (): Log => ({ started: 0, stopped: 0, running: 0, most: 0 });

  test('gives results in the order of the tasks, whichever is ready first', async () => {
    const log = newLog();
    expect(await all([9, 1, 5, 2, 7], poolOf(log))).toEqual(['done 9', 'done 1', 'done 5', 'done 2', 'done 7']);
    expect(log).toEqual({ started: 3, stopped: 3, running: 0, most: 3 });
  });

  test('starts no more workers than there are tasks, and none for no task', async () => {
    const log = newLog();
    expect(await all([4], poolOf(log))).toEqual(['done 4']);
    expect(await all([], poolOf(log))).toEqual([]);
    expect(log.started).toBe(1);
  });

  test('goes on with a new worker where one failed', async () => {
    const log = newLog();
    const results = await all([2, -1, 3, 4], poolOf(log, { jobs: 1 }));
    expect(results).toEqual(['done 2', 'failed -1: the thread ended', 'done 3', 'done 4']);
    expect([log.started, log.stopped]).toEqual([2, 2]);
  });

  test('lets heavy tasks wait for each other, and one that is too heavy run alone', async () => {
    const log = newLog();
    const heavy = poolOf(log, { weightOf: (task) => task, weightLimit: 10 });
    expect(await all([6, 6, 20, 6], heavy)).toEqual(['done 6', 'done 6', 'done 20', 'done 6']);
    expect(log.most).toBe(1);
    const light = newLog();
    await all([5, 5, 5], poolOf(light, { weightOf: (task) => task, weightLimit: 10 }));
    expect(light.most).toBe(2);
  });

  test('stops its workers when nobody wants more results', async () => {
    const log = newLog();
    for await (const result of inOrder([1, 1, 1, 1, 1, 1, 1, 1], poolOf(log))) {
      expect(result).toBe('done 1');
      break;
    }
    expect(log.stopped).toBe(log.started);
  });
});
