import type { TextEdit } from 'vscode-languageserver';
import { formatPolicy, type Source } from '../../compiler/index.ts';
import { rangeOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';

/** The edits that lay a policy out as `bootpol fmt` does. */
export function formattingOf({ reading: { source } }: PolicyDocument): readonly TextEdit[] {
  return editsTo(formatPolicy(source.text).text, source);
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
