import { markdownText } from './markdown-text.ts';
import { printable } from './printable.ts';
import { counted } from './run-summary.ts';
import {
  cellsInOrder,
  type Protection,
  protectionOf,
  type SimulationColumn,
  simulationColumns,
  VERDICT_MARKS,
} from './simulation-columns.ts';
import type { SimulatedFile, SimulationCell, SimulationChange, SimulationReport } from './simulation-schema.ts';
import { columnTallies, type FileGroup, fileGroups, tallyWords } from './simulation-tally.ts';
import { EMBEDDED_WORDS, initrdNames } from './simulation-text.ts';

/** A report as a Markdown page: the policies, the matrix with a column for each view, counts with reasons, and changes. */
export function renderSimulationMarkdown(report: SimulationReport): string {
  const columns = simulationColumns(report.policies);
  const parts = [
    `# Simulation of ${report.day}\n`,
    policyTable(report, columns),
    report.trust.map((each) => `${trustSentence(each)}\n`).join('\n'),
    report.initrd === null ? '' : `Beside each file: ${markdownText(initrdNames(report.initrd))}.\n`,
    LEGEND,
    ...fileGroups(report).map((group) => matrixTable(group, columns)),
    countTable(report),
    ...(report.changes === null ? [] : [changeTable(report, report.changes)]),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** The mark of a cell: `+`, `+ I+`, `+ I-`, `+ u`, `-`, `?`. */
export function markdownMark(cell: SimulationCell): string {
  return `${VERDICT_MARKS[cell.verdict]}${BESIDE[protectionOf(cell)]}`;
}

const BESIDE: Readonly<Record<Protection, string>> = {
  none: '',
  'initrd-covered': ' I+',
  'initrd-open': ' I-',
  'other-open': ' u',
};

const LEGEND = `\`+\` accepted, \`w\` with warnings, \`~\` by waiver, \`-\` refused, \`?\` undecided (counts as refused). \`I+\`: the initrd is covered;
\`I-\`: it is loaded unprotected; \`u\`: other bytes are loaded unprotected.
`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}|${head.map(() => '---').join('|')}|\n${rows.map(line).join('')}`;
}

function policyTable({ policies, baseline }: SimulationReport, columns: readonly SimulationColumn[]): string {
  const rows = columns.map(({ number, name, view, policy }) => {
    const own = policies[policy];
    const handed = own?.views.find((each) => each.name === view)?.handed ?? '';
    const mark = policy === baseline ? ' (the baseline)' : '';
    return [
      String(number),
      `${markdownText(name)}${mark}`,
      markdownText(view),
      markdownText(handed),
      markdownText(own?.description ?? ''),
    ];
  });
  return table(['#', 'policy', 'at', 'the view', 'what it states'], rows);
}

function trustSentence({ param, source, anchors }: SimulationReport['trust'][number]): string {
  const who = source === 'embedded' ? EMBEDDED_WORDS : anchors.map(markdownText).join('; ') || 'nobody';
  return `\`${printable(param).replaceAll('`', '')}\` is ${who}.`;
}

function matrixTable({ title, files }: FileGroup, columns: readonly SimulationColumn[]): string {
  const head = ['image', ...columns.map(({ number }) => String(number))];
  const heading = title === null ? '' : `## ${markdownText(title)}: ${counted(files.length, 'file')}\n\n`;
  return `${heading}${table(
    head,
    files.map((file) => matrixRow(file, columns)),
  )}`;
}

function matrixRow(file: SimulatedFile, columns: readonly SimulationColumn[]): readonly string[] {
  const cells = cellsInOrder(file, columns);
  const marks = columns.map((_, index) => {
    const cell = cells[index];
    return cell === undefined ? ' ' : `\`${markdownMark(cell)}\``;
  });
  const note = file.error === null ? '' : ` (${markdownText(file.error)})`;
  return [`${markdownText(file.file)}${note}`, ...marks];
}

function countTable(report: SimulationReport): string {
  const rows = columnTallies(report).map(({ column, accepted, refused, undecided, unprotected, reasons }) => {
    const why = reasons.map((reason) => `${reason.count} × ${markdownText(tallyWords(reason))}`);
    return [
      String(column.number),
      String(accepted),
      String(refused),
      String(undecided),
      String(unprotected),
      why.join('<br>'),
    ];
  });
  const head = ['#', 'accepted', 'refused', 'undecided', 'unprotected', 'first reasons'];
  return `## ${counted(report.files.length, 'file')}\n\n${table(head, rows)}`;
}

function changeTable({ policies, baseline }: SimulationReport, changes: readonly SimulationChange[]): string {
  const rows = changes.map(({ policy, view, change, files, reasons }) => [
    `${markdownText(policies[policy]?.name ?? '')} at ${markdownText(view)}`,
    change.replace('-', ' '),
    String(files.length),
    files.map(markdownText).join(', '),
    reasons.map((reason) => `${reason.count} × ${markdownText(tallyWords(reason))}`).join('<br>'),
  ]);
  const title = `## Against ${markdownText(policies[baseline ?? -1]?.name ?? '')}\n\n`;
  return rows.length === 0
    ? `${title}Nothing changes.\n`
    : `${title}${table(['policy', 'change', 'files', 'which', 'reasons'], rows)}`;
}
