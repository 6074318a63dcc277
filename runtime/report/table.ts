import { type Line, type Role, type Span } from './paint.ts';
import { columnsOf, printable, widthOf } from './printable.ts';

/** A column of a table: its title and how many characters wide its cells are. */
export interface TableColumn {
  readonly title: string;
  readonly columns: number;
}

/** A cell: words, broken at spaces where they do not fit, with one look. */
export interface TableCell {
  readonly text: string;
  readonly role: Role;
}

/** Lays rows out under their titles, two columns between cells; a row takes as many lines as its longest cell. */
export function tableLines(columns: readonly TableColumn[], rows: readonly (readonly TableCell[])[]): readonly Line[] {
  const head = columns.map(({ title }): TableCell => ({ text: title, role: 'faint' }));
  return [head, ...rows].flatMap((row) => rowLines(columns, row));
}

function rowLines(columns: readonly TableColumn[], row: readonly TableCell[]): readonly Line[] {
  const cells = columns.map((column, index) => brokenAt(row[index]?.text ?? '', column.columns));
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns.flatMap((column, index): readonly Span[] => {
      const text = cells[index]?.[line] ?? '';
      const gap = ' '.repeat(column.columns - widthOf(text) + 2);
      const spans: readonly Span[] = [
        { role: row[index]?.role ?? 'plain', text },
        { role: 'plain', text: index === columns.length - 1 ? '' : gap },
      ];
      return spans.filter((span) => span.text !== '');
    }),
  );
}

/** The lines of one cell; a word wider than the column is cut where the column ends. */
function brokenAt(text: string, columnLimit: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text)
    .split(' ')
    .flatMap((each) => chopped(each, columnLimit))) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(joined) > columnLimit) {
      lines.push(line);
      line = word;
    } else line = joined;
  }
  return [...lines, line];
}

function chopped(word: string, columnLimit: number): readonly string[] {
  if (widthOf(word) <= columnLimit) return [word];
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const character of word) {
    if (width + columnsOf(character) > columnLimit) {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += character;
    width += columnsOf(character);
  }
  return [...pieces, piece];
}
