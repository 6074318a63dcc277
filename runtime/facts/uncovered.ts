import { normalise, type RangeSet, subtract } from '../bytes/ranges.ts';
import type { Layer } from '../formats/layer.ts';
import { isZero } from '../formats/zero-bytes.ts';

/** Bytes of a layer that one signature does not hash. */
export interface UncoveredStretch {
  readonly range: readonly [start: number, end: number];
  /** Such as `CheckSum`, `certificate table`, `between .text and .data`. */
  readonly name: string;
  readonly zero: boolean;
  /** Outside every digest by design, and so exempt from coverage. */
  readonly structural: boolean;
}

/** Most stretches that are listed one by one; what follows is one more, for all the rest. */
const STRETCH_LIMIT = 64;

/**
 * Lists what a signature over `covers` leaves uncovered, in order, by the layer's own names.
 *
 * @param stray bytes inside the certificate table or an appended signature that belong to no signature.
 */
export function uncoveredStretches(layer: Layer, covers: RangeSet, stray: RangeSet): readonly UncoveredStretch[] {
  const open = subtract(normalise([[0, layer.bytes.length]]), covers);
  const names = namedRanges(layer, stray);
  const found: UncoveredStretch[] = [];
  let at = 0;
  for (const [start, end] of open) {
    for (let from = start; from < end; ) {
      while ((names[at]?.range[1] ?? Infinity) <= from) at += 1;
      const named = names[at];
      const inside = named !== undefined && named.range[0] <= from;
      const to = Math.min(end, inside ? named.range[1] : (named?.range[0] ?? end));
      const { name, structural } = inside ? named : { name: 'unnamed bytes', structural: false };
      if (found.length === STRETCH_LIMIT) return [...found, restOf(layer, from)];
      found.push({ range: [from, to], name, structural, zero: isZero(layer.bytes, [from, to]) });
      from = to;
    }
  }
  return found;
}

type Named = Pick<UncoveredStretch, 'range' | 'name' | 'structural'>;

/** The layer's regions in order, the two fields of the PE header and stray bytes cut out of them. */
function namedRanges(layer: Layer, stray: RangeSet): readonly Named[] {
  const { pe, regions } = layer;
  const directory = pe?.certificateDirectoryRange ?? null;
  const special: Named[] = [
    ...(pe === null ? [] : [{ range: pe.checksumRange, name: 'CheckSum', structural: true }]),
    ...(directory === null ? [] : [{ range: directory, name: 'certificate directory entry', structural: true }]),
    ...stray.map((range) => ({ range, name: 'bytes that belong to no signature', structural: false })),
  ];
  const cuts = normalise(special.map(({ range }) => range));
  const rest = regions.flatMap(({ range, name, role }): readonly Named[] => {
    const structural = role === 'certificate-table' || role === 'signature';
    const touched = cuts.some((cut) => cut[0] < range[1] && range[0] < cut[1]);
    const pieces = touched ? subtract([range], cuts) : [range];
    return pieces.map((piece) => ({ range: piece, name, structural }));
  });
  return [...special, ...rest].sort((a, b) => a.range[0] - b.range[0]);
}

function restOf(layer: Layer, from: number): UncoveredStretch {
  const range = [from, layer.bytes.length] as const;
  return { range, name: 'more, up to the end', structural: false, zero: isZero(layer.bytes, range) };
}
