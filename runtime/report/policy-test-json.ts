import type { PolicyTestJson } from './policy-test-schema.ts';
import type { UntestedPolicy } from './run-of-tests.ts';
import { allPassed, coveragePercent, type PolicyTestReport } from './policy-test.ts';

/** The tests of several policies as one value of the published schema. */
export function policyTestJson(
  reports: readonly PolicyTestReport[],
  untested: readonly UntestedPolicy[],
): PolicyTestJson {
  return { version: 1, policies: reports.map(policyOf), untested: untested.map((each) => ({ ...each })) };
}

function policyOf(report: PolicyTestReport): PolicyTestJson['policies'][number] {
  const { file, policy, tests, coverage, leastCoveragePercent } = report;
  return {
    file,
    policy: { name: policy.name, version: policy.version },
    passed: allPassed(report),
    tests: tests.map(({ title, place, failures }) => ({
      title,
      place: placeOf(place),
      passed: failures.length === 0,
      failures: failures.map(({ text, place: at, reasons }) => ({ text, place: placeOf(at), reasons: [...reasons] })),
    })),
    coverage: {
      shown: coverage.shown,
      total: coverage.total,
      percent: coveragePercent(coverage),
      leastPercent: leastCoveragePercent,
    },
  };
}

function placeOf({ file, line, column }: { file: string; line: number; column: number }): {
  file: string;
  line: number;
  column: number;
} {
  return { file, line, column };
}
