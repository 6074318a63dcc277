import type { ByteRange } from '../bytes/ranges.ts';

/** Whether every byte in the range is zero; an empty range is. Linear, a word at a time. */
export function isZero(bytes: Uint8Array, [start, end]: ByteRange): boolean {
  return firstNonZero(bytes, start, end) === end;
}

/** Offset of the first byte at or after `start` that is not zero, or `end`. */
export function firstNonZero(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes.byteOffset + at) % 4 !== 0) {
    if (bytes[at] !== 0) return at;
    at += 1;
  }
  if (at < end) at += 4 * leadingZeroWords(new Uint32Array(bytes.buffer, bytes.byteOffset + at, (end - at) >>> 2));
  while (at < end && bytes[at] === 0) at += 1;
  return at;
}

function leadingZeroWords(words: Uint32Array): number {
  const first = words.findIndex((word) => word !== 0);
  return first < 0 ? words.length : first;
}
