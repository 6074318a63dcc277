import type { Plan, PlanView } from '../contract/plan.ts';
import type { VerdictName } from '../contract/vocabulary.ts';
import type { SimulatedFile, SimulationCell, SimulationPolicy } from './simulation-schema.ts';

/** One column of the matrix: one view of one policy. */
export interface SimulationColumn {
  /** From 1, as the matrix numbers it. */
  readonly number: number;
  /** Index into the report's policies. */
  readonly policy: number;
  readonly name: string;
  readonly view: string;
}

/** A compiled policy as the report names it. */
export function simulationPolicy(file: string, { policy, digest, views }: Plan): SimulationPolicy {
  const { name, version, description } = policy;
  return {
    file,
    name,
    version,
    description,
    digest,
    views: views.map((view) => ({ name: view.name, handed: handed(view) })),
  };
}

/** Columns in the order of the policies. */
export function simulationColumns(policies: readonly SimulationPolicy[]): readonly SimulationColumn[] {
  return policies
    .flatMap(({ name, views }, policy) => views.map((view) => ({ policy, name, view: view.name })))
    .map((column, index) => ({ number: index + 1, ...column }));
}

/** A file's cells in the order of the columns; none for a file that could not be read. */
export function cellsInOrder(
  { image }: SimulatedFile,
  columns: readonly SimulationColumn[],
): readonly SimulationCell[] {
  if (image === null) return [];
  return columns.flatMap(({ policy, view }) =>
    image.cells.filter((cell) => cell.policy === policy && cell.view === view),
  );
}

/** What an accepted image loads unprotected, as one letter: its initrd, or other bytes only. */
export type Protection = 'none' | 'initrd-covered' | 'initrd-open' | 'other-open';

/** What is to be said beside a verdict. */
export function protectionOf({ initrd, unprotected }: SimulationCell): Protection {
  if (initrd === 'open') return 'initrd-open';
  if (unprotected.length > 0) return 'other-open';
  return initrd === 'covered' ? 'initrd-covered' : 'none';
}

export function isAccepted({ verdict }: SimulationCell): boolean {
  return verdict.startsWith('accept');
}

/** The mark of each verdict in every format. */
export const VERDICT_MARKS: Readonly<Record<VerdictName, string>> = {
  accept: '+',
  'accept-with-warnings': 'w',
  'accept-waived': '~',
  undecided: '?',
  reject: '-',
};

/** How people read each verdict. */
export const VERDICT_TEXTS: Readonly<Record<VerdictName, string>> = {
  accept: 'accepted',
  'accept-with-warnings': 'accepted with warnings',
  'accept-waived': 'accepted by waiver',
  undecided: 'undecided, which counts as refused',
  reject: 'refused',
};

export const PROTECTION_TEXTS: Readonly<Record<Protection, string>> = {
  none: '',
  'initrd-covered': 'its initrd is covered',
  'initrd-open': 'its initrd is loaded unprotected',
  'other-open': 'other bytes are loaded unprotected',
};

/** As the policy writes it. */
function handed({ sees, trimmed, loads, like, enforcesNothing }: PlanView): string {
  const parts = [
    `sees ${sees.kind === 'file' ? 'file' : listed(sees.kinds)}${trimmed ? ' trimmed' : ''}`,
    `like ${like}`,
    ...(loads === null ? [] : [`loads ${listed(loads)}`]),
    ...(enforcesNothing ? ['enforce nothing'] : []),
  ];
  return parts.join(' ');
}

function listed(kinds: readonly string[]): string {
  return kinds.length === 1 ? kinds.join() : `{ ${kinds.join(', ')} }`;
}
