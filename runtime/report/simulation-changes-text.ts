import { layOut, plain, styled } from './columns.ts';
import type { Line, Role } from './paint.ts';
import { printable } from './printable.ts';
import { type SimulationColumn, simulationColumns } from './simulation-columns.ts';
import { tallyWords } from './simulation-tally.ts';
import type { SimulationChange, SimulationReport } from './simulation-schema.ts';

/** What changes against the baseline: for each view the files that it treats otherwise, and why. */
export function changeLines(
  { policies, baseline }: Pick<SimulationReport, 'policies' | 'baseline'>,
  changes: readonly SimulationChange[],
): readonly Line[] {
  const columns = simulationColumns(policies).filter(({ policy }) => policy !== baseline);
  const own = (column: SimulationColumn): readonly SimulationChange[] =>
    changes.filter(({ policy, view }) => policy === column.policy && view === column.view);
  const name = policies[baseline ?? -1]?.name ?? '';
  const same = columns.filter((column) => own(column).length === 0);
  return [
    [],
    ...layOut({ indent: 0, hanging: 2, left: [styled('strong', `against ${printable(name)}`)], right: '' }),
    ...columns.filter((column) => own(column).length > 0).flatMap((column) => columnLines(column, own(column))),
    ...(same.length === 0
      ? []
      : layOut({
          indent: 0,
          hanging: 2,
          left: [plain(`nothing changes under ${same.map(({ number }) => number).join(', ')}`)],
          right: '',
        })),
  ];
}

/** How each change is told, and what its reasons are reasons for. */
export const CHANGE_WORDS: Readonly<
  Record<SimulationChange['change'], { readonly title: string; readonly role: Role; readonly reasons: string }>
> = {
  'newly-refused': { title: 'newly refused', role: 'bad', reasons: 'because' },
  'newly-accepted': { title: 'newly accepted', role: 'good', reasons: 'no longer in the way' },
  'newly-unprotected': { title: 'newly unprotected', role: 'bad', reasons: 'loaded now' },
};

function columnLines({ number, name, view }: SimulationColumn, changes: readonly SimulationChange[]): readonly Line[] {
  const left = [
    plain(`${String(number).padStart(3)}  `),
    styled('strong', printable(name)),
    plain(` at ${printable(view)}`),
  ];
  return [...layOut({ indent: 0, hanging: 7, left, right: '' }), ...changes.flatMap(oneChange)];
}

function oneChange({ change, files, reasons }: SimulationChange): readonly Line[] {
  const { title, role, reasons: heading } = CHANGE_WORDS[change];
  const names = files.map(printable).join(', ');
  return [
    ...layOut({ indent: 5, hanging: 9, left: [styled(role, title), plain(`, ${files.length}: ${names}`)], right: '' }),
    ...reasons.flatMap((reason) =>
      entryAt(9, [plain(`${heading}, ${reason.count} ×: ${printable(tallyWords(reason))}`)]),
    ),
  ];
}

function entryAt(indent: number, left: Line): readonly Line[] {
  return layOut({ indent, hanging: indent + 2, left, right: '' });
}
