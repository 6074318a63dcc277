import { codePoints } from '../../grammar/source.ts';
import type { Doc } from './doc.ts';

/** A line before columns of adjacent lines are made to stand under each other. */
export interface LaidLine {
  /** Spaces before it. */
  readonly indent: number;
  /** None on a line that has a comment alone. */
  readonly cells: readonly LaidCell[];
  readonly comment: string | null;
  /** Whether an empty line stands before it. */
  readonly blankBefore: boolean;
}

/** A part of a line; a table and a column where adjacent lines may line up. */
export interface LaidCell {
  readonly table: string | null;
  readonly column: number;
  readonly text: string;
}

/** Columns that a line may fill before its lists are broken; comments do not count. */
export const WIDTH = 120;

const STEP = 2;

/** Decides where lines end. A group is on one line if it fits and nothing in it must end a line. */
export function linesOf(doc: Doc): readonly LaidLine[] {
  const page: Page = { lines: [], cells: [], comment: null, next: { indent: 0, blank: false } };
  write(doc, { indent: 0, isBroken: true }, page);
  endLine(page);
  return page.lines;
}

interface Place {
  readonly indent: number;
  /** Whether the group around ends its lines. */
  readonly isBroken: boolean;
}

/** What is written so far; the cells and the comment are those of the line that is open. */
interface Page {
  readonly lines: LaidLine[];
  cells: { -readonly [K in keyof LaidCell]: LaidCell[K] }[];
  comment: string | null;
  /** How the next line begins, or the open one began. */
  next: { readonly indent: number; readonly blank: boolean };
}

function write(doc: Doc, place: Place, page: Page): void {
  switch (doc.kind) {
    case 'token':
      writeToken(doc, place, page);
      return;
    case 'sign':
      writeSign(doc.text, page);
      return;
    case 'line':
      if (place.isBroken) newLine({ indent: place.indent, blank: false }, page);
      else writeSign(doc.flat, page);
      return;
    case 'hard-line':
      newLine({ indent: place.indent, blank: doc.blank }, page);
      return;
    case 'if-broken':
      if (place.isBroken) writeSign(doc.text, page);
      return;
    case 'cell':
      if (page.cells.length > 0 && page.comment === null) {
        page.cells.push({ table: doc.table, column: doc.column, text: '' });
      }
      return;
    case 'indent':
      write(doc.inner, { ...place, indent: place.indent + STEP }, page);
      return;
    case 'group':
      write(doc.inner, { ...place, isBroken: doc.breaks || columnIn(page) + doc.width > WIDTH }, page);
      return;
    case 'concat':
      for (const part of doc.parts) write(part, place, page);
      return;
    case 'fill':
      writeFill(doc.parts, place, page);
      return;
    case 'comments':
      for (const { text, blankBefore } of doc.comments) {
        newLine({ indent: place.indent, blank: blankBefore }, page);
        page.comment = text;
      }
  }
}

function writeFill(parts: readonly Doc[], place: Place, page: Page): void {
  parts.forEach((part, index) => {
    const previous = parts[index - 1];
    if (previous !== undefined) {
      const ends = previous.breaks || previous.endsWithComment || part.breaks || part.startsWithComment;
      if (ends || columnIn(page) + 2 + part.width > WIDTH) newLine({ indent: place.indent, blank: false }, page);
      else writeSign(', ', page);
    }
    write(part, place, page);
  });
}

function writeToken({ text, trivia }: Extract<Doc, { kind: 'token' }>, { indent }: Place, page: Page): void {
  // Where a comment cuts a phrase, the rest of it goes on two steps further in.
  const goOn = { indent: indent + 2 * STEP, blank: false };
  if (page.comment !== null || (trivia.before.length > 0 && page.cells.length > 0)) newLine(goOn, page);
  trivia.before.forEach(({ text: comment, blankBefore }, index) => {
    if (index > 0) newLine({ indent: page.next.indent, blank: blankBefore }, page);
    page.comment = comment;
  });
  if (trivia.before.length > 0) newLine({ indent: page.next.indent, blank: trivia.blankBefore }, page);
  append(text, page);
  page.comment = trivia.after;
}

/** Text of the layout; spaces are nothing at either end of a line. */
function writeSign(text: string, page: Page): void {
  if (text.trim() !== '' || (page.cells.length > 0 && page.comment === null)) append(text, page);
}

function append(text: string, page: Page): void {
  const last = page.cells.at(-1);
  if (last === undefined) page.cells.push({ table: null, column: 0, text });
  else last.text += text;
}

function newLine(next: Page['next'], page: Page): void {
  endLine(page);
  page.next = next;
}

function endLine(page: Page): void {
  const { cells, comment, next } = page;
  if (cells.length === 0 && comment === null) return;
  const trimmed = cells.map((cell) => ({ ...cell, text: cell.text.trimEnd() }));
  page.lines.push({ indent: next.indent, cells: trimmed, comment, blankBefore: next.blank });
  page.cells = [];
  page.comment = null;
}

function columnIn({ cells, next }: Page): number {
  return next.indent + cells.reduce((sum, { text }) => sum + codePoints(text), 0);
}
