/** One line of a difference: kept, taken away or added. */
export interface DiffLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * What turns one list of lines into another, with as few lines taken away and added as possible.
 *
 * E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986). Cost: lines × differences; beyond a bound on the
 * differences, everything between the first and the last one counts as changed.
 */
export function lineDiff(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const middle = { before: before.slice(start, before.length - end), after: after.slice(start, after.length - end) };
  return [
    ...marked(' ', before.slice(0, start)),
    ...(shortestEdit(middle) ?? [...marked('-', middle.before), ...marked('+', middle.after)]),
    ...marked(' ', before.slice(before.length - end)),
  ];
}

/** Lines around each change as `diff -u` shows them, without its headers; `…` stands for what is left out. */
export function diffExcerpt(lines: readonly DiffLine[], context: number): readonly string[] {
  const shown: string[] = [];
  let last = -1;
  const changed = lines.flatMap(({ mark }, index) => (mark === ' ' ? [] : [index]));
  for (const at of changed) {
    const from = Math.max(last + 1, at - context);
    if (from > last + 1) shown.push('…');
    const until = Math.min(lines.length - 1, at + context);
    for (const { mark, text } of lines.slice(from, until + 1)) shown.push(`${mark}${text}`);
    last = Math.max(last, until);
  }
  return last < lines.length - 1 && shown.length > 0 ? [...shown, '…'] : shown;
}

/** More lines taken away and added than this are not told apart: memory grows with their square. */
const DIFFERENCE_LIMIT = 500;

interface Sides {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The greedy search of the paper: for 0, 1, 2 … differences, the furthest point on every diagonal. */
function shortestEdit({ before, after }: Sides): readonly DiffLine[] | null {
  const rounds: ReadonlyMap<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let differences = 0; differences <= DIFFERENCE_LIMIT; differences += 1) {
    rounds.push(furthest);
    const reached = new Map<number, number>();
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      let x = startOn(diagonal, differences, furthest);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      reached.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return backtracked({ before, after }, rounds);
    }
    furthest = reached;
  }
  return null;
}

/** Where a path comes onto a diagonal: from below by a line added, or from the left by one taken away. */
function startOn(diagonal: number, differences: number, furthest: ReadonlyMap<number, number>): number {
  const above = furthest.get(diagonal + 1) ?? -1;
  const left = furthest.get(diagonal - 1) ?? -1;
  return diagonal === -differences || (diagonal !== differences && left < above) ? above : left + 1;
}

function backtracked({ before, after }: Sides, rounds: readonly ReadonlyMap<number, number>[]): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let [x, y] = [before.length, after.length];
  for (let differences = rounds.length - 1; differences >= 0; differences -= 1) {
    const diagonal = x - y;
    const start = differences === 0 ? 0 : startOn(diagonal, differences, rounds[differences] ?? new Map());
    while (x > start) {
      x -= 1;
      y -= 1;
      lines.push({ mark: ' ', text: before[x] ?? '' });
    }
    if (differences === 0) break;
    const isAddition = start === (rounds[differences]?.get(diagonal + 1) ?? -1);
    if (isAddition) lines.push({ mark: '+', text: after[(y -= 1)] ?? '' });
    else lines.push({ mark: '-', text: before[(x -= 1)] ?? '' });
  }
  return lines.reverse();
}

function marked(mark: DiffLine['mark'], lines: readonly string[]): readonly DiffLine[] {
  return lines.map((text) => ({ mark, text }));
}
