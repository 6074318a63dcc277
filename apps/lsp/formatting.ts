import type { Range, TextEdit } from 'vscode-languageserver';
import {
  formatPolicy,
  type GrammarPaths,
  type PolicyReading,
  readPolicyText,
  type Source,
  sourceOf,
  type Span,
} from '../../compiler/index.ts';
import { offsetOf, rangeOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';

/** The edits that lay a policy out as `bootpol fmt` does, but for line ends: an editor keeps those that a file has. */
export function formattingOf({ reading: { source } }: PolicyDocument): readonly TextEdit[] {
  return editsTo(formatted(source), source);
}

/** The same of the statements that a range touches. */
export function rangeFormattingOf({ reading }: PolicyDocument, range: Range, paths: GrammarPaths): readonly TextEdit[] {
  const { source } = reading;
  const after = readPolicyText(sourceOf(source.name, formatted(source)), paths);
  const [old, anew] = [partsOf(reading), partsOf(after)];
  const [start, end] = [offsetOf(source, range.start), offsetOf(source, range.end)];
  const first = old.findIndex((part) => start <= part.end && part.start <= end);
  const last = old.findLastIndex((part) => start <= part.end && part.start <= end);
  const [from, to, newFrom, newTo] = [old[first], old[last], anew[first], anew[last]];
  // Layout keeps the statements; where it seems not to, nothing is known of which is which.
  if (old.length !== anew.length || !from || !to || !newFrom || !newTo) return [];
  const newText = after.source.text.slice(newFrom.start, newTo.end);
  if (newText === source.text.slice(from.start, to.end)) return [];
  return [{ range: rangeOf(source, { start: from.start, end: to.end }), newText }];
}

/** The first lines and the statements of a policy, each with what else stands on its lines. */
function partsOf({ policy: { language, header, statements }, source: { text } }: PolicyReading): readonly Span[] {
  return [language, header, ...statements].flatMap((part) => {
    if (part === null) return [];
    let { start } = part.span;
    while (text[start - 1] === ' ' || text[start - 1] === '\t') start -= 1;
    const rest = text.slice(part.span.end).search(/[\r\n]/);
    return [{ start, end: rest < 0 ? text.length : part.span.end + rest }];
  });
}

function formatted({ text }: Source): string {
  const laidOut = formatPolicy(text).text;
  const [lineEnd = '\n'] = /\r\n|\n|\r/.exec(text) ?? [];
  return lineEnd === '\n' ? laidOut : laidOut.replace(/\r\n|\n|\r/g, lineEnd);
}

/**
 * The edits that make another text of a source: of the lines from the first that changes to the last, so that marks elsewhere
 * stay where they are. None where nothing changes.
 */
export function editsTo(text: string, source: Source): readonly TextEdit[] {
  const [before, after] = [linesOf(source.text), linesOf(text)];
  let first = 0;
  while (first < before.length && first < after.length && before[first] === after[first]) first += 1;
  let last = 0;
  const most = Math.min(before.length, after.length) - first;
  while (last < most && before.at(-1 - last) === after.at(-1 - last)) last += 1;
  if (first === before.length && first === after.length) return [];
  const start = lengthOf(before.slice(0, first));
  const end = lengthOf(before.slice(0, before.length - last));
  const newText = after.slice(first, after.length - last).join('');
  return [{ range: rangeOf(source, { start, end }), newText }];
}

/** The lines of a text, each with its end. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((length, line) => length + line.length, 0);
}
