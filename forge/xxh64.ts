/**
 * XXH64 of the bytes with seed 0, as zstd frames store its lower half (xxHash specification, section "XXH64").
 *
 * Plain 64-bit arithmetic on bigints: slow, and meant for files of test size.
 */
export function xxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stripes = Math.floor(bytes.length / 32);
  let hash = stripes === 0 ? P5 : stripeHash(view, stripes);
  hash = wrap(hash + BigInt(bytes.length));
  let offset = stripes * 32;
  for (; offset + 8 <= bytes.length; offset += 8) {
    hash = wrap(rotate(hash ^ round(0n, view.getBigUint64(offset, true)), 27n) * P1 + P4);
  }
  if (offset + 4 <= bytes.length) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint32(offset, true)) * P1), 23n) * P2 + P3);
    offset += 4;
  }
  for (; offset < bytes.length; offset++) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint8(offset)) * P5), 11n) * P1);
  }
  return avalanche(hash);
}

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

function stripeHash(view: DataView, stripes: number): bigint {
  let a = wrap(P1 + P2);
  let b = P2;
  let c = 0n;
  let d = wrap(-P1);
  for (let offset = 0; offset < stripes * 32; offset += 32) {
    a = round(a, view.getBigUint64(offset, true));
    b = round(b, view.getBigUint64(offset + 8, true));
    c = round(c, view.getBigUint64(offset + 16, true));
    d = round(d, view.getBigUint64(offset + 24, true));
  }
  const mixed = wrap(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
  return [a, b, c, d].reduce((hash, lane) => wrap((hash ^ round(0n, lane)) * P1 + P4), mixed);
}

function round(accumulator: bigint, lane: bigint): bigint {
  return wrap(rotate(wrap(accumulator + lane * P2), 31n) * P1);
}

function avalanche(hash: bigint): bigint {
  const first = wrap((hash ^ (hash >> 33n)) * P2);
  const second = wrap((first ^ (first >> 29n)) * P3);
  return second ^ (second >> 32n);
}

function rotate(value: bigint, bits: bigint): bigint {
  return wrap((value << bits) | (value >> (64n - bits)));
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
