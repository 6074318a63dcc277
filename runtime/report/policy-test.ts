import type { PlanPlace, PolicyName } from '../contract/plan.ts';
import type { OutcomeCoverage } from '../evaluate/outcome-coverage.ts';

/** What running the tests of one policy gave. */
export interface PolicyTestReport {
  /** The policy's file. */
  readonly file: string;
  readonly policy: PolicyName;
  readonly tests: readonly PolicyTestResult[];
  readonly coverage: OutcomeCoverage;
  /** The least share of outcomes that the caller wants shown, in percent; 0 when it does not say. */
  readonly leastCoveragePercent: number;
}

export interface PolicyTestResult {
  readonly title: string;
  readonly place: PlanPlace;
  /** None: the test passed. */
  readonly failures: readonly PolicyTestFailure[];
}

export interface PolicyTestFailure {
  /** The expectation that was not met, or the test where an image could not be forged. */
  readonly place: PlanPlace;
  readonly text: string;
  /** Why the verdict is what it is. */
  readonly reasons: readonly string[];
}

/** The share of outcomes shown, in percent, rounded down: 100 means all of them, also of none. */
export function coveragePercent({ shown, total }: OutcomeCoverage): number {
  return total === 0 ? 100 : Math.floor((100 * shown) / total);
}

/** Whether every test passed and enough outcomes were shown. */
export function allPassed({ tests, coverage, leastCoveragePercent }: PolicyTestReport): boolean {
  return tests.every(({ failures }) => failures.length === 0) && coveragePercent(coverage) >= leastCoveragePercent;
}
