/**
 * Makes text that came out of a file safe to show: control characters, terminal escapes, direction marks and lone
 * surrogates become `\u{…}`; a tab or line end becomes a space. Cost: linear.
 */
export function printable(text: string): string {
  return text
    .replace(/[\t\r\n]+/g, ' ')
    .replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Columns that a text takes on a terminal: wide East Asian characters and pictures count two, combining marks none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** Columns of one character (one code point). */
export function columnsOf(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (/\p{M}/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Cc: controls; Cf: direction marks, zero-width and other invisible characters; Cs: surrogates; line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Unicode Standard Annex 11, classes W and F, in blocks. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
