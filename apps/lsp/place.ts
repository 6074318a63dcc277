import type { Position, Range } from 'vscode-languageserver';
import type { Source, Span } from '../../compiler/index.ts';

/** The range of a span: lines and UTF-16 code units from 0, as the protocol counts. */
export function rangeOf(source: Source, { start, end }: Span): Range {
  return { start: positionOf(source, start), end: positionOf(source, end) };
}

/** The position of an offset; one outside the text is moved to its nearer end. */
export function positionOf({ text, lineStarts }: Source, offset: number): Position {
  const at = Math.min(Math.max(offset, 0), text.length);
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: at - (lineStarts[low] ?? 0) };
}

/** The offset of a position; one behind the end of its line is its end, one behind the last line the end of the text. */
export function offsetOf({ text, lineStarts }: Source, { line, character }: Position): number {
  if (!(line >= 0)) return 0;
  const start = lineStarts[Math.floor(line)];
  if (start === undefined) return text.length;
  let end = lineStarts[Math.floor(line) + 1] ?? text.length;
  while (end > start && /[\r\n]/.test(text[end - 1] ?? '')) end -= 1;
  return Math.min(start + Math.max(0, Math.floor(character) || 0), end);
}
