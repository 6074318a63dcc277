import type { FormatError } from '../bytes/format-error.ts';

/** Reads bits, highest first. Owned by one decode call. */
export interface BitReader {
  readonly bytes: Uint8Array;
  /** Byte of the next bit. */
  byteAt: number;
  /** Bits of that byte which are used already, 0 to 7. */
  bitAt: number;
  readonly cutOff: () => FormatError;
}

/** Prefix code of one group: symbol = symbols[index of the code among all codes in order]. */
export interface PrefixCode {
  /** By the next `QUICK_BITS` bits: length << 16 | symbol; zero for longer codes. */
  readonly quick: Uint32Array;
  /** By length: the first value of 20 bits that is above all codes of that length. */
  readonly bounds: Int32Array;
  /** By length: what to subtract from a code to get its index. */
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

/** Longest code (bzip2's compress.c and decompress.c). */
export const CODE_BITS_LIMIT = 20;
/** Codes up to this length are found by one look-up. */
export const QUICK_BITS = 10;

/** Takes up to 24 bits; @throws FormatError `codec-truncated` past the end. */
export function takeBits(reader: BitReader, count: number): number {
  const value = peekBits(reader.bytes, reader.byteAt, reader.bitAt) >>> (32 - count);
  skipBits(reader, count);
  return count === 0 ? 0 : value;
}

/** Passes over bits that were peeked at. */
export function skipBits(reader: BitReader, count: number): void {
  const bits = reader.bitAt + count;
  reader.byteAt += bits >> 3;
  reader.bitAt = bits & 7;
  if (reader.byteAt + (reader.bitAt > 0 ? 1 : 0) > reader.bytes.length) throw reader.cutOff();
}

/** The next bits, at least 25 of them, at the top of a word; zeros past the end. */
export function peekBits(bytes: Uint8Array, byteAt: number, bitAt: number): number {
  const word =
    ((bytes[byteAt] ?? 0) << 24) |
    ((bytes[byteAt + 1] ?? 0) << 16) |
    ((bytes[byteAt + 2] ?? 0) << 8) |
    (bytes[byteAt + 3] ?? 0);
  return word << bitAt;
}

/** Canonical code for lengths by symbol; null when they claim more codes than there are. */
export function prefixCodeOf(lengths: Uint8Array): PrefixCode | null {
  const quick = new Uint32Array(1 << QUICK_BITS);
  const bounds = new Int32Array(CODE_BITS_LIMIT + 1);
  const bases = new Int32Array(CODE_BITS_LIMIT + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= CODE_BITS_LIMIT; length += 1) {
    code <<= 1;
    bases[length] = code - index;
    lengths.forEach((own, symbol) => {
      if (own !== length) return;
      if (length <= QUICK_BITS) {
        const spare = QUICK_BITS - length;
        quick.fill((length << 16) | symbol, code << spare, (code + 1) << spare);
      }
      symbols[index] = symbol;
      index += 1;
      code += 1;
    });
    if (code > 1 << length) return null;
    bounds[length] = code << (CODE_BITS_LIMIT - length);
  }
  return { quick, bounds, bases, symbols };
}
