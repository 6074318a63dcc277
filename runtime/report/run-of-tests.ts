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

/**
 * What `bootpol test` found: one case for every test, one finding for every expectation that was not met; and one case
 * more for the coverage of outcomes where a least share was asked for.
 */
export function runOfTests(reports: readonly PolicyTestReport[], hash: TextHash): RunReport {
  return { command: 'test', cases: reports.flatMap((report) => casesOf(report, hash)), rules: RULES };
}

const FAILED = 'failed-expectation';
const COVERAGE = 'outcome-coverage';

const RULES = [
  { rule: FAILED, title: 'every test must get the verdicts that it expects', page: null },
  { rule: COVERAGE, title: 'the tests must show enough outcomes of the conditions', page: null },
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
    return {
      rule,
      level: 'error',
      certainty: 'decided',
      message,
      place,
      asked: null,
      waiver: null,
      fix: null,
      state: null,
    };
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
