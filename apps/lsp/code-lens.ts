import type { CodeLens } from 'vscode-languageserver';
import { coveragePercent, type PolicyTestReport } from '../../index.ts';
import { rangeOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';

/** The command that runs the tests of a policy; its one argument is the policy's URI. */
export const RUN_TESTS = 'bootpol.runTests';

/** Above every test: run it, and how it came out in the last run of this text; above the policy: the coverage of outcomes. */
export function codeLensesOf(document: PolicyDocument, report: PolicyTestReport | null): readonly CodeLens[] {
  const { reading, uri } = document;
  const { policy, source } = reading;
  const tests = policy.statements.filter(({ kind }) => kind === 'test');
  if (tests.length === 0) return [];
  const lens = (span: { readonly start: number; readonly end: number }, title: string): CodeLens => ({
    range: rangeOf(source, { start: span.start, end: span.start }),
    command: { title, command: RUN_TESTS, arguments: [uri] },
  });
  const results = tests.map(({ span }, index) => lens(span, testTitle(report, index)));
  const head = policy.header ?? tests[0];
  return head ? [lens(head.span, policyTitle(tests.length, report)), ...results] : results;
}

function testTitle(report: PolicyTestReport | null, index: number): string {
  const result = report?.tests[index];
  if (result === undefined) return 'run test';
  const [failure] = result.failures;
  return failure === undefined ? 'passed · run again' : `failed: ${failure.text} · run again`;
}

function policyTitle(tests: number, report: PolicyTestReport | null): string {
  if (report === null) return tests === 1 ? 'run the test' : `run all ${String(tests)} tests`;
  const failed = report.tests.filter(({ failures }) => failures.length > 0).length;
  const outcome = failed === 0 ? 'all tests passed' : `${String(failed)} of ${String(tests)} tests failed`;
  return `${outcome} · coverage of outcomes: ${String(coveragePercent(report.coverage))}% · run again`;
}
