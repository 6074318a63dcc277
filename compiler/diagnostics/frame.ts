import { lineText, placeOf, type Source } from '../../grammar/source.ts';
import type { Label, Severity } from './diagnostic.ts';
import type { DiagnosticStyle } from './style.ts';
import { columnsOf, printable, wrapText } from './text.ts';

/** What a frame needs besides labels and source. */
export interface FrameLayout {
  readonly style: DiagnosticStyle;
  readonly widthColumns: number;
  /** Width of the line numbers. */
  readonly gutter: number;
  readonly severity: Severity;
}

/**
 * The source frames of a diagnostic, one for each file: file and place, then every labelled line with its marks.
 *
 * ```
 *    ┌─ distro.bootpol:12:35
 * 12 │   require codec: compression in { gzp, zstd }
 *    │                                   ^^^ did you mean `gzip`?
 * ```
 */
export function framesOf(labels: readonly Label[], source: Source, layout: FrameLayout): readonly string[] {
  const sources = new Set(labels.map((label) => label.source ?? source));
  return [...sources].flatMap((each) => {
    const here = labels.filter((label) => (label.source ?? source) === each);
    return frameOf(here, each, layout);
  });
}

function frameOf(labels: readonly Label[], source: Source, layout: FrameLayout): readonly string[] {
  const marks = labels.map((label) => markOf(label, source));
  const primary = marks.find((mark) => mark.label.primary) ?? marks[0];
  if (primary === undefined) return [];
  const lines = [header(primary, source, layout)];
  let previous: number | null = null;
  for (const line of [...new Set(marks.map((mark) => mark.line))].sort((a, b) => a - b)) {
    if (previous !== null && line > previous + 1) lines.push(margin(layout, '·'));
    const here = marks.filter((mark) => mark.line === line);
    lines.push(...labelledLine(lineText(source, line), here, layout));
    previous = line;
  }
  return lines;
}

/** Digits of the largest line number that the labels show. */
export function gutterWidth(labels: readonly Label[], source: Source): number {
  return Math.max(1, ...labels.map((label) => String(placeOf(label.source ?? source, label.span.start).line).length));
}

/** A label's place on its first line, in display columns from 0. */
interface Mark {
  readonly label: Label;
  readonly line: number;
  readonly start: number;
  readonly length: number;
  /** From 1, as people count. */
  readonly column: number;
}

function markOf(label: Label, source: Source): Mark {
  const place = placeOf(source, label.span.start);
  const lineStart = source.lineStarts[place.line - 1] ?? 0;
  const text = lineText(source, place.line);
  const from = label.span.start - lineStart;
  const to = Math.min(Math.max(label.span.end - lineStart, from), text.length);
  const start = columnsOf(text.slice(0, from)).length;
  const end = columnsOf(text.slice(0, to)).length;
  return { label, line: place.line, start, length: Math.max(1, end - start), column: place.column };
}

function header(primary: Mark, source: Source, layout: FrameLayout): string {
  const place = `:${primary.line}:${primary.column}`;
  const room = layout.widthColumns - layout.gutter - 4 - place.length;
  const name = Array.from(printable(source.name));
  const shown = name.length <= room ? name.join('') : `…${name.slice(name.length - room + 1).join('')}`;
  return layout.style.frame(`${' '.repeat(layout.gutter)} ┌─ ${shown}${place}`);
}

function labelledLine(text: string, marks: readonly Mark[], layout: FrameLayout): string[] {
  const room = layout.widthColumns - layout.gutter - 3;
  const primary = marks.find((mark) => mark.label.primary) ?? marks[0];
  const window = windowOf(columnsOf(text), primary?.start ?? 0, room);
  const number = String(marks[0]?.line ?? 0).padStart(layout.gutter);
  const lines = [`${layout.style.frame(`${number} │`)} ${window.text}`.trimEnd()];
  for (const mark of [...marks].sort((a, b) => a.start - b.start)) {
    lines.push(...markLines(mark, window, layout));
  }
  return lines;
}

/** The part of a long line around one column, and how far its columns moved to the left. */
interface Window {
  readonly text: string;
  readonly shift: number;
  readonly room: number;
}

function windowOf(columns: readonly string[], centre: number, room: number): Window {
  if (columns.length <= room) return { text: columns.join(''), shift: 0, room };
  const start = centre < (room * 2) / 3 ? 0 : Math.min(centre - Math.floor(room / 3), columns.length - room);
  const shown = columns.slice(start, start + room);
  if (start > 0) shown[0] = '…';
  if (start + room < columns.length) shown[room - 1] = '…';
  return { text: shown.join('').trimEnd(), shift: start, room };
}

function markLines(mark: Mark, window: Window, layout: FrameLayout): string[] {
  const { style } = layout;
  const start = Math.min(Math.max(mark.start - window.shift, 0), window.room - 1);
  const length = Math.max(1, Math.min(mark.length, window.room - start));
  const paint = mark.label.primary ? (layout.severity === 'error' ? style.primary : style.warning) : style.secondary;
  const carets = (mark.label.primary ? '^' : '-').repeat(length);
  const text = printable(mark.label.text);
  const beside = start + length + 1 + Array.from(text).length <= window.room;
  const first = text !== '' && beside ? `${carets} ${text}` : carets;
  const lines = [margin(layout, '│', ' '.repeat(start) + paint(first))];
  if (text === '' || beside) return lines;
  const indent = Math.min(start, Math.max(0, window.room - Math.max(30, Array.from(text).length)));
  for (const line of wrapText(text, window.room - indent, 0)) {
    lines.push(margin(layout, '│', ' '.repeat(indent) + paint(line)));
  }
  return lines;
}

function margin(layout: FrameLayout, line: string, text = ''): string {
  const frame = layout.style.frame(`${' '.repeat(layout.gutter)} ${line}`);
  return text === '' ? frame : `${frame} ${text}`;
}
