import { contains, intersect, type RangeSet } from '../bytes/ranges.ts';
import type { InspectedLayer } from './inspection.ts';

/** Cells of a bar; the label before it takes the rest of the line. */
export const BAR_CELLS = 60;

/** One row of the picture of a stretch of bytes. */
export interface BarRow {
  readonly label: string;
  /** `BAR_CELLS` characters. */
  readonly cells: string;
}

/** A layer whose bytes are drawn, with every signature on it and on what lies in it unencoded. */
export interface CoverageBar {
  readonly path: string;
  readonly sizeBytes: number;
  readonly rows: readonly BarRow[];
}

/** A signature with the ranges it covers, in bytes of the bar's own layer. */
interface PlacedSignature {
  readonly label: string;
  readonly covers: RangeSet;
}

/**
 * Draws which bytes are covered by which signature: one bar for the file, and one more for each decoded layer that
 * carries signatures of its own. A cell is `█` when all its bytes are covered, `▒` when some are, `·` when none is.
 */
export function coverageBars(root: InspectedLayer): readonly CoverageBar[] {
  const bars = layersWithOwnBytes(root).map((layer) => barOf(layer));
  return bars.filter((bar) => bar.path === root.path || bar.rows.length > 1);
}

/** Letters of the row that shows the layer's regions. */
export const REGION_LETTERS: Readonly<Record<string, string>> = {
  header: 'h',
  section: 's',
  payload: 'p',
  'size-tail': 't',
  padding: '0',
  'certificate-table': 'c',
  signature: 'a',
  gap: 'g',
  stray: '!',
  data: 'd',
};

/** The file, and each layer under it that is decoded and so has bytes of its own. */
function layersWithOwnBytes(layer: InspectedLayer): readonly InspectedLayer[] {
  const below = (node: InspectedLayer): readonly InspectedLayer[] =>
    node.children.flatMap((child) => (isPlain(child) ? below(child) : layersWithOwnBytes(child)));
  return [layer, ...below(layer)];
}

function isPlain(layer: InspectedLayer): boolean {
  return layer.codec === null || layer.codec === 'none';
}

function barOf(layer: InspectedLayer): CoverageBar {
  const regions: BarRow = { label: 'layout', cells: regionCells(layer) };
  const rows = placedSignatures(layer, 0).map(({ label, covers }) => ({
    label,
    cells: coverCells(covers, layer.sizeBytes),
  }));
  return { path: layer.path, sizeBytes: layer.sizeBytes, rows: [regions, ...rows] };
}

/** Signatures of the layer and of what lies in it unencoded, their ranges counted from the start of the bar. */
function placedSignatures(layer: InspectedLayer, baseOffsetBytes: number): readonly PlacedSignature[] {
  const own = layer.signatures.map(
    (signature, index): PlacedSignature => ({
      label: `${layer.path} ${index + 1}`,
      covers: signature.covers.map(([start, end]) => [start + baseOffsetBytes, end + baseOffsetBytes]),
    }),
  );
  const below = layer.children
    .filter(isPlain)
    .flatMap((child) => placedSignatures(child, baseOffsetBytes + child.offsetBytes));
  return [...own, ...below];
}

function coverCells(covers: RangeSet, sizeBytes: number): string {
  return cellRanges(sizeBytes)
    .map((cell) => {
      if (cell[1] > cell[0] && contains(covers, cell)) return '█';
      return intersect(covers, [cell]).length > 0 ? '▒' : '·';
    })
    .join('');
}

/** The region that has most of each cell. */
function regionCells(layer: InspectedLayer): string {
  const regions = [...layer.regions].sort((a, b) => a.range[0] - b.range[0]);
  return cellRanges(layer.sizeBytes)
    .map(([start, end]) => {
      let best = { letter: ' ', bytes: 0 };
      for (const { range, role } of regions) {
        const bytes = Math.min(end, range[1]) - Math.max(start, range[0]);
        if (bytes > best.bytes) best = { letter: REGION_LETTERS[role] ?? '?', bytes };
      }
      return best.letter;
    })
    .join('');
}

function cellRanges(sizeBytes: number): readonly (readonly [number, number])[] {
  return Array.from({ length: BAR_CELLS }, (_, cell) => {
    const start = Math.floor((cell * sizeBytes) / BAR_CELLS);
    return [start, Math.max(start, Math.floor(((cell + 1) * sizeBytes) / BAR_CELLS))] as const;
  });
}
