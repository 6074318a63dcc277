import { codePoints } from '../../grammar/source.ts';
import { type LaidLine, WIDTH } from './layout.ts';

/**
 * The lines as text. Adjacent lines of one table stand in columns, and comments behind adjacent lines under each other.
 *
 * An empty line or another depth ends a run of adjacent lines; for tables, so does a line of another sort.
 */
export function textOf(lines: readonly LaidLine[]): string {
  const codes = lines.map(({ indent, cells }) => `${' '.repeat(indent)}${cells.map(({ text }) => text).join(' ')}`);
  for (const run of runsOf(lines, tableRun)) alignCells(run, lines, codes);
  for (const run of runsOf(lines, depthRun)) alignComments(run, lines, codes);
  return lines
    .map(({ blankBefore }, index) => `${blankBefore && index > 0 ? '\n' : ''}${codes[index] ?? ''}\n`)
    .join('');
}

/** What a line does to the run that the first line began. */
type Membership = 'joins' | 'ends it' | 'is passed over';

function runsOf(
  lines: readonly LaidLine[],
  membership: (line: LaidLine, first: LaidLine) => Membership,
): readonly (readonly number[])[] {
  const runs: number[][] = [];
  let run: number[] = [];
  lines.forEach((line, index) => {
    const answer = line.blankBefore ? 'ends it' : membership(line, lines[run[0] ?? index] ?? line);
    if (answer === 'is passed over') return;
    if (answer === 'ends it' || run.length === 0) {
      run = [];
      runs.push(run);
    }
    run.push(index);
  });
  return runs;
}

function depthRun(line: LaidLine, first: LaidLine): Membership {
  return line.indent === first.indent ? 'joins' : 'ends it';
}

/** Parameters stand among signers, and comments among anything. */
function tableRun(line: LaidLine, first: LaidLine): Membership {
  if (line.indent !== first.indent) return 'ends it';
  const [head] = line.cells;
  if (head === undefined || head.text.startsWith('param ')) return 'is passed over';
  return tableOf(line) === tableOf(first) ? 'joins' : 'ends it';
}

function tableOf({ cells }: LaidLine): string | null {
  return cells[1]?.table ?? null;
}

/** Pads every cell to the widest of its column, unless a line becomes too long. */
function alignCells(run: readonly number[], lines: readonly LaidLine[], codes: string[]): void {
  const widths = new Map<number, number>();
  for (const index of run) {
    for (const { column, text } of lines[index]?.cells ?? [])
      widths.set(column, Math.max(widths.get(column) ?? 0, codePoints(text)));
  }
  const columns = [...widths].sort(([left], [right]) => left - right);
  const aligned = run.map((index) =>
    columns
      .map(([column, width]) => padded(lines[index]?.cells.find((cell) => cell.column === column)?.text ?? '', width))
      .join(' ')
      .trimEnd(),
  );
  if (aligned.some((text) => codePoints(text) > WIDTH)) return;
  run.forEach((index, at) => (codes[index] = `${' '.repeat(lines[index]?.indent ?? 0)}${aligned[at] ?? ''}`));
}

function alignComments(run: readonly number[], lines: readonly LaidLine[], codes: string[]): void {
  const behindCode = run.filter((index) => lines[index]?.comment !== null && (lines[index]?.cells.length ?? 0) > 0);
  const widest = Math.max(0, ...behindCode.map((index) => codePoints(codes[index] ?? '')));
  for (const index of run) {
    const { comment = null, cells = [] } = lines[index] ?? {};
    if (comment === null) continue;
    const code = codes[index] ?? '';
    codes[index] = cells.length === 0 ? `${code}${comment}` : `${padded(code, widest)}  ${comment}`;
  }
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - codePoints(text)));
}
