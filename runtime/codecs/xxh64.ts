import { i32le } from './words.ts';

/**
 * The lower 32 bits of XXH64 with seed 0: the content checksum of a zstd frame (RFC 8878 section 3.1.1).
 *
 * 64-bit numbers are pairs of 32-bit halves, because `bigint` would be a hundred times slower. Steps as in
 * xxHash's doc/xxhash_spec.md, "XXH64 Algorithm Description". `add` takes the bytes, in as many pieces as there are;
 * `end` gives the sum, once.
 */
export function startXxh64Low(): { readonly add: (bytes: Uint8Array) => void; readonly end: () => number } {
  const lanes: Lanes = new Int32Array(LANES_START);
  const rest = new Uint8Array(STRIPE_BYTES);
  let count = 0;
  return {
    add: (bytes) => {
      const waiting = count % STRIPE_BYTES;
      count += bytes.length;
      let at = 0;
      if (waiting > 0) {
        at = Math.min(bytes.length, STRIPE_BYTES - waiting);
        rest.set(bytes.subarray(0, at), waiting);
        if (waiting + at < STRIPE_BYTES) return;
        absorbStripes(lanes, rest, 0);
      }
      rest.set(bytes.subarray(absorbStripes(lanes, bytes, at)));
    },
    end: () => finish(lanes, rest.subarray(0, count % STRIPE_BYTES), count),
  };
}

/** Whole stripes from `start` on; @returns where the first one that is not whole starts. */
function absorbStripes(lanes: Lanes, bytes: Uint8Array, start: number): number {
  const stop = bytes.length - ((bytes.length - start) % STRIPE_BYTES);
  for (let at = start, lane = 0; at < stop; at += 8, lane = (lane + 2) & 7) {
    lanes[WORD] = i32le(bytes, at);
    lanes[WORD + 1] = i32le(bytes, at + 4);
    absorb(lanes, lane);
  }
  return stop;
}

function finish(lanes: Lanes, rest: Uint8Array, count: number): number {
  const hash: Lanes = count < STRIPE_BYTES ? Int32Array.of(P5[0], P5[1]) : converge(lanes);
  add(hash, [count | 0, Math.floor(count / 2 ** 32)]);
  consumeTail(hash, rest, 0);
  shiftXor(hash, 33);
  multiply(hash, P2);
  shiftXor(hash, 29);
  multiply(hash, P3);
  shiftXor(hash, 32);
  return (hash[0] ?? 0) >>> 0;
}

/** Pairs of low and high halves: four lanes, and the word that is being absorbed. */
type Lanes = Int32Array;
type Pair = readonly [low: number, high: number];

/** Where `absorb` finds its word. */
const WORD = 8;
/** A word for each lane. */
const STRIPE_BYTES = 32;

const P1: Pair = [0x85ebca87 | 0, 0x9e3779b1 | 0];
const P2: Pair = [0x27d4eb4f | 0, 0xc2b2ae3d | 0];
const P3: Pair = [0x9e3779f9 | 0, 0x165667b1 | 0];
const P4: Pair = [0xc2b2ae63 | 0, 0x85ebca77 | 0];
const P5: Pair = [0x165667c5 | 0, 0x27d4eb2f | 0];

/** Step 1: P1 + P2, P2, 0, -P1. */
const LANES_START: readonly number[] = startingLanes();

/** Step 2: lane = rotate(lane + word * P2, 31) * P1. */
function absorb(lanes: Lanes, at: number): void {
  const wordLow = lanes[WORD] ?? 0;
  const wordHigh = lanes[WORD + 1] ?? 0;
  const mixedLow = Math.imul(wordLow, 0x27d4eb4f);
  const mixedHigh =
    highHalf(wordLow, 0xeb4f, 0x27d4) + Math.imul(wordLow, 0xc2b2ae3d) + Math.imul(wordHigh, 0x27d4eb4f);
  const low = ((lanes[at] ?? 0) + mixedLow) | 0;
  const high = ((lanes[at + 1] ?? 0) + mixedHigh + (low >>> 0 < mixedLow >>> 0 ? 1 : 0)) | 0;
  const turnedLow = (low << 31) | (high >>> 1);
  const turnedHigh = (high << 31) | (low >>> 1);
  lanes[at] = Math.imul(turnedLow, 0x85ebca87);
  lanes[at + 1] =
    highHalf(turnedLow, 0xca87, 0x85eb) + Math.imul(turnedLow, 0x9e3779b1) + Math.imul(turnedHigh, 0x85ebca87);
}

/** Upper half of the 64-bit product of two unsigned 32-bit numbers, the second given as two 16-bit halves. */
function highHalf(a: number, bLow: number, bHigh: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const middle = Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16);
  const crossed = Math.imul(aLow, bHigh) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (crossed >>> 16)) | 0;
}

/** Step 3: the sum of the rotated lanes, then each lane folded in. */
function converge(lanes: Lanes): Lanes {
  const hash: Lanes = new Int32Array(2);
  const turns = [1, 7, 12, 18];
  turns.forEach((turn, lane) => {
    const turned = lanes.slice(lane * 2, lane * 2 + 2);
    rotate(turned, turn);
    add(hash, pairOf(turned));
  });
  for (let at = 0; at < 8; at += 2) {
    fold(hash, word32(lanes, at), word32(lanes, at + 1));
    multiply(hash, P1);
    add(hash, P4);
  }
  return hash;
}

/** Step 5: eights, then a four, then single bytes. */
function consumeTail(hash: Lanes, bytes: Uint8Array, start: number): void {
  let at = start;
  for (; at + 8 <= bytes.length; at += 8) {
    fold(hash, i32le(bytes, at), i32le(bytes, at + 4));
    rotate(hash, 27);
    multiply(hash, P1);
    add(hash, P4);
  }
  if (at + 4 <= bytes.length) {
    xorProduct(hash, i32le(bytes, at), P1);
    rotate(hash, 23);
    multiply(hash, P2);
    add(hash, P3);
    at += 4;
  }
  for (; at < bytes.length; at += 1) {
    xorProduct(hash, bytes[at] ?? 0, P5);
    rotate(hash, 11);
    multiply(hash, P1);
  }
}

/** hash ^= round(0, lane). */
function fold(hash: Lanes, low: number, high: number): void {
  const lane: Lanes = new Int32Array(WORD + 2);
  lane[WORD] = low;
  lane[WORD + 1] = high;
  absorb(lane, 0);
  hash[0] = word32(hash, 0) ^ word32(lane, 0);
  hash[1] = word32(hash, 1) ^ word32(lane, 1);
}

function xorProduct(hash: Lanes, factor: number, prime: Pair): void {
  const product: Lanes = Int32Array.of(factor, 0);
  multiply(product, prime);
  hash[0] = word32(hash, 0) ^ word32(product, 0);
  hash[1] = word32(hash, 1) ^ word32(product, 1);
}

function multiply(hash: Lanes, by: Pair): void {
  const [low, high] = pairOf(hash);
  hash[0] = Math.imul(low, by[0]);
  hash[1] = highHalf(low, by[0] & 0xffff, by[0] >>> 16) + Math.imul(low, by[1]) + Math.imul(high, by[0]);
}

function add(hash: Lanes, addend: Pair): void {
  const low = (word32(hash, 0) + addend[0]) | 0;
  const carry = low >>> 0 < addend[0] >>> 0 ? 1 : 0;
  hash[0] = low;
  hash[1] = word32(hash, 1) + addend[1] + carry;
}

/** By 1 to 31 bits to the left. */
function rotate(hash: Lanes, bits: number): void {
  const [low, high] = pairOf(hash);
  hash[0] = (low << bits) | (high >>> (32 - bits));
  hash[1] = (high << bits) | (low >>> (32 - bits));
}

/** hash ^= hash >>> bits, for 29, 32 and 33 bits. */
function shiftXor(hash: Lanes, bits: number): void {
  const [low, high] = pairOf(hash);
  hash[0] = low ^ (bits < 32 ? (low >>> bits) | (high << (32 - bits)) : high >>> (bits - 32));
  hash[1] = high ^ (bits < 32 ? high >>> bits : 0);
}

function startingLanes(): readonly number[] {
  const first: Lanes = Int32Array.of(...P1);
  add(first, P2);
  const last: Lanes = Int32Array.of(~P1[0], ~P1[1]);
  add(last, [1, 0]);
  return [...first, ...P2, 0, 0, ...last, 0, 0];
}

function pairOf(lanes: Lanes): Pair {
  return [word32(lanes, 0), word32(lanes, 1)];
}

function word32(lanes: Lanes, at: number): number {
  return lanes[at] ?? 0;
}
