import { html, type Html } from './html.ts';
import { counted } from './run-summary.ts';
import {
  cellsInOrder,
  type Protection,
  PROTECTION_TEXTS,
  protectionOf,
  type SimulationColumn,
  VERDICT_MARKS,
  VERDICT_TEXTS,
} from './simulation-columns.ts';
import { alikeCells, folderOf } from './simulation-matrix-text.ts';
import type { SimulatedFile, SimulationCell, SimulationReport } from './simulation-schema.ts';
import { fileGroups } from './simulation-tally.ts';

/** The matrix: a row for each image, a column for each view; a table of its own for each group. */
export function matrixTables(report: SimulationReport, columns: readonly SimulationColumn[]): Html {
  const places = new Map(report.files.map((file, index) => [file, index]));
  const row = (file: SimulatedFile, at: number, all: readonly SimulatedFile[]): Html => {
    const folder = folderOf(file.file);
    const before = all[at - 1];
    const isNew = folder !== '' && (before === undefined || folderOf(before.file) !== folder);
    const heading = isNew ? html`<tr class="folder"><th colspan="${columns.length + 1}">${folder}</th></tr>\n` : [];
    return html`${heading}${matrixRow(file, { index: places.get(file) ?? 0, columns })}`;
  };
  const tables = fileGroups(report).map(({ title, files }) => {
    const heading =
      title === null ? [] : html`<h3>${title} <span class="sub">${counted(files.length, 'image')}</span></h3>`;
    return html`${heading}<div class="scroll" tabindex="0" role="region" aria-label="Matrix${title === null ? '' : ` of ${title}`}"><table class="matrix">
<thead><tr><th scope="col" class="corner">image</th>${columns.map(columnHead)}</tr></thead>
<tbody>
${files.map(row)}</tbody>
</table></div>`;
  });
  return html`${tables}`;
}

function columnHead({ number, name, view }: SimulationColumn): Html {
  return html`<th scope="col"><a href="#p${number}" title="${name} at ${view}"><span class="label">${name} <span class="at">${view}</span></span><span class="n">${number}</span></a></th>`;
}

function matrixRow(
  file: SimulatedFile,
  { index, columns }: { readonly index: number; readonly columns: readonly SimulationColumn[] },
): Html {
  const head = html`<th scope="row"><a href="#f${index}" title="${file.file}">${file.file.slice(folderOf(file.file).length)}</a></th>`;
  if (file.image === null) {
    return html`<tr data-file="${index}">${head}<td colspan="${columns.length}" class="unreadable">cannot be read</td></tr>\n`;
  }
  const groups = alikeCells(file, columns);
  const cells = cellsInOrder(file, columns).map((cell, at) => {
    const number = columns[at]?.number ?? 0;
    const group = groups.findIndex(({ numbers }) => numbers.includes(number));
    return matrixCell(cell, { href: `#f${index}-${group}`, number });
  });
  return html`<tr data-file="${index}">${head}${cells}</tr>\n`;
}

function matrixCell(cell: SimulationCell, { href, number }: { readonly href: string; readonly number: number }): Html {
  const protection = protectionOf(cell);
  const beside = HTML_BESIDE[protection];
  const said = [VERDICT_TEXTS[cell.verdict], PROTECTION_TEXTS[protection]].filter((text) => text !== '').join(', ');
  const why = cell.reasons[0]?.text ?? '';
  const title = `${number}: ${said}${why === '' ? '' : `: ${why}`}`;
  return html`<td class="${cell.verdict} ${protection}"><a href="${href}" title="${title}" aria-label="${number}: ${said}">${htmlMark(cell)}${beside === '' ? [] : html`<small>${beside}</small>`}</a></td>`;
}

/** The mark of a verdict, with a minus that is as wide as a plus. */
export function htmlMark({ verdict }: SimulationCell): string {
  return verdict === 'reject' ? '−' : VERDICT_MARKS[verdict];
}

/** What stands beside a mark. */
export const HTML_BESIDE: Readonly<Record<Protection, string>> = {
  none: '',
  'initrd-covered': 'I+',
  'initrd-open': 'I−',
  'other-open': 'u',
};

/** What the marks mean. */
export const HTML_LEGEND = html`<ul class="legend" aria-label="Legend">
<li><b class="mark accept">+</b> accepted (<b>w</b> with warnings, <b>~</b> by waiver)</li>
<li><b class="mark reject">−</b> refused</li>
<li><b class="mark undecided">?</b> undecided: refused</li>
<li><b class="mark accept">+<small>I+</small></b> the initrd is covered</li>
<li><b class="mark accept initrd-open">+<small>I−</small></b> the initrd is loaded unprotected</li>
<li><b class="mark accept other-open">+<small>u</small></b> other bytes are loaded unprotected</li>
</ul>`;
