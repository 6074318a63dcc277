import { markdownText } from './markdown-text.ts';
import { reasonPlace } from './proof-lines.ts';
import { findingsOf, type RunCase, type RunFinding, type RunReport } from './run-report.ts';
import { counted } from './run-summary.ts';

/** A run as GitHub-flavoured Markdown, for the summary of a job or a comment: counts, then a table of what was found. */
export function renderRunMarkdown(report: RunReport): string {
  const findings = findingsOf(report);
  const failed = report.cases.filter(({ outcome }) => outcome !== 'passed').length;
  return [
    `## bootpol ${report.command}: ${failed === 0 ? 'passed' : `${counted(failed, 'case')} of ${report.cases.length} failed`}`,
    '',
    ...tableOf(countsOf(report.cases), ['outcome', 'cases']),
    ...(findings.length === 0 ? [] : ['', ...tableOf(findings.map(rowOf), ['', 'what', 'rule', 'why', 'where'])]),
    '',
  ].join('\n');
}

function countsOf(cases: readonly RunCase[]): readonly (readonly string[])[] {
  const counts = new Map<string, number>();
  for (const { word } of cases) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => [word, String(count)]);
}

function tableOf(rows: readonly (readonly string[])[], head: readonly string[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function rowOf([each, finding]: readonly [RunCase, RunFinding]): readonly string[] {
  const { rule, message, waiver } = finding;
  const what = each.group === null ? each.name : `${each.name} at ${each.group}`;
  const why = [...message.split('\n'), ...(waiver === null ? [] : [`waived: ${waiver}`])];
  return [markOf(finding), code(what), code(rule), why.map(escaped).join('<br>'), whereOf(finding)];
}

function markOf({ level, state }: RunFinding): string {
  if (state === 'known') return 'known';
  return level;
}

function whereOf({ place, asked }: RunFinding): string {
  const bytes = place?.kind === 'bytes' ? [reasonPlace({ ...place, code: '', text: '' })] : [];
  const text = place?.kind === 'text' ? place : asked;
  return [...bytes, ...(text === null ? [] : [`${text.file}:${text.line}`])].map(code).join('<br>');
}

/**
 * Text between backticks. A cell ends at a bar even there, and readers differ about backslashes before one: what holds
 * any of the three is written out.
 */
function code(text: string): string {
  return /[`|\\]/.test(text) ? `<code>${markdownText(text)}</code>` : `\`${text}\``;
}

/** CommonMark 0.31, section 2.4: the marks that could begin something within a table cell are escaped. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|~&@]/g, '\\$&');
}
