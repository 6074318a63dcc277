import type { PlanPlace } from '../contract/plan.ts';
import { layOut, plain, styled } from './columns.ts';
import { conditionText } from '../contract/condition-text.ts';
import { type Line, type Paint, paintLines } from './paint.ts';
import {
  coveragePercent,
  type PolicyTestFailure,
  type PolicyTestReport,
  type PolicyTestResult,
} from './policy-test.ts';
import { printable } from './printable.ts';
import { counted } from './run-summary.ts';

/** The tests of one policy for people: a line for each, why one failed, and which outcomes no test shows. */
export function renderPolicyTestText(report: PolicyTestReport, paint: Paint): string {
  const { file, policy, tests } = report;
  const version = policy.version === null ? '' : ` v${policy.version}`;
  const head = layOut({
    indent: 0,
    hanging: 2,
    left: [styled('strong', printable(file)), plain(`   ${printable(policy.name)}${version}`)],
    right: '',
  });
  return paintLines([...head, ...tests.flatMap(testLines), ...coverageLines(report)], paint);
}

/** The closing line over several policies. */
export function renderPolicyTestSummary(reports: readonly PolicyTestReport[], paint: Paint): string {
  const results = reports.flatMap(({ tests }) => tests);
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const short = reports.filter((report) => coveragePercent(report.coverage) < report.leastCoveragePercent).length;
  const parts = [`${results.length - failed} passed`, `${failed} failed`];
  const coverage = short === 0 ? '' : `; ${counted(short, 'policy', 'policies')} below the coverage asked for`;
  const role = failed + short === 0 ? 'good' : 'bad';
  return paintLines([[styled(role, `${counted(results.length, 'test')}: ${parts.join(', ')}${coverage}`)]], paint);
}

function testLines({ title, place, failures }: PolicyTestResult): readonly Line[] {
  const mark = failures.length === 0 ? styled('good', '✓') : styled('bad', '✗');
  const right = failures.length === 0 ? '' : placeText(place);
  return [
    ...layOut({ indent: 2, hanging: 4, left: [mark, plain(` ${printable(title)}`)], right }),
    ...failures.flatMap(failureLines),
  ];
}

function failureLines({ place, text, reasons }: PolicyTestFailure): readonly Line[] {
  return [
    ...layOut({ indent: 6, hanging: 8, left: [plain(printable(text))], right: placeText(place) }),
    ...reasons.flatMap((reason) =>
      layOut({ indent: 8, hanging: 10, left: [styled('faint', printable(reason))], right: '' }),
    ),
  ];
}

function coverageLines({ coverage, leastCoveragePercent }: PolicyTestReport): readonly Line[] {
  const percent = coveragePercent(coverage);
  const wanted = percent < leastCoveragePercent ? `, ${leastCoveragePercent} % asked for` : '';
  const text = `outcomes shown: ${coverage.shown} of ${coverage.total} (${percent} %${wanted})`;
  return [
    [plain('  '), styled(wanted === '' ? 'plain' : 'bad', text)],
    ...coverage.unshown.flatMap(({ condition, never }) =>
      layOut({
        indent: 4,
        hanging: 6,
        left: [plain(`never ${never.join(' or ')}: ${printable(conditionText(condition))}`)],
        right: placeText(condition.place),
      }),
    ),
  ];
}

function placeText({ file, line }: PlanPlace): string {
  return printable(`${file.slice(file.lastIndexOf('/') + 1)}:${line}`);
}
