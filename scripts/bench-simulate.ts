import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { median, processCosts } from '../test/bench/process-cost.ts';
import type { Row } from '../test/bench/row.ts';
import { setSimulateScene, type SimulateScene } from '../test/bench/simulate-scene.ts';

const CLI = join('dist', 'cli', 'bootpol.js');
const NODE = process.execPath;
const ROUNDS = 3;

/** What laying twelve policies side by side costs beyond one, what a second thread gives, and how much memory it takes. */
export function simulateRows(): readonly Row[] {
  const scene = setSimulateScene();
  try {
    return [...sideBySideRows(scene), speedRow(scene), peakRow(scene)];
  } finally {
    scene.remove();
  }
}

function words({ images, binds }: SimulateScene, policies: readonly string[], jobs: number): readonly string[] {
  const chosen = policies.flatMap((policy) => ['-p', policy]);
  const used = policies.some((policy) => policy.includes('firmware-alone')) ? binds : binds.slice(0, 2);
  const bound = policies.every((policy) => policy.includes('firmware-alone')) ? binds.slice(2) : used;
  return ['simulate', ...chosen, ...bound, '--jobs', String(jobs), images];
}

/** Processor time, on one thread; the most demanding policy is found by asking each alone. */
function sideBySideRows(scene: SimulateScene): readonly Row[] {
  const alone = scene.policies.map((policy) => ({ name: policy, command: [NODE, CLI, ...words(scene, [policy], 1)] }));
  const [first] = alone;
  if (first !== undefined) expectSuccess(first.command);
  const singles = [...processCosts(alone, 1)].sort(([, left], [, right]) => right - left);
  const hardest = singles[0]?.[0] ?? '';
  const all = [NODE, CLI, ...words(scene, scene.policies, 1)];
  expectSuccess(all);
  const costs = processCosts(
    [
      { name: 'all', command: all },
      { name: 'one', command: [NODE, CLI, ...words(scene, [hardest], 1)] },
    ],
    ROUNDS,
  );
  const value = (costs.get('all') ?? Number.NaN) / (costs.get('one') ?? Number.NaN);
  return [{ what: `100 images × 12 policies to × the hardest one`, value, unit: '×', goal: 1.3 }];
}

/** Elapsed time: only it shows what a second processor gives. */
function speedRow(scene: SimulateScene): Row {
  const samples: Readonly<Record<'one' | 'two', number[]>> = { one: [], two: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    samples.one.push(elapsed(words(scene, scene.policies, 1)));
    samples.two.push(elapsed(words(scene, scene.policies, 2)));
  }
  return {
    what: 'two jobs to one, elapsed',
    value: median(samples.two) / median(samples.one),
    unit: '×',
    goal: 1 / 1.7,
  };
}

function elapsed(command: readonly string[]): number {
  const start = performance.now();
  expectSuccess([NODE, CLI, ...command]);
  return performance.now() - start;
}

function peakRow(scene: SimulateScene): Row {
  const { stderr } = expectSuccess([NODE, scene.peakScript, ...words(scene, scene.policies, 2)]);
  return {
    what: 'peak memory, 100 images × 12 policies, two jobs',
    value: Number(stderr) / 1e6,
    unit: 'MB',
    goal: 500,
  };
}

function expectSuccess([program = '', ...rest]: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${rest.join(' ')} ended with ${String(status)}:\n${stdout}${stderr}`);
  return { stdout, stderr };
}
