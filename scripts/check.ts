import { spawnSync } from 'node:child_process';

/** One thing that `npm run check` looks at: a command whose exit code 0 means all is well. */
interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

const FOLDERS = ['index.ts', 'native-engine.ts', 'grammar', 'compiler', 'runtime', 'forge', 'apps', 'scripts', 'test'];

const STEPS: readonly Step[] = [
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json', ...remembered('types')] },
  { name: 'types without Node', command: ['tsc', '-p', 'tsconfig.build.json', '--noEmit', ...remembered('core')] },
  { name: 'lint', command: ['eslint', '--max-warnings=0', '.'] },
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'folder directions', command: ['depcruise', '--config', '.dependency-cruiser.cjs', ...FOLDERS] },
  { name: 'unused code', command: ['knip'] },
  { name: 'stale generated files', command: ['node', 'scripts/run.mjs', 'scripts/generate.ts', '--check'] },
  { name: 'sizes', command: ['node', 'scripts/run.mjs', 'scripts/measure-sizes.ts'] },
  { name: 'build', command: ['node', 'scripts/run.mjs', 'scripts/build.ts'] },
  { name: 'package', command: ['publint', '--strict'] },
  { name: 'package types', command: ['attw', '--pack', '.', '--profile', 'esm-only', '--no-emoji'] },
];

const unknown = process.argv.slice(2).filter((word) => STEPS.every(({ name }) => name !== word));
if (unknown.length > 0)
  throw new Error(`no step is called ${unknown.join(', ')}: ${STEPS.map(({ name }) => name).join(', ')}`);

// Every step runs, so that one call shows everything that is wrong; `npm run check -- lint format` runs only those.
const chosen = process.argv.slice(2);
const steps = chosen.length === 0 ? STEPS : STEPS.filter((step) => chosen.includes(step.name));
const failed = steps.filter((step) => !passes(step));
const passed = steps.length - failed.length;
if (failed.length > 0) console.log(`failed: ${failed.map((step) => step.name).join(', ')}`);
console.log(`check: ${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 && steps.length > 0 ? 0 : 1;

/** What a run of tsc learns is kept for the next one: only files that changes reach are checked anew. */
function remembered(name: string): readonly string[] {
  return ['--incremental', '--tsBuildInfoFile', `node_modules/.cache/bootpol/${name}.tsbuildinfo`];
}

function passes(step: Step): boolean {
  const [program = '', ...options] = step.command;
  const { status, stdout, stderr, error } = spawnSync(program, options, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const passed = status === 0;
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${step.name}`);
  if (!passed) console.log(error === undefined ? `${stdout}${stderr}` : `cannot run ${program}: ${error.message}`);
  return passed;
}
