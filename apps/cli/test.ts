import {
  policyTestJson,
  type PolicyTestReport,
  renderPolicyTestSummary,
  renderPolicyTestText,
  runOfTests,
} from '../../index.ts';
import { errPaint, outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { momentOf } from './date.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { diagnosticText, readPolicy } from './policy.ts';
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
  const codes: ExitCode[] = [];
  for (const path of given.operands) {
    const report = await testOne(path, { at, leastCoveragePercent: least }, io);
    if (report === null) {
      codes.push(EXIT.usage);
      continue;
    }
    reports.push(report);
    if (asText) io.out(`${renderPolicyTestText(report, outPaint(io))}\n`);
  }
  if (asText) io.out(renderPolicyTestSummary(reports, outPaint(io)));
  const run = compared(runOfTests(reports, sha256Hex), reporting);
  return gravest([...codes, exitOfRun(run), publish({ run, json: () => policyTestJson(reports) }, reporting, io)]);
};

function percentOf(word: string): number | null {
  return /^\d{1,3}$/.test(word) && Number(word) <= 100 ? Number(word) : null;
}

interface Wanted {
  readonly at: Date;
  readonly leastCoveragePercent: number;
}

async function testOne(path: string, wanted: Wanted, io: CommandIo): Promise<PolicyTestReport | null> {
  const policy = await readPolicy(path, io);
  if (!policy.ok) {
    complain(io, policy.text);
    return null;
  }
  const { plan, tests } = policy.compiled;
  if (plan === null || tests === null) {
    io.err(diagnosticText(policy.compiled, errPaint(io)));
    return null;
  }
  if (tests.tests.length === 0) complain(io, `policy \`${path}\` has no tests`);
  return runPolicyTests({ file: path, plan, tests, ...wanted });
}
