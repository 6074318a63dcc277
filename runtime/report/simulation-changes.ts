import { isAccepted, type SimulationColumn, simulationColumns } from './simulation-columns.ts';
import { firstReason, tallied } from './simulation-tally.ts';
import type {
  SimulatedFile,
  SimulationCell,
  SimulationChange,
  SimulationReason,
  SimulationReport,
} from './simulation-schema.ts';

/** What changes against the baseline, view by view; null when the report has none. */
export function simulationChanges(
  report: Pick<SimulationReport, 'baseline' | 'policies' | 'files'>,
): readonly SimulationChange[] | null {
  const { baseline } = report;
  if (baseline === null) return null;
  return simulationColumns(report.policies)
    .filter(({ policy }) => policy !== baseline)
    .flatMap((column) => changesOf(column, pairsOf(report.files, { column, baseline })));
}

/** What a view says of a file, and what the baseline said. */
interface Pair {
  readonly file: string;
  readonly before: SimulationCell;
  readonly after: SimulationCell;
}

function pairsOf(
  files: readonly SimulatedFile[],
  { column, baseline }: { readonly column: SimulationColumn; readonly baseline: number },
): readonly Pair[] {
  return files.flatMap(({ file, image }): readonly Pair[] => {
    const after = image?.cells.find(({ policy, view }) => policy === column.policy && view === column.view);
    const before = baselineCell(image?.cells.filter(({ policy }) => policy === baseline) ?? [], column.view);
    return after === undefined || before === null ? [] : [{ file, before, after }];
  });
}

/**
 * The cell of the baseline that a view is compared with: the view of the same name, or else the first view that refuses,
 * since a file gets through only where all views accept it.
 */
function baselineCell(cells: readonly SimulationCell[], view: string): SimulationCell | null {
  return cells.find((cell) => cell.view === view) ?? cells.find((cell) => !isAccepted(cell)) ?? cells[0] ?? null;
}

function changesOf({ policy, view }: SimulationColumn, pairs: readonly Pair[]): readonly SimulationChange[] {
  return KINDS.flatMap(({ change, reasonsOf }): readonly SimulationChange[] => {
    const found = pairs.map((pair) => ({ file: pair.file, reasons: reasonsOf(pair) }));
    const changed = found.filter(({ reasons }) => reasons !== null);
    if (changed.length === 0) return [];
    const reasons = tallied(changed.flatMap((each) => each.reasons ?? []));
    return [{ policy, view, change, files: changed.map(({ file }) => file), reasons }];
  });
}

type Told = Omit<SimulationReason, 'layer' | 'offsetBytes'>;

/** Why a file counts as changed in each way; null when it does not. */
const KINDS: readonly {
  readonly change: SimulationChange['change'];
  readonly reasonsOf: (pair: Pair) => readonly Told[] | null;
}[] = [
  {
    change: 'newly-refused',
    reasonsOf: ({ before, after }) => (isAccepted(before) && !isAccepted(after) ? firstReason(after) : null),
  },
  {
    change: 'newly-accepted',
    reasonsOf: ({ before, after }) => (!isAccepted(before) && isAccepted(after) ? firstReason(before) : null),
  },
  { change: 'newly-unprotected', reasonsOf: newlyUnprotected },
];

/** Layers that are open now and were not: what the baseline refused, it left nothing of open. */
function newlyUnprotected({ before, after }: Pair): readonly Told[] | null {
  const isKnown = (layer: string): boolean =>
    before.unprotected.some((known) => layer === known.layer || layer.startsWith(`${known.layer}/`));
  const open = after.unprotected.filter(({ layer }) => !isKnown(layer));
  if (open.length === 0) return null;
  return open.map(({ kind, because, text }) => ({
    requirement: null,
    code: `${kind}-${because}`,
    text: `${kind}: ${text}`,
  }));
}
