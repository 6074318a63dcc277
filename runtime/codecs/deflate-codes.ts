/** A Huffman code of deflate, ready to be looked up. */
export interface DeflateCode {
  /** By the next `QUICK_BITS` bits, first bit lowest: symbol << 4 | length; zero for longer codes and for none. */
  readonly quick: Uint16Array;
  /** How many codes there are of each length. */
  readonly counts: Uint16Array;
  /** In the order of their codes. */
  readonly symbols: Uint16Array;
}

/** Longest code (RFC 1951 section 3.2.7). */
const DEFLATE_CODE_BITS = 15;
/** Codes up to this length are found by one look-up. */
export const QUICK_BITS = 10;

/**
 * Lays out the canonical code for lengths by symbol (RFC 1951 section 3.2.2).
 *
 * @param single whether a code of one symbol may leave the other half of the bits unused, or of no symbol all of them,
 * as zlib's inftrees.c lets literals and distances; the code of code lengths must be complete.
 * @returns null when codes are missing, or when there are too many.
 */
export function deflateCodeOf(lengths: Uint8Array, single: 'may-be-single' | 'complete'): DeflateCode | null {
  const code = layOut(lengths);
  let free = 1;
  let longest = 0;
  code.counts.forEach((count, length) => {
    if (length === 0 || free < 0) return;
    free = free * 2 - count;
    if (count > 0) longest = length;
  });
  const isRight = free === 0 || (free > 0 && single === 'may-be-single' && longest <= 1);
  return isRight ? code : null;
}

/** The code of blocks that bring none (section 3.2.6): literals and lengths, of which the last two mean nothing. */
export function fixedLiteralCode(): DeflateCode {
  return layOut(new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280));
}

/** Likewise of the distances: 5 bits each, of which the last two mean nothing. */
export function fixedDistanceCode(): DeflateCode {
  return layOut(new Uint8Array(32).fill(5));
}

/**
 * Finds a code that is longer than `QUICK_BITS`, or none.
 *
 * @param bits the next 15 bits, first bit lowest.
 * @returns symbol << 4 | length, or zero.
 */
export function slowCode({ counts, symbols }: DeflateCode, bits: number): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length <= DEFLATE_CODE_BITS; length += 1) {
    code |= (bits >>> (length - 1)) & 1;
    const count = counts[length] ?? 0;
    if (code - first < count) return ((symbols[index + code - first] ?? 0) << 4) | length;
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return 0;
}

function layOut(lengths: Uint8Array): DeflateCode {
  const counts = new Uint16Array(DEFLATE_CODE_BITS + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const slots = new Uint16Array(DEFLATE_CODE_BITS + 2);
  counts.forEach((count, length) => (slots[length + 1] = (slots[length] ?? 0) + count));
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const slot = slots[length] ?? 0;
    symbols[slot] = symbol;
    slots[length] = slot + 1;
  });
  return { quick: quickTable(counts, symbols), counts, symbols };
}

function quickTable(counts: Uint16Array, symbols: Uint16Array): Uint16Array {
  const quick = new Uint16Array(1 << QUICK_BITS);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= QUICK_BITS; length += 1) {
    for (let left = counts[length] ?? 0; left > 0; left -= 1) {
      const cell = ((symbols[index] ?? 0) << 4) | length;
      for (let at = reversed(code, length); at < quick.length; at += 1 << length) quick[at] = cell;
      index += 1;
      code += 1;
    }
    code <<= 1;
  }
  return quick;
}

function reversed(code: number, length: number): number {
  let turned = 0;
  for (let bit = 0; bit < length; bit += 1) turned |= ((code >> bit) & 1) << (length - 1 - bit);
  return turned;
}
