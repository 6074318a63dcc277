import { grouped } from '../bytes/grouped.ts';
import type { Finding } from '../bytes/format-error.ts';
import { layOut, plain, REPORT_COLUMNS, styled } from './columns.ts';
import { BAR_CELLS, coverageBars, REGION_LETTERS } from './coverage-bar.ts';
import type { InspectedLayer, InspectedSignature, Inspection } from './inspection.ts';
import { type Line, type Paint, paintLines } from './paint.ts';
import { printable, widthOf } from './printable.ts';
import { reasonPlace } from './proof-lines.ts';

/**
 * An inspection for people: the tree of layers, the digests and signatures of each layer that has any, what is wrong,
 * and a picture of the bytes that each signature covers.
 *
 * @param file the name that the caller knows the file by.
 * @returns lines of at most 80 columns.
 */
export function renderInspectionText(file: string, inspection: Inspection, paint: Paint): string {
  const layers = allLayers(inspection.root);
  const lines = [
    ...layOut({ indent: 0, hanging: 2, left: [styled('strong', printable(file))], right: bytes(inspection.size) }),
    ...field('sha256', inspection.sha256),
    [],
    ...treeLines(inspection.root, { first: '', rest: '', parentPath: '' }),
    ...layers.filter(hasDetails).flatMap(detailLines),
    ...findingLines(layers),
    ...barLines(inspection.root),
  ];
  return paintLines(lines, paint);
}

interface TreePlace {
  /** What stands before this node's own line, and before the lines of its children. */
  readonly first: string;
  readonly rest: string;
  readonly parentPath: string;
}

function treeLines(layer: InspectedLayer, place: TreePlace): readonly Line[] {
  const name = layer.path.startsWith(`${place.parentPath}/`)
    ? layer.path.slice(place.parentPath.length + 1)
    : layer.path;
  const facts = [layer.kind === lastSegment(layer.path) ? null : layer.kind, layer.arch, layer.compression].filter(
    (fact) => fact !== null,
  );
  const signed = layer.signatures.map((signature) =>
    isSound(signature) ? styled('good', ' signed') : styled('bad', ' badly signed'),
  );
  const left = [
    styled('faint', place.first),
    styled('strong', printable(name)),
    plain(facts.length === 0 ? '' : `  ${printable(facts.join(' '))}`),
    ...signed.slice(0, 1),
    ...(layer.fault === null ? [] : [styled('doubt', ' unreadable')]),
  ];
  const right = `${hex(layer.offsetBytes)}  ${bytes(layer.sizeBytes).padStart(17)}`;
  const own = layOut({ indent: 0, hanging: widthOf(place.rest) + 2, left, right });
  const last = layer.children.length - 1;
  const below = layer.children.flatMap((child, index) =>
    treeLines(child, {
      first: `${place.rest}${index === last ? '└─ ' : '├─ '}`,
      rest: `${place.rest}${index === last ? '   ' : '│  '}`,
      parentPath: layer.path,
    }),
  );
  return [...own, ...below];
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/^\./, '');
}

function allLayers(layer: InspectedLayer): readonly InspectedLayer[] {
  return [layer, ...layer.children.flatMap(allLayers)];
}

function hasDetails(layer: InspectedLayer): boolean {
  return layer.authenticode !== null || layer.signatures.length > 0;
}

function detailLines(layer: InspectedLayer): readonly Line[] {
  const digests = layer.authenticode === null ? [] : field('image digest', layer.authenticode.sha256);
  const signatures = layer.signatures.flatMap((signature, index) => signatureLines(signature, index + 1));
  const none: readonly Line[] = layer.signatures.length > 0 ? [] : [[plain('  no signature')]];
  const name = layOut({ indent: 0, hanging: 2, left: [styled('strong', printable(layer.path))], right: '' });
  return [[], ...name, ...digests, ...none, ...signatures];
}

function signatureLines(signature: InspectedSignature, number: number): readonly Line[] {
  const facts = [signature.scheme, signature.digestAlgorithm ?? 'unreadable', keyText(signature)].filter(
    (fact) => fact !== '',
  );
  const state = [
    signature.intact ? styled('good', 'intact') : styled('bad', 'not intact'),
    plain(', '),
    signature.digestMatches ? styled('good', 'digest matches') : styled('bad', 'digest does not match'),
  ];
  return [
    ...layOut({
      indent: 2,
      hanging: 4,
      left: [plain(`signature ${number}  ${facts.join(', ')}: `), ...state],
      right: '',
    }),
    ...(signature.digestMatches || signature.digest === null ? [] : field('  states', signature.digest)),
    ...signature.chain.flatMap((certificate, index) => [
      ...layOut({
        indent: 4,
        hanging: 16,
        left: [plain(`${(index === 0 ? 'signer' : 'issuer').padEnd(12)}${printable(certificate.subject)}`)],
        right: '',
      }),
      ...field('  certificate', certificate.sha256),
    ]),
  ];
}

function keyText(signature: InspectedSignature): string {
  return [signature.keyAlgorithm, signature.keyBits].filter((part) => part !== null).join(' ');
}

function isSound(signature: InspectedSignature): boolean {
  return signature.intact && signature.digestMatches;
}

/** A label and a SHA-256 just fit one line: 16 + 64 columns. */
function field(label: string, value: string): readonly Line[] {
  return layOut({ indent: 2, hanging: 16, left: [plain(`${label.padEnd(13)} `), styled('faint', value)], right: '' });
}

function findingLines(layers: readonly InspectedLayer[]): readonly Line[] {
  const findings = layers.flatMap((layer) => [
    ...(layer.fault === null ? [] : [layer.fault]),
    ...layer.findings,
    ...layer.signatures.flatMap((signature) => signature.findings),
  ]);
  if (findings.length === 0) return [];
  return [[], [styled('strong', 'findings')], ...findings.flatMap(findingLine)];
}

function findingLine(finding: Finding): readonly Line[] {
  return layOut({
    indent: 2,
    hanging: 4,
    left: [styled('doubt', '! '), plain(printable(finding.text))],
    right: reasonPlace(finding),
  });
}

function barLines(root: InspectedLayer): readonly Line[] {
  const bars = coverageBars(root);
  const letters = new Set(bars.flatMap((bar) => Array.from(bar.rows[0]?.cells ?? '')));
  const drawn = bars.flatMap((bar): readonly Line[] => [
    [],
    ...layOut({
      indent: 0,
      hanging: 2,
      left: [styled('strong', `coverage of ${printable(bar.path)}`)],
      right: `a cell is ${bytes(Math.ceil(bar.sizeBytes / BAR_CELLS))}`,
    }),
    ...bar.rows.flatMap((row) => barRow(row.label, row.cells)),
  ]);
  const regions = Object.entries(REGION_LETTERS).flatMap(([role, letter]) =>
    letters.has(letter) ? [`${letter} ${role}`] : [],
  );
  const legend = ['█ covered', '▒ in part', '· not covered', ...regions].join('  ');
  return [...drawn, ...layOut({ indent: 2, hanging: 2, left: [styled('faint', legend)], right: '' })];
}

/** A label too long for its columns stands on a line of its own. */
function barRow(label: string, cells: string): readonly Line[] {
  const shown = printable(label);
  const columns = REPORT_COLUMNS - 2 - 1 - BAR_CELLS;
  if (widthOf(shown) <= columns) return [[plain(`  ${shown.padEnd(columns)} ${cells}`)]];
  return [
    ...layOut({ indent: 2, hanging: 4, left: [plain(shown)], right: '' }),
    [plain(`  ${' '.repeat(columns)} ${cells}`)],
  ];
}

/** `1,024 bytes`. */
function bytes(count: number): string {
  return `${grouped(count)} byte${count === 1 ? '' : 's'}`;
}

function hex(offsetBytes: number): string {
  return `0x${offsetBytes.toString(16).padStart(7, '0')}`;
}
