import {
  cellsInOrder,
  isAccepted,
  type Protection,
  protectionOf,
  type SimulationColumn,
  simulationColumns,
} from './simulation-columns.ts';
import type {
  GroupBy,
  ReasonTally,
  SimulatedFile,
  SimulationCell,
  SimulationReason,
  SimulationReport,
} from './simulation-schema.ts';

/** How one column came out over all files, and why. */
export interface ColumnTally {
  readonly column: SimulationColumn;
  readonly accepted: number;
  readonly refused: number;
  readonly undecided: number;
  /** Accepted images of which something is loaded unprotected. */
  readonly unprotected: number;
  /** First reason of each refused image, most frequent first. */
  readonly reasons: readonly ReasonTally[];
}

/** Counts every column of a report. */
export function columnTallies(report: SimulationReport): readonly ColumnTally[] {
  const columns = simulationColumns(report.policies);
  const rows = report.files.map((file) => cellsInOrder(file, columns));
  return columns.map((column, index): ColumnTally => {
    const cells = rows.flatMap((row) => row.slice(index, index + 1));
    const accepted = cells.filter(isAccepted);
    return {
      column,
      accepted: accepted.length,
      undecided: cells.filter(({ verdict }) => verdict === 'undecided').length,
      refused: cells.filter(({ verdict }) => verdict === 'reject').length,
      unprotected: accepted.filter((cell) => OPEN.includes(protectionOf(cell))).length,
      reasons: tallied(cells.filter((cell) => !isAccepted(cell)).flatMap(firstReason)),
    };
  });
}

const OPEN: readonly Protection[] = ['initrd-open', 'other-open'];

/** The reason that is told of a cell when there is room for one. */
export function firstReason({ reasons }: SimulationCell): readonly SimulationReason[] {
  return reasons.slice(0, 1);
}

/** Reasons by requirement and code, most frequent first; the most frequent text stands for all. */
export function tallied(reasons: readonly Omit<SimulationReason, 'layer' | 'offsetBytes'>[]): readonly ReasonTally[] {
  const groups = new Map<
    string,
    { readonly requirement: string | null; readonly code: string; readonly texts: string[] }
  >();
  for (const { requirement, code, text } of reasons) {
    const key = JSON.stringify([requirement, code]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { requirement, code, texts: [text] });
    else known.texts.push(text);
  }
  return [...groups.values()]
    .map(({ requirement, code, texts }) => {
      const text = mostFrequent(texts);
      return { requirement, code, text, alike: texts.every((each) => each === text), count: texts.length };
    })
    .sort((left, right) => right.count - left.count);
}

/** The first of those that there are most of. */
function mostFrequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] ?? '';
}

/** `inner: no signature on the Image`; `e.g. …` where the texts differ. */
export function tallyWords({ requirement, text, alike }: ReasonTally): string {
  return `${requirement === null ? '' : `${requirement}: `}${alike ? '' : 'e.g. '}${text}`;
}

/** Files that share what the report is grouped by. */
export interface FileGroup {
  /** Null where the report is not grouped. */
  readonly title: string | null;
  readonly files: readonly SimulatedFile[];
}

/** The report's files in groups, by name; one group without a title when none is asked for. */
export function fileGroups({ groupBy, files }: Pick<SimulationReport, 'groupBy' | 'files'>): readonly FileGroup[] {
  if (groupBy === null) return [{ title: null, files }];
  const groups = new Map<string, SimulatedFile[]>();
  for (const file of files) {
    const title = groupOf(file, groupBy);
    groups.set(title, [...(groups.get(title) ?? []), file]);
  }
  return [...groups].sort(([left], [right]) => (left < right ? -1 : 1)).map(([title, all]) => ({ title, files: all }));
}

function groupOf({ image, package: archive }: SimulatedFile, groupBy: GroupBy): string {
  switch (groupBy) {
    case 'arch':
      return image === null ? 'unreadable' : (image.arch ?? 'no architecture');
    case 'compression':
      return image === null ? 'unreadable' : (image.compression ?? 'not compressed');
    case 'package':
      return archive ?? 'in no package';
  }
}
