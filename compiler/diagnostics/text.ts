/** Columns between tab stops in a rendered line. */
const TAB_COLUMNS = 4;

/** Controls, bidirectional overrides and line separators: they could rewrite a terminal line or its reading order. */
const UNSAFE = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with every character that a terminal would obey replaced by U+FFFD. */
export function printable(text: string): string {
  return text.replace(UNSAFE, '\ufffd');
}

/** A source line as columns: one code point each, tabs widened to the next stop. */
export function columnsOf(line: string): readonly string[] {
  const columns: string[] = [];
  for (const character of printable(line)) {
    if (character !== '\t') columns.push(character);
    else
      do columns.push(' ');
      while (columns.length % TAB_COLUMNS !== 0);
  }
  return columns;
}

/** Breaks a text at spaces into lines of a width; lines after the first are indented. A word that is too long is cut. */
export function wrapText(text: string, widthColumns: number, indentColumns: number): readonly string[] {
  const lines: string[] = [];
  let rest = Array.from(text);
  let indent = '';
  while (indent.length + rest.length > widthColumns) {
    const room = widthColumns - indent.length;
    const space = rest.lastIndexOf(' ', room);
    const cut = space > room / 3 ? space : room;
    lines.push(indent + rest.slice(0, cut).join(''));
    rest = rest.slice(space === cut ? cut + 1 : cut);
    indent = ' '.repeat(indentColumns);
  }
  lines.push(indent + rest.join(''));
  return lines;
}
