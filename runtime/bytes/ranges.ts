/** Half-open byte range `[start, end)`, offsets in bytes from the start of one layer. */
export type ByteRange = readonly [start: number, end: number];

/** Sorted, disjoint, non-empty, non-touching ranges. */
export type RangeSet = readonly ByteRange[];

export const NO_RANGES: RangeSet = [];

/** Brings ranges in any order into the normal form; drops empty ones. Cost: n log n. */
export function normalise(ranges: readonly ByteRange[]): RangeSet {
  const sorted = ranges.filter(([start, end]) => end > start).sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [start, end] of sorted) {
    const last = merged[merged.length - 1];
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** Bytes in either set. */
export function union(a: RangeSet, b: RangeSet): RangeSet {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return normalise([...a, ...b]);
}

/** Bytes in both sets. Cost: linear in both. */
export function intersect(a: RangeSet, b: RangeSet): RangeSet {
  const common: ByteRange[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const left = a[i];
    const right = b[j];
    if (left === undefined || right === undefined) return common;
    const start = Math.max(left[0], right[0]);
    const end = Math.min(left[1], right[1]);
    if (start < end) common.push([start, end]);
    if (left[1] < right[1]) i += 1;
    else j += 1;
  }
}

/** Bytes of `a` that are not in `b`. Cost: linear in both. */
export function subtract(a: RangeSet, b: RangeSet): RangeSet {
  const rest: ByteRange[] = [];
  let j = 0;
  for (const [start, end] of a) {
    let from = start;
    while ((b[j]?.[1] ?? Infinity) <= from) j += 1;
    for (let k = j; from < end; k += 1) {
      const cut = b[k];
      if (cut === undefined || cut[0] >= end) break;
      if (cut[0] > from) rest.push([from, cut[0]]);
      from = Math.max(from, cut[1]);
    }
    if (from < end) rest.push([from, end]);
  }
  return rest;
}

/** Whether every byte of `range` is in `set`. An empty range is contained. Cost: logarithmic. */
export function contains(set: RangeSet, range: ByteRange): boolean {
  const [start, end] = range;
  if (end <= start) return true;
  const found = set[firstEndingAfter(set, start)];
  return found !== undefined && found[0] <= start && end <= found[1];
}

/** The part of `set` inside `range`, counted from the start of `range`. Cost: logarithmic, and linear in the result. */
export function rebase(set: RangeSet, range: ByteRange): RangeSet {
  const [start, end] = range;
  const inside: ByteRange[] = [];
  for (let index = firstEndingAfter(set, start); index < set.length; index += 1) {
    const found = set[index];
    if (found === undefined || found[0] >= end) break;
    inside.push([Math.max(found[0], start) - start, Math.min(found[1], end) - start]);
  }
  return inside;
}

/** Index of the first range that ends after an offset; the set's length when none does. */
function firstEndingAfter(set: RangeSet, offsetBytes: number): number {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((set[middle]?.[1] ?? Infinity) <= offsetBytes) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many bytes the set holds. */
export function sizeOf(set: RangeSet): number {
  return set.reduce((sum, [start, end]) => sum + (end - start), 0);
}
