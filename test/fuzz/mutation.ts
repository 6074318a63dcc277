/** Small numbers that follow from a seed alone: the same everywhere (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** The bytes with one to four changes; what they are follows from the seed alone. Never changes its argument. */
export function mutated(bytes: Uint8Array, seed: number): Uint8Array {
  const next = seeded(seed);
  let copy: Uint8Array = bytes.slice();
  const changes = 1 + (next() % 4);
  for (let change = 0; change < changes && copy.length > 0; change += 1) {
    const mutate = MUTATIONS[next() % MUTATIONS.length] ?? changeByte;
    copy = mutate(copy, next);
  }
  return copy;
}

type Mutation = (bytes: Uint8Array, next: () => number) => Uint8Array;

/** Half of the changes fall into the first 4 KiB, where the headers are. */
function placeIn(bytes: Uint8Array, next: () => number): number {
  return next() % (next() % 2 === 0 ? Math.min(4096, bytes.length) : bytes.length);
}

function changeByte(bytes: Uint8Array, next: () => number): Uint8Array {
  bytes[placeIn(bytes, next)] = next() & 0xff;
  return bytes;
}

function flipBit(bytes: Uint8Array, next: () => number): Uint8Array {
  const at = placeIn(bytes, next);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (next() % 8));
  return bytes;
}

/** A 32-bit field that holds an edge: nothing, all, the sign bit, the size of the file or one off it. */
function changeField(bytes: Uint8Array, next: () => number): Uint8Array {
  const at = placeIn(bytes, next) & ~3;
  if (at + 4 > bytes.length) return bytes;
  const edges = [
    0,
    1,
    0x7fffffff,
    0x80000000,
    0xffffffff,
    0xfffffff0,
    bytes.length,
    bytes.length - 1,
    bytes.length + 1,
  ];
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setUint32(at, edges[next() % edges.length] ?? 0, true);
  return bytes;
}

function copyStretch(bytes: Uint8Array, next: () => number): Uint8Array {
  const from = placeIn(bytes, next);
  bytes.copyWithin(placeIn(bytes, next), from, from + (next() % 64));
  return bytes;
}

function clearStretch(bytes: Uint8Array, next: () => number): Uint8Array {
  const at = placeIn(bytes, next);
  return bytes.fill(next() % 2 === 0 ? 0 : 0xff, at, at + (next() % 64));
}

function insertStretch(bytes: Uint8Array, next: () => number): Uint8Array {
  const at = placeIn(bytes, next);
  const stretch = bytes.slice(at, at + 1 + (next() % 32));
  const longer = new Uint8Array(bytes.length + stretch.length);
  longer.set(bytes.subarray(0, at));
  longer.set(stretch, at);
  longer.set(bytes.subarray(at), at + stretch.length);
  return longer;
}

function removeStretch(bytes: Uint8Array, next: () => number): Uint8Array {
  const at = placeIn(bytes, next);
  const shorter = bytes.slice(0, bytes.length - Math.min(1 + (next() % 32), bytes.length - at));
  shorter.set(bytes.subarray(at + bytes.length - shorter.length), at);
  return shorter;
}

function cutShort(bytes: Uint8Array, next: () => number): Uint8Array {
  return bytes.slice(0, next() % bytes.length);
}

function growTail(bytes: Uint8Array, next: () => number): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1 + (next() % 16));
  longer.set(bytes);
  if (next() % 2 === 0) longer[longer.length - 1] = next() & 0xff;
  return longer;
}

/** Those that change bytes in place are named more often: most of the others end in the first check of a size. */
const MUTATIONS: readonly Mutation[] = [
  ...[changeByte, changeByte, changeByte, flipBit, flipBit, flipBit],
  ...[changeField, changeField, changeField, copyStretch, clearStretch],
  ...[insertStretch, removeStretch, cutShort, growTail],
];
