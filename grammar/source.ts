/** Half-open range of a source text, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One policy file: its text and the starts of its lines. */
export interface Source {
  /** As the author knows it; shown in frames and reports. */
  readonly name: string;
  readonly text: string;
  /** Offset of the first character of every line. */
  readonly lineStarts: readonly number[];
}

/** A place for people: both numbers from 1; columns in code points, a tab counting as one. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Prepares a text for lookups by line. Lines end at LF, CR LF or CR. */
export function sourceOf(name: string, text: string): Source {
  const lineStarts = [0];
  for (let offset = 0; offset < text.length; offset += 1) {
    const character = text[offset];
    if (character === '\n' || (character === '\r' && text[offset + 1] !== '\n')) lineStarts.push(offset + 1);
  }
  return { name, text, lineStarts };
}

/** The line and column of an offset. Cost: logarithmic in the number of lines. */
export function placeOf(source: Source, offset: number): Place {
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((source.lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const start = source.lineStarts[low] ?? 0;
  return { line: low + 1, column: codePoints(source.text.slice(start, offset)) + 1 };
}

/** How many code points a text has. */
export function codePoints(text: string): number {
  let low = 0;
  for (let at = 0; at < text.length; at += 1) if (isLowSurrogate(text.charCodeAt(at))) low += 1;
  return text.length - low;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The text of one line, from 1, without its line end. */
export function lineText(source: Source, line: number): string {
  const start = source.lineStarts[line - 1] ?? source.text.length;
  const next = source.lineStarts[line] ?? source.text.length;
  return source.text.slice(start, next).replace(/[\r\n]+$/, '');
}
