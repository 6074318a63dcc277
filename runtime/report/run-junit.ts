import type { RunCase, RunFinding, RunReport } from './run-report.ts';
import { xmlText } from './xml-text.ts';

/**
 * A run as JUnit XML, as the schema junit-10 of Jenkins' xUnit plugin has it: a `testsuite` for each policy, a `testcase`
 * for each case. What cannot be decided is an `error`; warnings, waived findings and findings that an earlier run knew
 * are told in `system-out` and fail nothing.
 */
export function renderRunJunit({ command, cases }: RunReport): string {
  const suites = suitesOf(cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="bootpol ${command}" ${countsOf(cases)}>`,
    ...suites.flatMap(([name, members]) => [
      `  <testsuite name="${xmlText(name)}" ${countsOf(members)}>`,
      ...members.map(caseXml),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function suitesOf(cases: readonly RunCase[]): readonly (readonly [string, readonly RunCase[]])[] {
  const suites = new Map<string, RunCase[]>();
  for (const each of cases) {
    const members = suites.get(each.suite);
    if (members === undefined) suites.set(each.suite, [each]);
    else members.push(each);
  }
  return [...suites];
}

function countsOf(cases: readonly RunCase[]): string {
  const failing = cases.filter((each) => each.findings.some(isFailing));
  const errors = failing.filter(({ outcome }) => outcome === 'undecided').length;
  return `tests="${cases.length}" failures="${failing.length - errors}" errors="${errors}"`;
}

function isFailing({ level, state }: RunFinding): boolean {
  return level === 'error' && state !== 'known';
}

function caseXml(each: RunCase): string {
  const { suite, group, name, findings, outcome } = each;
  const className = xmlText(group === null ? suite : `${suite}.${group}`);
  const open = `    <testcase name="${xmlText(name)}" classname="${className}"`;
  if (findings.length === 0) return `${open}/>`;
  const tag = outcome === 'undecided' ? 'error' : 'failure';
  const failing = findings.filter(isFailing).map((finding) => failureXml(finding, tag));
  const told = findings.filter((finding) => !isFailing(finding));
  const notes = told.length === 0 ? [] : [`      <system-out>${xmlText(told.map(noteText).join('\n'))}</system-out>`];
  return [`${open}>`, ...failing, ...notes, '    </testcase>'].join('\n');
}

function failureXml({ rule, message, place, asked }: RunFinding, tag: string): string {
  const [first = '', ...rest] = message.split('\n');
  const text = place?.kind === 'text' ? place : asked;
  const at = text === null ? [] : [`${text.file}:${text.line}`];
  return `      <${tag} type="${xmlText(rule)}" message="${xmlText(first)}">${xmlText([...at, ...rest].join('\n'))}</${tag}>`;
}

function noteText({ level, message, waiver, state }: RunFinding): string {
  const why = waiver === null ? '' : ` (${waiver})`;
  return `${state === 'known' ? `known ${level}` : level}: ${message}${why}`;
}
