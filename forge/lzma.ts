import { concatBytes, u32le } from './bytes.ts';

/**
 * Writes an lzma-alone file of literals and an end mark, without a match: the format has no way to store, but a decoder
 * must read what was never shortened.
 *
 *     +0 properties | +1 dictionary size (4) | +5 size of the contents: all ones (8) | +13 range coder data
 *
 * The header is that of Linux's `cmd_lzma` (`scripts/Makefile.lib`), where the encoder reads a pipe and does not know the
 * size; the dictionary is declared as 64 KiB (lzma-specification.txt, "lzma file format").
 */
export function literalLzma(bytes: Uint8Array): Uint8Array {
  const coder = newRangeCoder(bytes.length);
  const isMatch = evenOdds(POSITION_STATES);
  const literals = evenOdds(LITERAL_CONTEXTS * LITERAL_TREE);
  let previous = 0;
  bytes.forEach((byte, at) => {
    coder.bit(0, isMatch, at % POSITION_STATES);
    const tree = literals.subarray((previous >> 5) * LITERAL_TREE);
    writeTree(coder, tree, { value: byte, bits: 8 });
    previous = byte;
  });
  coder.bit(1, isMatch, bytes.length % POSITION_STATES);
  writeEndMark(coder);
  return concatBytes(Uint8Array.of(PROPERTIES), u32le(0x10000), new Uint8Array(8).fill(0xff), coder.finish());
}

/** lc 3, lp 0, pb 2 as `(pb * 5 + lp) * 9 + lc`: what every encoder writes unless told otherwise. */
const PROPERTIES = 0x5d;
const POSITION_STATES = 4;
/** One for each value of the three highest bits of the byte before. */
const LITERAL_CONTEXTS = 8;
const LITERAL_TREE = 0x300;

/**
 * A match of the shortest length at the distance 0xffffffff: not a repeated one, length 2, slot 63, whose 30 further bits
 * are 26 of even odds and four of a tree. None of these odds was used before.
 */
function writeEndMark(coder: RangeCoder): void {
  coder.bit(0, evenOdds(1), 0); // not repeated
  coder.bit(0, evenOdds(1), 0); // a length below 10
  writeTree(coder, evenOdds(8), { value: 0, bits: 3 });
  writeTree(coder, evenOdds(64), { value: 63, bits: 6 });
  for (let count = 0; count < 26; count += 1) coder.evenBit(1);
  writeTree(coder, evenOdds(16), { value: 15, bits: 4 }); // last bit first, but all of them are ones
}

/** Bits from the highest to the lowest, each with the odds of those before it. */
function writeTree(coder: RangeCoder, odds: Uint16Array, { value, bits }: { value: number; bits: number }): void {
  let node = 1;
  for (let shift = bits - 1; shift >= 0; shift -= 1) {
    const bit = (value >> shift) & 1;
    coder.bit(bit, odds, node);
    node = node * 2 + bit;
  }
}

/** Odds of a zero in 2048ths. */
function evenOdds(count: number): Uint16Array {
  return new Uint16Array(count).fill(1024);
}

interface RangeCoder {
  /** Codes a bit by the odds at a place, and moves them towards it. */
  readonly bit: (bit: number, odds: Uint16Array, at: number) => void;
  readonly evenBit: (bit: number) => void;
  /** All that was coded, with the four bytes that a decoder has read ahead. */
  readonly finish: () => Uint8Array;
}

/** The inverse of "Range decoder" of lzma-specification.txt; a carry runs back into the bytes that are written. */
function newRangeCoder(expectedBytes: number): RangeCoder {
  let [low, range] = [0, 0xffffffff];
  let out: Uint8Array = new Uint8Array(expectedBytes + 1024);
  let size = 1; // the first byte is always zero

  /** Widens the range by a byte when it has become narrow. */
  function normalize(): void {
    while (range < 2 ** 24) {
      range *= 256;
      shift();
    }
  }

  function shift(): void {
    if (low >= 2 ** 32) for (let at = size - 1; ; at -= 1) if ((out[at] = ((out[at] ?? 0) + 1) & 0xff) !== 0) break;
    if (size === out.length) out = concatBytes(out, new Uint8Array(out.length));
    out[size] = (low >>> 24) & 0xff;
    size += 1;
    low = (low % 2 ** 24) * 256;
  }

  return {
    bit: (bit, odds, at) => {
      const zero = odds[at] ?? 0;
      const bound = Math.floor(range / 2048) * zero;
      odds[at] = bit === 0 ? zero + ((2048 - zero) >> 5) : zero - (zero >> 5);
      if (bit === 1) low += bound;
      range = bit === 0 ? bound : range - bound;
      normalize();
    },
    evenBit: (bit) => {
      range = Math.floor(range / 2);
      if (bit === 1) low += range;
      normalize();
    },
    finish: () => {
      for (let count = 0; count < 4; count += 1) shift();
      return out.slice(0, size);
    },
  };
}
