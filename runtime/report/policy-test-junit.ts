import { coveragePercent, type PolicyTestReport, type PolicyTestResult } from './policy-test.ts';

/**
 * Policy tests as JUnit XML, in the common form that CI systems read: one `testsuite` a policy, one `testcase` a test, and
 * one more for the coverage of outcomes where a least share was asked for.
 */
export function renderPolicyTestJunit(reports: readonly PolicyTestReport[]): string {
  const suites = reports.map(suiteOf);
  const tests = sum(suites, 'tests');
  const failures = sum(suites, 'failures');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="bootpol" tests="${tests}" failures="${failures}">`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly xml: string;
}

function sum(suites: readonly Suite[], what: 'tests' | 'failures'): number {
  return suites.reduce((total, suite) => total + suite[what], 0);
}

function suiteOf(report: PolicyTestReport): Suite {
  const cases = [...report.tests, ...coverageCase(report)];
  const failures = cases.filter((result) => result.failures.length > 0).length;
  const name = attribute(report.policy.name);
  const head = `  <testsuite name="${name}" tests="${cases.length}" failures="${failures}" file="${attribute(report.file)}">`;
  const xml = [head, ...cases.map((result) => caseOf(result, name)), '  </testsuite>'].join('\n');
  return { tests: cases.length, failures, xml };
}

function coverageCase({ coverage, leastCoveragePercent, file }: PolicyTestReport): readonly PolicyTestResult[] {
  if (leastCoveragePercent === 0) return [];
  const percent = coveragePercent(coverage);
  const place = { file, line: 1, column: 1 };
  const text = `${percent} % of the outcomes of conditions are shown, ${leastCoveragePercent} % are asked for`;
  const failures = percent < leastCoveragePercent ? [{ place, text, reasons: [] }] : [];
  return [{ title: 'coverage of outcomes', place, failures }];
}

function caseOf({ title, place, failures }: PolicyTestResult, suite: string): string {
  const open = `    <testcase name="${attribute(title)}" classname="${suite}" file="${attribute(place.file)}" line="${place.line}"`;
  if (failures.length === 0) return `${open}/>`;
  const told = failures.map(
    (failure) =>
      `      <failure message="${attribute(failure.text)}">${attribute(
        [`${failure.place.file}:${failure.place.line}`, ...failure.reasons].join('\n'),
      )}</failure>`,
  );
  return [`${open}>`, ...told, '    </testcase>'].join('\n');
}

/** XML 1.0, sections 2.2 and 2.4: markup is escaped, and characters that no document may hold are replaced. */
function attribute(text: string): string {
  return Array.from(text, (character) => ESCAPES.get(character) ?? (isXml(character) ? character : '\u{fffd}')).join(
    '',
  );
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function isXml(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20) return point === 0x9 || point === 0xa || point === 0xd;
  return point < 0xd800 || (point > 0xdfff && point !== 0xfffe && point !== 0xffff);
}
