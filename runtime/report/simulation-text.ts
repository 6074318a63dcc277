import { layOut, plain, styled, wrapped } from './columns.ts';
import { type Line, type Paint, paintLines } from './paint.ts';
import { printable } from './printable.ts';
import { counted } from './run-summary.ts';
import { changeLines } from './simulation-changes-text.ts';
import { type SimulationColumn, simulationColumns, VERDICT_MARKS } from './simulation-columns.ts';
import { type MatrixDetail, matrixText } from './simulation-matrix-text.ts';
import type { SimulationReport, SimulationTrust } from './simulation-schema.ts';
import { type ColumnTally, columnTallies, fileGroups, tallyWords } from './simulation-tally.ts';
import { type TableCell, tableLines } from './table.ts';

/** What is known before the first file: everything of a report but its files. */
export type SimulationHead = Omit<SimulationReport, 'files' | 'changes' | 'skipped'>;

/** A whole report: the matrix, group by group, or what changes against the baseline; then counts and reasons. At most 80 columns. */
export function renderSimulationText(report: SimulationReport, style: { paint: Paint; detail: MatrixDetail }): string {
  const { paint, detail } = style;
  const columns = simulationColumns(report.policies);
  const body =
    report.changes === null
      ? fileGroups(report).map(({ title, files }) => {
          const matrix = matrixText(columns, { paint, detail });
          const heading =
            title === null ? '' : `\n${paint('strong', `${printable(title)}: ${counted(files.length, 'file')}`)}\n`;
          return `${heading}${matrix.head()}${files.map((file) => matrix.add(file)).join('')}${matrix.end()}`;
        })
      : [paintLines(changeLines(report, report.changes), paint)];
  return `${renderSimulationHead(report, paint)}${body.join('')}${renderSimulationSummary(report, paint)}`;
}

/** The policies by number, who is trusted, and what the marks mean. */
export function renderSimulationHead(head: SimulationHead, paint: Paint): string {
  const rows = simulationColumns(head.policies).map((column) => columnRow(column, head));
  const lines = [
    ...tableLines(
      [
        { title: '#', columns: 3 },
        { title: 'policy', columns: 34 },
        { title: 'view', columns: 39 },
      ],
      rows,
    ),
    [],
    ...trustLines(head.trust),
    ...besideLines(head.initrd),
    ...(head.trust.length === 0 && head.initrd === null ? [] : [[]]),
    ...LEGEND,
  ];
  return paintLines(lines, paint);
}

function columnRow({ number, name, view, policy }: SimulationColumn, head: SimulationHead): readonly TableCell[] {
  const handed = head.policies[policy]?.views.find((each) => each.name === view)?.handed ?? '';
  const mark = policy === head.baseline ? ' (baseline)' : '';
  return [
    { text: String(number), role: 'plain' },
    { text: `${name} at ${view}${mark}`, role: 'strong' },
    { text: handed, role: 'plain' },
  ];
}

function trustLines(trust: readonly SimulationTrust[]): readonly Line[] {
  const embedded = trust.filter(({ source }) => source === 'embedded').map(({ param }) => `\`${printable(param)}\``);
  return [
    ...trust.filter(({ source }) => source === 'bound').flatMap(boundLines),
    ...(embedded.length === 0
      ? []
      : entry([styled('strong', embedded.join(', ')), plain(': '), styled('doubt', EMBEDDED_WORDS)])),
  ];
}

function besideLines(initrd: SimulationHead['initrd']): readonly Line[] {
  return initrd === null ? [] : entry([styled('strong', 'beside each file'), plain(`: ${initrdNames(initrd)}`)]);
}

/** The initrd that is handed on beside every file, for every report's head. */
export function initrdNames({ files }: NonNullable<SimulationHead['initrd']>): string {
  return files.map(printable).join(', then ');
}

/** What `--trust-embedded` means, for every report's head. */
export const EMBEDDED_WORDS =
  'whoever signed the image at hand (--trust-embedded). Accepted then says that a sound signature is where the rule ' +
  'looks for it, and nothing of who made it';

function boundLines({ param, anchors }: SimulationTrust): readonly Line[] {
  const who = anchors.length === 0 ? 'nobody' : anchors.slice(0, 4).map(printable).join('; ');
  const more = anchors.length > 4 ? `; and ${anchors.length - 4} more` : '';
  return entry([styled('strong', `\`${printable(param)}\``), plain(`: ${who}${more}`)]);
}

function entry(left: Line): readonly Line[] {
  return layOut({ indent: 0, hanging: 4, left, right: '' });
}

const { accept, reject, undecided } = VERDICT_MARKS;
const LEGEND: readonly Line[] = [
  [
    ...[styled('good', accept), plain(' accepted (w with warnings, ~ by waiver)   ')],
    ...[styled('bad', reject), plain(' refused   '), styled('doubt', undecided), plain(' undecided: refused')],
  ],
  [
    ...[
      styled('good', 'I'),
      plain(' the initrd is covered   '),
      styled('bad', '!'),
      plain(' the initrd is loaded unprotected   '),
    ],
    ...[styled('doubt', 'u'), plain(' other bytes are')],
  ],
];

/** Counts and first reasons of every column: the end of a run. */
export function renderSimulationSummary(report: SimulationReport, paint: Paint): string {
  const tallies = columnTallies(report);
  const unread = report.files.filter(({ image }) => image === null).length;
  const count = counted(report.files.length, 'file') + (unread === 0 ? '' : `, ${unread} of them unreadable`);
  const table = tableLines(
    [
      { title: '#', columns: 3 },
      { title: `of ${count}`, columns: 32 },
      { title: 'accepted', columns: 8 },
      { title: 'refused', columns: 7 },
      { title: 'undecided', columns: 9 },
      { title: 'unprotected', columns: 5 },
    ].map((column) => ({ ...column, columns: Math.max(column.columns, column.title.length) })),
    tallies.map(countRow),
  );
  const reasons = alikeTallies(tallies).flatMap(reasonLines);
  const why = reasons.length === 0 ? [] : [[], [styled('faint', 'first reasons')], ...reasons];
  return paintLines([[], ...table, ...why], paint);
}

function countRow({ column, accepted, refused, undecided, unprotected }: ColumnTally) {
  const number = (value: number, role: 'good' | 'bad' | 'doubt') =>
    ({ text: String(value), role: value === 0 ? 'faint' : role }) as const;
  return [
    { text: String(column.number), role: 'plain' },
    { text: `${column.name} at ${column.view}`, role: 'strong' },
    number(accepted, 'good'),
    number(refused, 'bad'),
    number(undecided, 'doubt'),
    number(unprotected, 'bad'),
  ] as const;
}

/** Columns that refuse for the same reasons, together. */
function alikeTallies(tallies: readonly ColumnTally[]): readonly (readonly ColumnTally[])[] {
  const groups = new Map<string, ColumnTally[]>();
  for (const tally of tallies) {
    if (tally.reasons.length === 0) continue;
    const key = JSON.stringify(tally.reasons);
    groups.set(key, [...(groups.get(key) ?? []), tally]);
  }
  return [...groups.values()];
}

/** Reasons that are shown; all are in the JSON. */
const REASONS_SHOWN = 3;

function reasonLines(alike: readonly ColumnTally[]): readonly Line[] {
  const reasons = alike[0]?.reasons ?? [];
  const rest = reasons.slice(REASONS_SHOWN).reduce((sum, { count }) => sum + count, 0);
  const columns = alike.map(({ column: { number, name } }) => `${number} ${printable(name)}`).join(', ');
  return [
    ...layOut({ indent: 2, hanging: 4, left: [styled('strong', columns)], right: '' }),
    ...reasons.slice(0, REASONS_SHOWN).flatMap((reason) => {
      const left = [plain(`${reason.count} × ${printable(tallyWords(reason))}`)];
      return layOut({ indent: 6, hanging: 10, left, right: '' });
    }),
    ...(rest === 0 ? [] : [[plain(`      ${rest} × for other reasons`)]]),
  ];
}

/** One line for who only wants to know that the report is written. */
export function simulationLine(report: SimulationReport): string {
  const views = simulationColumns(report.policies).length;
  const accepted = columnTallies(report).reduce((sum, tally) => sum + tally.accepted, 0);
  const cells = report.files.filter(({ image }) => image !== null).length * views;
  const unread = report.files.filter(({ image }) => image === null).length;
  const rest = unread === 0 ? '' : `; ${counted(unread, 'file')} not read`;
  const files = `${counted(report.files.length, 'file')} under ${counted(views, 'view')}`;
  return wrapped(`${files}: ${accepted} of ${cells} accepted${rest}`, 0);
}
