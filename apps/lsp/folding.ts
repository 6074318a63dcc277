import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver';
import type { Span } from '../../compiler/index.ts';
import { positionOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';

/** What an editor can fold: braces over several lines, statements over several lines, runs of comment lines. */
export function foldsOf(document: PolicyDocument): readonly FoldingRange[] {
  const { source, policy, comments } = document.reading;
  const lineOf = (offset: number): number => positionOf(source, offset).line;
  const folds = new Map<number, FoldingRange>();
  const add = (startLine: number, endLine: number, kind?: FoldingRangeKind): void => {
    if (endLine > startLine && !folds.has(startLine))
      folds.set(startLine, { startLine, endLine, ...(kind && { kind }) });
  };
  // The line of the closing brace stays in sight.
  for (const { start, end } of bracesOf(document)) add(lineOf(start), lineOf(end) - 1);
  for (const { span } of policy.statements) add(lineOf(span.start), lineOf(Math.max(span.start, span.end - 1)));
  for (const { start, end } of runs(comments, lineOf)) add(start, end, FoldingRangeKind.Comment);
  return [...folds.values()].sort((a, b) => a.startLine - b.startLine);
}

/** Every pair of braces: the places of both signs, in the order of the first. */
export function bracesOf({ reading }: Pick<PolicyDocument, 'reading'>): readonly Span[] {
  const open: number[] = [];
  const pairs: Span[] = [];
  for (const { text, span, role } of reading.tokens) {
    if (role !== 'sign') continue;
    if (text === '{') open.push(span.start);
    if (text !== '}') continue;
    const start = open.pop();
    if (start !== undefined) pairs.push({ start, end: span.start });
  }
  return pairs.sort((a, b) => a.start - b.start);
}

/** Lines of comments that follow one another. */
function runs(comments: readonly Span[], lineOf: (offset: number) => number): readonly Span[] {
  const found: { start: number; end: number }[] = [];
  for (const { start } of comments) {
    const line = lineOf(start);
    const last = found.at(-1);
    if (last && last.end === line - 1) last.end = line;
    else found.push({ start: line, end: line });
  }
  return found;
}
