import { layOut, plain, REPORT_COLUMNS, styled } from './columns.ts';
import { type Line, type Paint, paintLines, type Role, type Span } from './paint.ts';
import { printable, widthOf } from './printable.ts';
import { reasonPlace } from './proof-lines.ts';
import {
  cellsInOrder,
  type Protection,
  protectionOf,
  type SimulationColumn,
  VERDICT_MARKS,
  VERDICT_TEXTS,
} from './simulation-columns.ts';
import type { SimulatedFile, SimulationCell } from './simulation-schema.ts';

/** `explain`: every row with the reasons of its cells. */
export type MatrixDetail = 'brief' | 'explain';

/** Prints the matrix row by row, as files become ready. */
export interface MatrixText {
  /** The numbers of the columns. */
  head(): string;
  /** Takes one file more; gives the rows that are complete: files in a row that come out alike share one. */
  add(file: SimulatedFile): string;
  /** What is left. */
  end(): string;
}

/** Starts a matrix. As many columns stand side by side as leave room for names; the others follow below, line by line. */
export function matrixText(
  columns: readonly SimulationColumn[],
  style: { paint: Paint; detail: MatrixDetail },
): MatrixText {
  const layout = layoutOf(columns);
  let waiting: readonly SimulatedFile[] = [];
  let folder: string | null = null;
  const flush = (): string => {
    const [first] = waiting;
    if (first === undefined) return '';
    const heading = folderOf(first.file) === folder ? [] : folderLines(folderOf(first.file));
    folder = folderOf(first.file);
    const lines = [
      ...heading,
      ...rowLines(waiting, layout),
      ...(style.detail === 'explain' ? explained(first, columns) : []),
    ];
    waiting = [];
    return paintLines(lines, style.paint);
  };
  return {
    head: () => paintLines(headLines(layout), style.paint),
    add: (file) => {
      const [first] = waiting;
      if (first !== undefined && style.detail === 'brief' && isAlike(first, file, columns)) {
        waiting = [...waiting, file];
        return '';
      }
      const done = flush();
      waiting = [file];
      return done;
    },
    end: flush,
  };
}

const CELL_COLUMNS = 3;
/** The least that is left for names. */
const NAME_COLUMNS = 20;

interface Layout {
  readonly columns: readonly SimulationColumn[];
  readonly perLine: number;
  /** Where names begin. */
  readonly nameAt: number;
}

function layoutOf(columns: readonly SimulationColumn[]): Layout {
  const most = Math.floor((REPORT_COLUMNS - NAME_COLUMNS - 2) / CELL_COLUMNS);
  const lines = Math.max(1, Math.ceil(columns.length / most));
  const perLine = Math.ceil(columns.length / lines);
  return { columns, perLine, nameAt: Math.max(perLine * CELL_COLUMNS, UNREADABLE.length + 1) + 2 };
}

const UNREADABLE = 'cannot be read';

function headLines({ columns, perLine }: Layout): readonly Line[] {
  const cells = columns.map(({ number }) => styled('faint', String(number).padStart(2).padEnd(CELL_COLUMNS)));
  return [[], ...chunks(cells, perLine)];
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

function isAlike(one: SimulatedFile, other: SimulatedFile, columns: readonly SimulationColumn[]): boolean {
  if (one.image === null || other.image === null || folderOf(one.file) !== folderOf(other.file)) return false;
  const marks = [one, other].map((file) =>
    cellsInOrder(file, columns)
      .map((cell) => cellMark(cell))
      .join(),
  );
  return marks[0] === marks[1];
}

/** A path up to the last slash; empty when there is none. */
export function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

function folderLines(folder: string): readonly Line[] {
  return folder === '' ? [] : layOut({ indent: 0, hanging: 2, left: [styled('faint', printable(folder))], right: '' });
}

function rowLines(files: readonly SimulatedFile[], { columns, perLine, nameAt }: Layout): readonly Line[] {
  const [first] = files;
  if (first === undefined) return [];
  const cells =
    first.image === null
      ? [[styled('bad', ` ${UNREADABLE}`)]]
      : chunks(cellsInOrder(first, columns).map(cellSpans), perLine).map((line) => line.flat());
  const names = files.map(({ file }) => printable(file.slice(folderOf(file).length)));
  const fits = names.every((name) => widthOf(name) < REPORT_COLUMNS - nameAt);
  const at = fits ? nameAt : BELOW_COLUMNS;
  const told = layOut({ indent: at, hanging: at, left: [plain(names.join(', '))], right: '' });
  if (!fits) return [...cells, ...told];
  return Array.from({ length: Math.max(cells.length, told.length) }, (_, index): Line => {
    const left = cells[index] ?? [];
    const width = left.reduce((sum, { text }) => sum + text.length, 0);
    return [...left, plain(' '.repeat(nameAt - width)), ...(told[index]?.slice(1) ?? [])];
  });
}

/** Where names begin that have no room beside the cells. */
const BELOW_COLUMNS = 6;

/** `+I `, three columns, the verdict under the last digit of its number. */
function cellSpans(cell: SimulationCell): readonly Span[] {
  const beside = PROTECTION_MARKS[protectionOf(cell)];
  return [plain(' '), styled(VERDICT_ROLES[cell.verdict], VERDICT_MARKS[cell.verdict]), beside];
}

function cellMark(cell: SimulationCell): string {
  return cellSpans(cell)
    .map(({ text }) => text)
    .join('');
}

const VERDICT_ROLES: Readonly<Record<SimulationCell['verdict'], Role>> = {
  accept: 'good',
  'accept-with-warnings': 'doubt',
  'accept-waived': 'doubt',
  undecided: 'doubt',
  reject: 'bad',
};

const PROTECTION_MARKS: Readonly<Record<Protection, Span>> = {
  none: plain(' '),
  'initrd-covered': styled('good', 'I'),
  'initrd-open': styled('bad', '!'),
  'other-open': styled('doubt', 'u'),
};

/** The reasons of one file, columns that say the same together. */
function explained(file: SimulatedFile, columns: readonly SimulationColumn[]): readonly Line[] {
  if (file.error !== null) return layOut({ indent: 6, hanging: 8, left: [plain(printable(file.error))], right: '' });
  return alikeCells(file, columns).flatMap(({ numbers, cell }) => [
    ...layOut({
      indent: 4,
      hanging: 8,
      left: [styled(VERDICT_ROLES[cell.verdict], VERDICT_TEXTS[cell.verdict]), plain(` by ${numbers.join(', ')}`)],
      right: '',
    }),
    ...cell.reasons.flatMap((reason) =>
      layOut({
        indent: 8,
        hanging: 10,
        left: [
          plain(`${reason.requirement === null ? '' : `${printable(reason.requirement)}: `}${printable(reason.text)}`),
        ],
        right: reasonPlace({ ...reason, lengthBytes: 0 }),
      }),
    ),
    ...cell.unprotected.flatMap(({ layer, text }) =>
      layOut({
        indent: 8,
        hanging: 10,
        left: [styled('bad', '! '), plain(`${printable(layer)} ${printable(text)}`)],
        right: '',
      }),
    ),
  ]);
}

/** Cells of one image that say the same, with the numbers of their columns. */
export interface AlikeCells {
  readonly numbers: readonly number[];
  readonly cell: SimulationCell;
}

/** Groups the cells of a file by what they say, in the order of the columns. */
export function alikeCells(file: SimulatedFile, columns: readonly SimulationColumn[]): readonly AlikeCells[] {
  const groups = new Map<string, { readonly numbers: number[]; readonly cell: SimulationCell }>();
  cellsInOrder(file, columns).forEach((cell, index) => {
    const { verdict, initrd, reasons, unprotected } = cell;
    const said = unprotected.map(({ layer, text, ...rest }) => [
      layer,
      text.replaceAll(cell.view, ''),
      rest.uncoveredBytes,
    ]);
    const key = JSON.stringify([verdict, initrd, reasons, said]);
    const number = columns[index]?.number ?? index + 1;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { numbers: [number], cell });
    else known.numbers.push(number);
  });
  return [...groups.values()];
}
