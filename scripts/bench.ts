import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, factsOf, DEFAULT_LIMITS, nativeEngine, openCase, readAnchorFile } from '../index.ts';
import { checkPolicy, emitClosures } from '../compiler/index.ts';
import { policyHash } from '../policy-hash.ts';
import { PENDING } from '../runtime/contract/judgement.ts';
import { resolveSigners } from '../runtime/facts/signer-sets.ts';
import { warmCost } from '../test/bench/in-process-cost.ts';
import { programOf } from '../test/emitted.ts';
import { type Contender, processCosts } from '../test/bench/process-cost.ts';
import type { Row } from '../test/bench/row.ts';
import { type Scene, setScene } from '../test/bench/scene.ts';
import { codecRows } from './bench-codecs.ts';
import { lspRows } from './bench-lsp.ts';
import { policyOf, policyRows } from './bench-policy.ts';
import { simulateRows } from './bench-simulate.ts';
import { signatureCost } from '../test/bench/signature-cost.ts';

// What things cost, as ratios to other programs in the same run: absolute times say more of the machine than of us.
const CLI = join('dist', 'cli', 'bootpol.js');
const NODE = process.execPath;

const hasSbverify = spawnSync('sbverify', ['--version']).error === undefined;
if (!hasSbverify) console.log('sbverify is not installed (Debian package sbsigntool): its ratios are left out');

/** `npm run bench` measures all groups, `npm run bench -- codecs` only those that are named. */
const GROUPS: Readonly<Record<string, () => Promise<readonly Row[]> | readonly Row[]>> = {
  verdicts: verdictRows,
  codecs: codecRows,
  signatures: signatureRows,
  policies: policyRows,
  lsp: lspRows,
  simulate: simulateRows,
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => GROUPS[name] === undefined);
if (unknown.length > 0) throw new Error(`no group is named ${unknown.join(', ')}: ${Object.keys(GROUPS).join(', ')}`);
const all: Row[] = [];
for (const [name, measure] of Object.entries(GROUPS)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const rows = await measure();
  for (const row of rows) console.log(rowText(row));
  all.push(...rows);
}
const over = all.filter(({ value, goal }) => goal !== null && value > goal).length;
console.log(`${String(all.length)} measurements, ${String(over)} over their goal`);

async function verdictRows(): Promise<readonly Row[]> {
  const scene = setScene();
  try {
    return [...startRows(), ...oneFileRows(scene), ...manyFileRows(scene), ...(await warmRows(scene))];
  } finally {
    scene.remove();
  }
}

function rowText({ what, value, unit, goal }: Row): string {
  const state =
    goal === null ? '' : `${value <= goal ? 'within' : 'OVER  '} ${String(Number(goal.toPrecision(3)))} ${unit}`;
  return `${what.padEnd(52)}${value.toPrecision(3).padStart(8)} ${unit.padEnd(3)}  ${state}`.trimEnd();
}

function startRows(): readonly Row[] {
  const costs = processCosts(
    [
      { name: 'version', command: [NODE, CLI, '--version'] },
      { name: 'node', command: [NODE, '-e', '0'] },
    ],
    15,
  );
  return [{ what: '`bootpol --version` to `node -e 0`', value: ratio(costs, 'version', 'node'), unit: '×', goal: 1.3 }];
}

function oneFileRows({ kernel, certificate, policy, hashScript }: Scene): readonly Row[] {
  const verify = {
    name: 'verify',
    command: [NODE, CLI, 'verify', '-p', policy, '--bind', `db=${certificate}`, kernel],
  };
  const contenders: readonly Contender[] = [
    verify,
    { name: 'hash', command: [NODE, hashScript, kernel] },
    ...sbverify({ name: 'sbverify', command: ['sbverify', '--cert', certificate, kernel] }),
  ];
  expectSuccess(verify);
  const costs = processCosts(contenders, 11);
  return [
    { what: 'verify a 40 MB kernel to Node hashing it', value: ratio(costs, 'verify', 'hash'), unit: '×', goal: 2.0 },
    ...sbverify({
      what: 'verify a 40 MB kernel to `sbverify --cert`',
      value: ratio(costs, 'verify', 'sbverify'),
      unit: '×',
      goal: null,
    } as const),
  ];
}

function manyFileRows({ manyKernels, certificate, policy }: Scene): readonly Row[] {
  if (!hasSbverify) return [];
  const verify = {
    name: 'verify',
    command: [NODE, CLI, 'verify', '-p', policy, '--bind', `db=${certificate}`, ...manyKernels],
  };
  expectSuccess(verify);
  const costs = processCosts(
    [verify, { name: 'loop', command: ['sbverify', '--cert', certificate], lastWords: manyKernels }],
    5,
  );
  return [
    {
      what: 'verify 60 kernels in one call to 60 `sbverify`',
      value: ratio(costs, 'verify', 'loop'),
      unit: '×',
      goal: 1.1,
    },
  ];
}

async function warmRows({ certificate, manyKernels }: Scene): Promise<readonly Row[]> {
  const [kernel = ''] = manyKernels;
  const signers = readFileSync(certificate);
  const readFile = (): Uint8Array => signers;
  const policy = policyOf(20);
  const { plan, verifier } = compile(policy, { readFile });
  const anchors = readAnchorFile(signers, certificate);
  if (plan === null || !anchors.ok) throw new Error('the policy of the benchmark does not compile');
  const program = { plan, conditions: emitClosures(plan) };
  const file = factsOf(readFileSync(kernel), { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  const at = new Date('2026-01-01T00:00:00Z');
  const { verdict, sha256 } = await verifier.judge(file, { trust: {}, at });
  if (verdict !== 'accept') throw new Error(`the benchmark's kernel came out as ${verdict}`);
  const belief = { signers: resolveSigners(plan, {}), revoked: plan.revoked, at };
  const parts = { program, file, belief, sha256, beside: null };
  const opened = openCase(parts);
  if (opened.judge() === PENDING) await file.work.settle();
  const short = policyOf(20);
  const built = openCase({ ...parts, program: await programOf(plan) });
  if (built.judge() === PENDING) await file.work.settle();
  // In turns, and the best of each: what the machine does beside would decide a ratio near one.
  const turns = Array.from(
    { length: 5 },
    () => [warmCost(() => built.judge()), warmCost(() => opened.judge())] as const,
  );
  const inModule = Math.min(...turns.map(([one]) => one));
  const inMemory = Math.min(...turns.map(([, other]) => other));
  const check = { fileName: 'bench.bootpol', loadSigners: () => anchors, sha256: policyHash };
  return [
    { what: 'evaluate 20 requirements on ready facts', value: warmCost(() => opened.judge()), unit: 'µs', goal: 5 },
    { what: 'the same in a built module to the one in memory', value: inModule / inMemory, unit: '×', goal: 1.1 },
    { what: 'the same, laid on the file anew', value: warmCost(() => openCase(parts).judge()), unit: 'µs', goal: null },
    {
      what: 'parse and check a policy of 25 lines',
      value: warmCost(() => checkPolicy(short, check)),
      unit: 'µs',
      goal: 500,
    },
  ];
}

async function signatureRows(): Promise<readonly Row[]> {
  const { ours, pkijs } = await signatureCost();
  return [{ what: 'check a signature of RSA-2048 to bare PKI.js', value: ours / pkijs, unit: '×', goal: 1.3 }];
}

function ratio(costs: ReadonlyMap<string, number>, one: string, other: string): number {
  return (costs.get(one) ?? Number.NaN) / (costs.get(other) ?? Number.NaN);
}

function sbverify<T>(only: T): readonly T[] {
  return hasSbverify ? [only] : [];
}

/** A measured command must do its work, or its cost means nothing. */
function expectSuccess({ command: [program = '', ...words] }: Contender): void {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${String(status)}:\n${stdout}${stderr}`);
}
