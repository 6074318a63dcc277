import { columnsOf, widthOf } from './printable.ts';
import { type Line, paintLines, plainPaint, type Role, type Span } from './paint.ts';

/** Columns that every report fits. */
export const REPORT_COLUMNS = 80;

/** One entry of a report: text that wraps, and a place that stands at the right where there is room. */
export interface Entry {
  /** Columns before the first line. */
  readonly indent: number;
  /** Columns before the following lines. */
  readonly hanging: number;
  readonly left: Line;
  /** Empty: nothing. */
  readonly right: string;
}

/** Lays an entry out in `REPORT_COLUMNS`: the right text shares the last line when two columns stay free between. */
export function layOut(entry: Entry): readonly Line[] {
  const lines = wrap(entry);
  if (entry.right === '') return lines;
  const last = lines[lines.length - 1] ?? [];
  const free = REPORT_COLUMNS - lineWidth(last) - widthOf(entry.right);
  const right: Span = { role: 'faint', text: entry.right };
  if (free >= 2) return [...lines.slice(0, -1), [...last, plain(' '.repeat(free)), right]];
  const alone = REPORT_COLUMNS - widthOf(entry.right);
  if (alone >= entry.hanging) return [...lines, [plain(' '.repeat(alone)), right]];
  return [...lines, ...wrap({ ...entry, indent: entry.hanging, left: [right], right: '' })];
}

/** Whether an entry takes one line. */
export function fitsOneLine(entry: Entry): boolean {
  const between = entry.right === '' ? 0 : 2;
  return entry.indent + lineWidth(entry.left) + between + widthOf(entry.right) <= REPORT_COLUMNS;
}

/** A text without places or looks, indented and broken into lines, each with its line end. */
export function wrapped(text: string, indent: number): string {
  return paintLines(wrap({ indent, hanging: indent, left: [plain(text)], right: '' }), plainPaint);
}

/** A span without a role. */
export function plain(text: string): Span {
  return { role: 'plain', text };
}

/** A span with one. */
export function styled(role: Role, text: string): Span {
  return { role, text };
}

/** Columns of a line. */
function lineWidth(line: Line): number {
  return line.reduce((sum, span) => sum + widthOf(span.text), 0);
}

/** Breaks at spaces; a word wider than a line is broken where the line ends. */
function wrap(entry: Entry): readonly Line[] {
  const lines: Span[][] = [[plain(' '.repeat(entry.indent))]];
  let used = entry.indent;
  let empty = true;
  const breakLine = (): void => {
    lines.push([plain(' '.repeat(entry.hanging))]);
    used = entry.hanging;
    empty = true;
  };
  for (const piece of piecesOf(entry.left, REPORT_COLUMNS - Math.max(entry.indent, entry.hanging))) {
    const width = widthOf(piece.text);
    const space = piece.text.trim() === '';
    if (used + width > REPORT_COLUMNS && !empty) breakLine();
    if (space && empty && lines.length > 1) continue;
    lines[lines.length - 1]?.push(piece);
    used += width;
    empty = empty && space;
  }
  return lines;
}

/** Words and the spaces between them, none wider than the limit. */
function piecesOf(line: Line, columnLimit: number): readonly Span[] {
  return line.flatMap(({ role, text }) =>
    text
      .split(/( +)/)
      .flatMap((word) => (word === '' ? [] : chop(word, columnLimit).map((part) => styled(role, part)))),
  );
}

function chop(word: string, columnLimit: number): readonly string[] {
  if (widthOf(word) <= columnLimit) return [word];
  const parts: string[] = [];
  let part = '';
  let width = 0;
  for (const character of word) {
    const columns = columnsOf(character);
    if (width + columns > columnLimit) {
      parts.push(part);
      part = '';
      width = 0;
    }
    part += character;
    width += columns;
  }
  return [...parts, part];
}
