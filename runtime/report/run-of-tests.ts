import { coveragePercent, type PolicyTestReport, type PolicyTestResult } from './policy-test.ts';
import { printable } from './printable.ts';
import {
  fingerprinted,
  type RunCase,
  type RunFinding,
  type RunReport,
  type TextHash,
  textPlace,
} from './run-report.ts';

/** A policy whose tests could not be run. */
export interface UntestedPolicy {
  readonly file: string;
  readonly error: string;
}

/**
 * What `bootpol test` found: one case for every test, one finding for every expectation that was not met; and one case
 * more for the coverage of outcomes where a least share was asked for. A policy that was not tested is a case of its own.
 */
export function runOfTests(reports: readonly (PolicyTestReport | UntestedPolicy)[], hash: TextHash): RunReport {
  const cases = reports.flatMap((report) => ('error' in report ? [untestedCase(report, hash)] : casesOf(report, hash)));
  return { command: 'test', cases, rules: RULES };
}

const FAILED = 'failed-expectation';
const COVERAGE = 'outcome-coverage';
const UNTESTED = 'policy-not-tested';

const RULES = [
  { rule: FAILED, title: 'every test must get the verdicts that it expects', page: null },
  { rule: COVERAGE, title: 'the tests must show enough outcomes of the conditions', page: null },
  { rule: UNTESTED, title: 'a policy with tests must be readable, and must compile', page: null },
] as const;

function casesOf(report: PolicyTestReport, hash: TextHash): readonly RunCase[] {
  const tests = report.tests.map((result) => caseOf({ report, result, rule: FAILED }, hash));
  return [...tests, ...coverageCase(report, hash)];
}

function coverageCase(report: PolicyTestReport, hash: TextHash): readonly RunCase[] {
  const { coverage, leastCoveragePercent, file } = report;
  if (leastCoveragePercent === 0) return [];
  const percent = coveragePercent(coverage);
  const place = { file, line: 1, column: 1 };
  const text = `${percent} % of the outcomes of conditions are shown, ${leastCoveragePercent} % are asked for`;
  const failures = percent < leastCoveragePercent ? [{ place, text, reasons: [] }] : [];
  return [caseOf({ report, result: { title: 'coverage of outcomes', place, failures }, rule: COVERAGE }, hash)];
}

function untestedCase({ file, error }: UntestedPolicy, hash: TextHash): RunCase {
  const place = textPlace({ file, line: 1, column: 1 });
  const draft = { ...PLAIN, certainty: 'undecided', rule: UNTESTED, message: printable(error), place } as const;
  return {
    ...{ suite: printable(file), group: null, name: 'the policy compiles', file, sha256: null, line: null },
    ...{ outcome: 'undecided', word: 'not tested' },
    findings: fingerprinted([draft], () => ['test', file, UNTESTED], hash),
  };
}

/** What all findings of tests have in common. */
const PLAIN = {
  level: 'error',
  certainty: 'decided',
  asked: null,
  waiver: null,
  fix: null,
  state: null,
} as const satisfies Partial<RunFinding>;

interface Ran {
  readonly report: PolicyTestReport;
  readonly result: PolicyTestResult;
  readonly rule: string;
}

function caseOf({ report, result, rule }: Ran, hash: TextHash): RunCase {
  const suite = printable(report.policy.name);
  const name = printable(result.title);
  const drafts = result.failures.map((failure): Omit<RunFinding, 'fingerprint'> => {
    const message = [failure.text, ...failure.reasons].map(printable).join('\n');
    const place = textPlace(failure.place);
    return { ...PLAIN, rule, message, place };
  });
  const failed = drafts.length > 0;
  return {
    suite,
    group: null,
    name,
    file: report.file,
    sha256: null,
    line: result.place.line,
    outcome: failed ? 'failed' : 'passed',
    word: failed ? 'failed' : 'passed',
    findings: fingerprinted(drafts, () => ['test', suite, report.file, name, rule], hash),
  };
}
