import { findingsOf, type RunCase, type RunFinding, type RunReport, type RunText } from './run-report.ts';

/**
 * A run as workflow commands of GitHub Actions: one `::error`, `::warning` or `::notice` for every finding, at the line of
 * the policy that asks for it, since an image has no lines. Source: docs.github.com, "Workflow commands".
 */
export function renderRunGithub(report: RunReport): string {
  return findingsOf(report).map(annotation).join('');
}

function annotation([each, finding]: readonly [RunCase, RunFinding]): string {
  const { rule, message, place, asked, waiver } = finding;
  const text = place?.kind === 'text' ? place : asked;
  const where = text === null ? [['file', each.file] as const] : textProperties(text);
  const title = text === null || text.file === each.file ? rule : `${rule}: ${each.name}`;
  const properties = [...where, ['title', title] as const].map(([name, value]) => `${name}=${property(value)}`);
  const why = waiver === null ? '' : `\nwaived: ${waiver}`;
  return `::${commandOf(finding)} ${properties.join(',')}::${data(message + why)}\n`;
}

/** What an earlier run knew, or a waiver lifts, fails nothing. */
function commandOf({ level, state }: RunFinding): 'error' | 'warning' | 'notice' {
  if (state === 'known' || level === 'note') return 'notice';
  return level;
}

function textProperties({ file, line, column, endLine, endColumn }: RunText): readonly (readonly [string, string])[] {
  const start = [
    ['file', file],
    ['line', String(line)],
    ['col', String(column)],
  ] as const;
  return endLine === line && endColumn > column ? [...start, ['endColumn', String(endColumn)]] : start;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
