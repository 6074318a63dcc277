import type { ByteRange } from '../bytes/ranges.ts';
import type { Region } from './layer.ts';
import { isZero } from './zero-bytes.ts';

/** A region without its zero flag: what a reader claims before the map is drawn. */
export interface Claim {
  readonly range: ByteRange;
  readonly role: Region['role'];
  readonly name: string;
  /** Where the contents of a section end; what follows is padding if it is zero. */
  readonly contentEnd?: number;
}

/**
 * Draws the map of a layer: the claims in file order, everything between them filled in.
 *
 * The result is ordered and touches every byte of `[0, bytes.length)` once. Where claims overlap, the one that starts
 * first wins, and of two with one start the one that comes first in the list. Cost: n log n in the claims.
 *
 * @param fill names the stretch between two claims (null at either end of the layer).
 */
export function drawRegions(
  bytes: Uint8Array,
  claims: readonly Claim[],
  fill: (before: Claim | null, after: Claim | null, range: ByteRange) => readonly Claim[],
): readonly Region[] {
  const sorted = claims
    .map((claim) => ({ ...claim, range: clip(claim.range, bytes.length) }))
    .filter(({ range }) => range[1] > range[0])
    .sort((a, b) => a.range[0] - b.range[0]);
  const drawn: Claim[] = [];
  let cursor = 0;
  let before: Claim | null = null;
  for (const claim of sorted) {
    if (claim.range[0] > cursor) drawn.push(...fill(before, claim, [cursor, claim.range[0]]));
    if (claim.range[1] > cursor) drawn.push({ ...claim, range: [Math.max(cursor, claim.range[0]), claim.range[1]] });
    cursor = Math.max(cursor, claim.range[1]);
    before = claim;
  }
  if (cursor < bytes.length) drawn.push(...fill(before, null, [cursor, bytes.length]));
  return drawn.flatMap((claim) => splitPadding(bytes, claim));
}

/** Done on what is drawn, so that overlapping sections cost no more than the bytes of the layer. */
function splitPadding(bytes: Uint8Array, claim: Claim): readonly Region[] {
  const [start, end] = claim.range;
  const contentEnd = claim.contentEnd ?? end;
  if (contentEnd <= start || contentEnd >= end || !isZero(bytes, [contentEnd, end])) return [regionOf(bytes, claim)];
  return [
    regionOf(bytes, { ...claim, range: [start, contentEnd] }),
    regionOf(bytes, { range: [contentEnd, end], role: 'padding', name: `${claim.name} padding` }),
  ];
}

/** Puts a claim over a map that is drawn already; what lay there is cut back, the rest stays. */
export function overlayRegion(bytes: Uint8Array, regions: readonly Region[], over: Claim): readonly Region[] {
  const claim = { ...over, range: clip(over.range, bytes.length) };
  const [start, end] = claim.range;
  if (end <= start) return regions;
  const pieces: Region[] = [];
  for (const region of regions) {
    const [from, to] = region.range;
    if (to <= start || from >= end) {
      pieces.push(region);
      continue;
    }
    if (from < start) pieces.push(regionOf(bytes, { ...region, range: [from, start] }));
    if (from <= start) pieces.push(regionOf(bytes, claim));
    if (end < to) pieces.push(regionOf(bytes, { ...region, range: [end, to] }));
  }
  return pieces;
}

/**
 * Puts many claims over a map in one go; of claims that share bytes, the one that starts first wins. Linear in the map
 * but for sorting the claims.
 */
export function overlayRegions(
  bytes: Uint8Array,
  regions: readonly Region[],
  overs: readonly Claim[],
): readonly Region[] {
  let last = 0;
  const claims = overs
    .map((over) => ({ ...over, range: clip(over.range, bytes.length) }))
    .sort((a, b) => a.range[0] - b.range[0])
    .filter(({ range: [start, end] }) => {
      const isFree = start >= last && end > start;
      if (isFree) last = end;
      return isFree;
    });
  let next = 0;
  return regions.flatMap((region) => {
    const pieces: Claim[] = [];
    let [from] = region.range;
    const [, to] = region.range;
    for (let claim = claims[next]; claim !== undefined && claim.range[0] < to; claim = claims[next]) {
      const [start, end] = claim.range;
      if (from < start) pieces.push({ ...region, range: [from, start] });
      if (from <= start) pieces.push(claim);
      from = Math.min(to, end);
      if (end > to) break;
      next += 1;
    }
    if (pieces.length === 0 && from === region.range[0]) return [region];
    if (from < to) pieces.push({ ...region, range: [from, to] });
    return pieces.map((piece) => regionOf(bytes, piece));
  });
}

/** One region for the whole layer; none for an empty one. */
export function wholeRegion(bytes: Uint8Array, name: string): readonly Region[] {
  return bytes.length === 0 ? [] : [regionOf(bytes, { range: [0, bytes.length], role: 'data', name })];
}

/** The claim with its zero flag, which only padding, gaps and stray bytes have. */
function regionOf(bytes: Uint8Array, { range, role, name }: Claim): Region {
  const asked = role === 'padding' || role === 'gap' || role === 'stray';
  return { range, role, name, zero: asked ? isZero(bytes, range) : null };
}

function clip([start, end]: ByteRange, size: number): ByteRange {
  return [Math.min(start, size), Math.min(end, size)];
}
