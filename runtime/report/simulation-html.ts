import { base64Of } from '../bytes/base64.ts';
import { sha256 } from '../codecs/sha256.ts';
import { html, type Html, trustedMarkup } from './html.ts';
import { counted } from './run-summary.ts';
import { CHANGE_WORDS } from './simulation-changes-text.ts';
import { type SimulationColumn, simulationColumns } from './simulation-columns.ts';
import { imageSection } from './simulation-html-image.ts';
import { HTML_LEGEND, matrixTables } from './simulation-html-matrix.ts';
import { HTML_SCRIPT } from './simulation-html-script.ts';
import { HTML_STYLE } from './simulation-html-style.ts';
import type { SimulationChange, SimulationReport } from './simulation-schema.ts';
import { type ColumnTally, columnTallies, tallyWords } from './simulation-tally.ts';
import { EMBEDDED_WORDS, initrdNames } from './simulation-text.ts';

/**
 * A report as one page that needs nothing else: the matrix, what changes, the policies, and a part for every image.
 *
 * Its policy allows this style, this script, and nothing from anywhere; every text of the report is escaped.
 */
export function renderSimulationHtml(report: SimulationReport): string {
  const columns = simulationColumns(report.policies);
  const title = `${counted(report.files.length, 'boot image')} under ${counted(columns.length, 'view')}`;
  const csp = `default-src 'none'; style-src '${hashOf(HTML_STYLE)}'; script-src '${hashOf(HTML_SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trustedMarkup(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – bootpol</title>
<style>${trustedMarkup(HTML_STYLE)}</style>
</head>
<body>
<a class="skip" href="#matrix">Skip to the matrix</a>
<header>
<p class="tool">bootpol simulate</p>
<h1>${title}</h1>
<p class="lead">What each policy would say of each image on ${report.day}.</p>
${trustBox(report)}
</header>
<nav aria-label="Parts of this page">
<a href="#matrix">Matrix</a>${report.changes === null ? [] : html`<a href="#changes">Changes</a>`}<a href="#policies">Policies</a><a href="#images">Images</a>
<label class="filter">Filter <input id="filter" type="search" autocomplete="off" placeholder="name of an image"> <output id="shown" for="filter"></output></label>
<button id="expand" type="button">Open all reasons</button>
<span class="keys"><kbd>←↑↓→</kbd> cells <kbd>j</kbd> <kbd>k</kbd> images <kbd>m</kbd> matrix <kbd>/</kbd> filter <kbd>e</kbd> reasons</span>
</nav>
<main>
<section id="matrix" aria-labelledby="matrix-title">
<h2 id="matrix-title">Matrix</h2>
${HTML_LEGEND}
${matrixTables(report, columns)}
</section>
${report.changes === null ? [] : changesSection(report, report.changes)}
${policiesSection(report)}
<section id="images" aria-labelledby="images-title">
<h2 id="images-title">Images</h2>
${report.files.map((file, index) => imageSection(file, { index, columns }))}
</section>
</main>
<script>${trustedMarkup(HTML_SCRIPT)}</script>
</body>
</html>
`;
  return page.markup;
}

/** Style and script are ASCII. */
function hashOf(content: string): string {
  return `sha256-${base64Of(sha256(Uint8Array.from(content, (character) => character.charCodeAt(0))))}`;
}

function trustBox({ trust, initrd }: SimulationReport): Html {
  const embedded = trust.filter(({ source }) => source === 'embedded').map(({ param }) => html` <code>${param}</code>`);
  const bound = trust.filter(({ source }) => source === 'bound');
  const rows = bound.map(
    ({ param, anchors }) => html`<li><code>${param}</code>: ${anchors.join('; ') || 'nobody'}</li>`,
  );
  const note =
    embedded.length === 0
      ? []
      : html`<p class="note"><strong>Who is trusted:</strong>${embedded} stand for ${EMBEDDED_WORDS}.</p>`;
  const beside =
    initrd === null ? [] : html`<p class="note"><strong>Beside each file:</strong> ${initrdNames(initrd)}</p>`;
  return html`${note}${beside}${rows.length === 0 ? [] : html`<ul class="trust" aria-label="Who is trusted">${rows}</ul>`}`;
}

function policiesSection(report: SimulationReport): Html {
  return html`<section id="policies" aria-labelledby="policies-title">
<h2 id="policies-title">Policies</h2>
<div class="scroll"><table class="plain">
<thead><tr><th scope="col">#</th><th scope="col">policy</th><th scope="col">view</th><th scope="col" class="number">accepted</th><th scope="col" class="number">refused</th><th scope="col" class="number">undecided</th><th scope="col" class="number">unprotected</th><th scope="col">why refused</th></tr></thead>
<tbody>
${columnTallies(report).map((tally) => policyRow(tally, report))}
</tbody>
</table></div>
</section>`;
}

function policyRow(
  { column, accepted, refused, undecided, unprotected, reasons }: ColumnTally,
  report: SimulationReport,
): Html {
  const policy = report.policies[column.policy];
  const handed = policy?.views.find(({ name }) => name === column.view)?.handed ?? '';
  const mark = column.policy === report.baseline ? html` <em>(baseline)</em>` : [];
  const why = reasons.map((reason) => html`<li>${reason.count} × ${tallyWords(reason)}</li>`);
  return html`<tr id="p${column.number}"><td class="number">${column.number}</td><th scope="row">${column.name}${mark}<span class="sub">${policy?.description ?? ''}</span></th><td><strong>${column.view}</strong> <code>${handed}</code></td><td class="number">${accepted}</td><td class="number">${refused}</td><td class="number">${undecided}</td><td class="number">${unprotected}</td><td>${why.length === 0 ? [] : html`<details><summary>${counted(reasons.length, 'reason')}</summary><ul>${why}</ul></details>`}</td></tr>
`;
}

function changesSection({ policies, baseline }: SimulationReport, changes: readonly SimulationChange[]): Html {
  const columns = simulationColumns(policies);
  const rows = changes.map((change) => changeRow(change, columns));
  const body =
    rows.length === 0
      ? html`<p>Nothing changes.</p>`
      : html`<div class="scroll"><table class="plain"><thead><tr><th scope="col">policy</th><th scope="col">change</th><th scope="col" class="number">images</th><th scope="col">which</th><th scope="col">reasons</th></tr></thead><tbody>
${rows}</tbody></table></div>`;
  return html`<section id="changes" aria-labelledby="changes-title">
<h2 id="changes-title">Against ${policies[baseline ?? -1]?.name ?? ''}</h2>
${body}
</section>`;
}

function changeRow(
  { policy, view, change, files, reasons }: SimulationChange,
  columns: readonly SimulationColumn[],
): Html {
  const column = columns.find((each) => each.policy === policy && each.view === view);
  const { title, role } = CHANGE_WORDS[change];
  const why = reasons.map((reason) => html`<li>${reason.count} × ${tallyWords(reason)}</li>`);
  return html`<tr><th scope="row">${column?.number ?? ''} ${column?.name ?? ''} <span class="sub">at ${view}</span></th><td class="${role}">${title}</td><td class="number">${files.length}</td><td><details><summary>${counted(files.length, 'image')}</summary><ul>${files.map((file) => html`<li>${file}</li>`)}</ul></details></td><td><ul>${why}</ul></td></tr>
`;
}
