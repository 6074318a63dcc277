import type { Finding } from '../bytes/format-error.ts';
import { byteMapLines } from './byte-map-text.ts';
import { layOut, plain, REPORT_COLUMNS, styled } from './columns.ts';
import { BAR_CELLS, coverageBars, REGION_LETTERS } from './coverage-bar.ts';
import type { InspectedLayer, Inspection } from './inspection.ts';
import { fieldLines } from './field-lines.ts';
import { layerDetailLines } from './layer-details-text.ts';
import { layerLines } from './layer-text.ts';
import { bytesText, layerTreeLines } from './layer-tree-text.ts';
import { type Line, type Paint, paintLines } from './paint.ts';
import { printable, widthOf } from './printable.ts';
import { reasonPlace } from './proof-lines.ts';

/** What `renderInspectionText` shows of a file, in this order. */
export type InspectionPart = 'tree' | 'details' | 'findings' | 'coverage' | 'bytes';

export interface InspectionTextOptions {
  readonly paint: Paint;
  readonly parts: readonly InspectionPart[];
  /** The one layer to show, with what is in it; everything when null. */
  readonly layer: InspectedLayer | null;
}

/** What is shown when nothing is asked for. */
export const USUAL_PARTS: readonly InspectionPart[] = ['tree', 'details', 'findings', 'coverage'];

/**
 * An inspection for people: the tree of layers, the digests and signatures of each layer that has any, what is wrong,
 * and a picture of the bytes that each signature covers; or the map of all bytes.
 *
 * @param file the name that the caller knows the file by.
 * @returns lines of at most 80 columns.
 */
export function renderInspectionText(file: string, inspection: Inspection, options: InspectionTextOptions): string {
  const { paint, parts, layer } = options;
  const shown = layer ?? inspection.root;
  const lines = [
    ...layOut({
      indent: 0,
      hanging: 2,
      left: [styled('strong', printable(file))],
      right: bytesText(inspection.size),
    }),
    ...fieldLines('sha256', inspection.sha256),
    ...(layer === null ? [] : layerLines(layer)),
    ...parts.flatMap((part) => partLines(part, shown, inspection)),
  ];
  return paintLines(lines, paint);
}

function partLines(part: InspectionPart, shown: InspectedLayer, inspection: Inspection): readonly Line[] {
  switch (part) {
    case 'tree':
      return shown !== inspection.root && shown.children.length === 0 ? [] : [[], ...layerTreeLines(shown)];
    case 'details':
      return (shown === inspection.root ? allLayers(shown) : allLayers(shown).slice(1)).flatMap(layerDetailLines);
    case 'findings':
      return findingLines(allLayers(shown));
    case 'coverage':
      return shown.kind === 'unknown' ? [] : barLines(shown);
    case 'bytes':
      return byteMapLines(inspection.root, shown);
  }
}

function allLayers(layer: InspectedLayer): readonly InspectedLayer[] {
  return [layer, ...layer.children.flatMap(allLayers)];
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
      right: `a cell is ${bytesText(Math.ceil(bar.sizeBytes / BAR_CELLS))}`,
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
