import { grouped } from '../bytes/grouped.ts';
import { html, type Html } from './html.ts';
import { counted } from './run-summary.ts';
import { protectionOf, PROTECTION_TEXTS, type SimulationColumn, VERDICT_TEXTS } from './simulation-columns.ts';
import { HTML_BESIDE, htmlMark } from './simulation-html-matrix.ts';
import { type AlikeCells, alikeCells } from './simulation-matrix-text.ts';
import type { SimulatedFile, SimulatedImage, SimulatedLayer } from './simulation-schema.ts';
import { reasonPlace } from './proof-lines.ts';

/** The part of the page about one image: what it is, its layers with their coverage, and what the views say. */
export function imageSection(
  file: SimulatedFile,
  { index, columns }: { readonly index: number; readonly columns: readonly SimulationColumn[] },
): Html {
  const { image, error } = file;
  const heading = html`<h3 id="h${index}">${file.file}</h3>`;
  if (image === null) {
    return html`<article id="f${index}" class="image" data-file="${index}" data-name="${file.file}" aria-labelledby="h${index}" tabindex="-1">${heading}<p class="unreadable">${error ?? ''}</p></article>\n`;
  }
  const groups = alikeCells(file, columns);
  return html`<article id="f${index}" class="image" data-file="${index}" data-name="${file.file}" aria-labelledby="h${index}" tabindex="-1">
${heading}
<p class="facts">${factsOf(image)}</p>
${signatureList(image)}
<div class="scroll"><table class="layers">
<thead><tr><th scope="col">layer</th><th scope="col">kind</th><th scope="col" class="number">bytes</th><th scope="col">coverage</th><th scope="col">by sound signatures</th></tr></thead>
<tbody>
${image.layers.map((layer) => layerRow(layer, image))}</tbody>
</table></div>
${image.layersLeftOut === 0 ? [] : html`<p>${counted(image.layersLeftOut, 'more layer')} not shown</p>`}
<div class="verdicts">
${groups.map((group, at) => verdictGroup(group, { id: `f${index}-${at}`, columns }))}</div>
</article>
`;
}

function factsOf({ kind, arch, compression, sizeBytes, sha256 }: SimulatedImage): Html {
  const words = [kind, arch, compression].filter((word) => word !== null && word !== kind);
  return html`<b>${kind}</b> ${words.filter((word) => word !== kind).join(' · ')} · ${grouped(sizeBytes)} bytes · <code class="hash">sha256 ${sha256}</code>`;
}

function signatureList({ signatures }: SimulatedImage): Html {
  if (signatures.length === 0) return html`<p class="signatures">Nothing in it is signed.</p>`;
  const rows = signatures.map(
    ({ layer, scheme, signer, sound }, index) =>
      html`<li><b>${letterOf(index)}</b> <span class="${sound ? 'good' : 'bad'}">${sound ? 'sound' : 'not about these bytes, or broken'}</span> on <code>${layer}</code> by ${signer ?? 'somebody whose certificate is not in the file'}${scheme === 'authenticode' ? '' : ` (${scheme})`}</li>`,
  );
  return html`<ul class="signatures" aria-label="Signatures">${rows}</ul>`;
}

/** A to Z, then AA and on. */
function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : `${letterOf(Math.floor(index / 26) - 1)}${last}`;
}

function layerRow(layer: SimulatedLayer, image: SimulatedImage): Html {
  const { path, kind, depth, codec, sizeBytes, fault } = layer;
  const parent = path.lastIndexOf('/');
  const packed = codec === null || codec === 'none' ? '' : ` unpacked, ${codec}`;
  return html`<tr><th scope="row" class="d${Math.min(depth, 8)}"><code title="${path}">${path.slice(parent + 1)}</code></th><td>${kind}${packed}${fault === null ? [] : html` <span class="bad">${fault}</span>`}</td><td class="number">${grouped(sizeBytes)}</td><td class="bar">${coverageBar(layer, image)}</td><td>${coverageWords(layer)}</td></tr>
`;
}

type Stretch = SimulatedLayer['stretches'][number];

const BAR_UNITS = 1000;
/** The narrowest stretch that can still be seen. */
const LEAST_UNITS = 2;

function coverageBar({ path, sizeBytes, stretches }: SimulatedLayer, image: SimulatedImage): Html {
  const rects = joined(stretches).map((stretch) => {
    const { startBytes, endBytes, how } = stretch;
    const x = (startBytes / sizeBytes) * BAR_UNITS;
    const width = Math.max(LEAST_UNITS, ((endBytes - startBytes) / sizeBytes) * BAR_UNITS);
    const at = Math.min(x, BAR_UNITS - width);
    return html`<rect class="${how}" x="${at.toFixed(1)}" width="${width.toFixed(1)}" height="16"><title>${stretchTitle(stretch, image)}</title></rect>`;
  });
  return html`<svg viewBox="0 0 ${BAR_UNITS} 16" preserveAspectRatio="none" role="img" aria-label="Coverage of ${path}">${rects}</svg>`;
}

/** Narrow stretches of exempt bytes would hide what is beside them: those that say the same are drawn as one. */
function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const all: Stretch[] = [];
  for (const next of stretches) {
    const last = all[all.length - 1];
    const same = last?.how === next.how && last.by.join() === next.by.join();
    if (same) all[all.length - 1] = { ...last, endBytes: next.endBytes };
    else all.push(next);
  }
  return all;
}

function stretchTitle({ startBytes, endBytes, how, by }: Stretch, { signatures }: SimulatedImage): string {
  const who = by.map((index) => `${letterOf(index)} ${signatures[index]?.signer ?? ''}`.trim()).join('; ');
  const range = `0x${startBytes.toString(16)} to 0x${endBytes.toString(16)}, ${grouped(endBytes - startBytes)} bytes`;
  return `${HOW_WORDS[how]}${who === '' ? '' : ` by ${who}`}: ${range}`;
}

const HOW_WORDS: Readonly<Record<Stretch['how'], string>> = {
  direct: 'signed directly',
  enclosed: 'enclosed in signed bytes',
  derived: 'derived from signed bytes',
  exempt: 'outside every digest by design',
  uncovered: 'uncovered',
};

/** `A direct 99 % · exempt 1 %`: the bar in words. */
function coverageWords({ stretches, sizeBytes }: SimulatedLayer): Html {
  const shares = new Map<string, { readonly how: Stretch['how']; readonly by: readonly number[]; bytes: number }>();
  for (const { how, by, startBytes, endBytes } of stretches) {
    const key = `${how} ${by.join()}`;
    const known = shares.get(key) ?? { how, by, bytes: 0 };
    known.bytes += endBytes - startBytes;
    shares.set(key, known);
  }
  const words = [...shares.values()].map(({ how, by, bytes }) => {
    const letters = by.map(letterOf).join(' ');
    return html`<li class="how"><i class="swatch ${how}"></i>${letters}${letters === '' ? '' : ' '}${how} ${percent(bytes, sizeBytes)}</li>`;
  });
  return html`<ul class="shares">${words}</ul>`;
}

function percent(bytes: number, sizeBytes: number): string {
  const share = (100 * bytes) / sizeBytes;
  if (share >= 99.95 && bytes < sizeBytes) return '> 99.9 %';
  return share < 0.1 ? '< 0.1 %' : `${share >= 99.95 ? '100' : share.toFixed(1)} %`;
}

function verdictGroup(
  { numbers, cell }: AlikeCells,
  { id, columns }: { readonly id: string; readonly columns: readonly SimulationColumn[] },
): Html {
  const protection = protectionOf(cell);
  const beside = HTML_BESIDE[protection];
  const names = numbers.map((number) => {
    const column = columns[number - 1];
    return html`<li><a href="#p${number}">${number} ${column?.name ?? ''}</a> <span class="at">at ${column?.view ?? ''}</span></li>`;
  });
  const said = [VERDICT_TEXTS[cell.verdict], PROTECTION_TEXTS[protection]].filter((text) => text !== '').join('; ');
  const [first] = cell.reasons;
  const reasons = cell.reasons.map(
    (reason) =>
      html`<li>${reason.requirement === null ? [] : html`<b>${reason.requirement}</b>: `}${reason.text} <code>${reasonPlace({ ...reason, lengthBytes: 0 })}</code></li>`,
  );
  const open = cell.unprotected.map(
    ({ layer, kind, uncoveredBytes, text }) =>
      html`<li class="open"><b>unprotected</b> <code>${layer}</code> (${kind}, ${grouped(uncoveredBytes)} bytes): ${text}</li>`,
  );
  return html`<details id="${id}"><summary><b class="mark ${cell.verdict} ${protection}">${htmlMark(cell)}${beside === '' ? [] : html`<small>${beside}</small>`}</b> <span>${said}</span>${first === undefined ? [] : html` <span class="why">${first.text}</span>`} <span class="by">${numbers.join(', ')}</span></summary><ul class="names">${names}</ul><ul class="reasons">${reasons}${open}</ul></details>
`;
}
