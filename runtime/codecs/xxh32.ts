import { u32le } from './words.ts';

const P1 = 0x9e3779b1;
const P2 = 0x85ebca77;
const P3 = 0xc2b2ae3d;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

/** XXH32 with seed 0 (xxHash's doc/xxhash_spec.md, "XXH32 Algorithm Description"): the checksums of an LZ4 frame. */
export function xxh32(bytes: Uint8Array): number {
  let at = 0;
  let hash = P5;
  if (bytes.length >= 16) {
    let [a, b, c, d] = [(P1 + P2) | 0, P2 | 0, 0, -P1 | 0];
    for (const end = bytes.length - 15; at < end; at += 16) {
      a = absorb(a, u32le(bytes, at));
      b = absorb(b, u32le(bytes, at + 4));
      c = absorb(c, u32le(bytes, at + 8));
      d = absorb(d, u32le(bytes, at + 12));
    }
    hash = turn(a, 1) + turn(b, 7) + turn(c, 12) + turn(d, 18);
  }
  hash = (hash + bytes.length) | 0;
  for (; at + 4 <= bytes.length; at += 4) hash = Math.imul(turn((hash + Math.imul(u32le(bytes, at), P3)) | 0, 17), P4);
  for (; at < bytes.length; at += 1) hash = Math.imul(turn((hash + Math.imul(bytes[at] ?? 0, P5)) | 0, 11), P1);
  hash = Math.imul(hash ^ (hash >>> 15), P2);
  hash = Math.imul(hash ^ (hash >>> 13), P3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function absorb(lane: number, word: number): number {
  return Math.imul(turn((lane + Math.imul(word, P2)) | 0, 13), P1);
}

function turn(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
