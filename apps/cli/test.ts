import {
  policyTestJson,
  type PolicyTestReport,
  renderPolicyTestSummary,
  renderPolicyTestText,
  runOfTests,
  type UntestedPolicy,
} from '../../index.ts';
import { errPaint, outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { momentOf } from './date.ts';
import { EXIT, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { diagnosticText, readPolicy } from './policy.ts';
import { policyPaths } from './policy-paths.ts';
import { runPolicyTests } from './policy-test.ts';
import { compared, exitOfRun, publish, reportingOf } from './reports.ts';
import { usage } from './usage.ts';
import { sha256Hex } from './sha256.ts';

/** `bootpol test POLICY…`: forges what the policies' tests give, and compares the verdicts. */
export const test: CommandRun = async (given, io) => {
  const at = momentOf(given.values('at')[0], io.now);
  if (at === null) return usage(io, '`--at` wants a day as YYYY-MM-DD');
  const least = percentOf(given.values('min-coverage')[0] ?? '0');
  if (least === null) return usage(io, '`--min-coverage` wants a whole number from 0 to 100');
  const reporting = await reportingOf(given, io);
  if ('fault' in reporting) return usage(io, reporting.fault);
  const asText = reporting.format === 'text';
  const reports: PolicyTestReport[] = [];
  const untested: UntestedPolicy[] = [];
  for (const path of policyPaths(given.operands, io)) {
    const report = path.ok
      ? await testOne(path.path, { at, leastCoveragePercent: least }, io)
      : unreadable(path.path, path.text, io);
    if ('error' in report) {
      untested.push(report);
      continue;
    }
    reports.push(report);
    if (asText) io.out(`${renderPolicyTestText(report, outPaint(io))}\n`);
  }
  if (asText) io.out(renderPolicyTestSummary(reports, outPaint(io)));
  const run = compared(runOfTests([...reports, ...untested], sha256Hex), reporting);
  const published = publish({ run, json: () => policyTestJson(reports, untested) }, reporting, io);
  return gravest([...untested.map(() => EXIT.usage), exitOfRun(run), published]);
};

function percentOf(word: string): number | null {
  return /^\d{1,3}$/.test(word) && Number(word) <= 100 ? Number(word) : null;
}

interface Wanted {
  readonly at: Date;
  readonly leastCoveragePercent: number;
}

async function testOne(path: string, wanted: Wanted, io: CommandIo): Promise<PolicyTestReport | UntestedPolicy> {
  const policy = await readPolicy(path, io);
  if (!policy.ok) return unreadable(path, policy.text, io);
  const { plan, tests, diagnostics } = policy.compiled;
  if (plan === null || tests === null) {
    io.err(diagnosticText(policy.compiled, errPaint(io)));
    const first = diagnostics.find(({ severity }) => severity === 'error');
    return { file: path, error: first === undefined ? 'it does not compile' : `${first.code}: ${first.title}` };
  }
  if (tests.tests.length === 0) complain(io, `policy \`${path}\` has no tests`);
  return runPolicyTests({ file: path, plan, tests, ...wanted });
}

function unreadable(file: string, error: string, io: CommandIo): UntestedPolicy {
  complain(io, error);
  return { file, error };
}
