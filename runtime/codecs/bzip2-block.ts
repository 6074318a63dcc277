import type { FormatError } from '../bytes/format-error.ts';
import { CODE_BITS_LIMIT, peekBits, prefixCodeOf, QUICK_BITS, skipBits, takeBits } from './bzip2-bits.ts';
import type { BitReader, PrefixCode } from './bzip2-bits.ts';

/** A block as the Burrows-Wheeler transform left it. */
export interface TransformedBlock {
  /** Low 8 bits: the byte; the others are filled in by the inverse transform. */
  readonly cells: Uint32Array;
  readonly count: number;
  /** Which rotation the block is. */
  readonly origin: number;
}

interface Alphabet {
  /** Bytes that occur, in order. */
  readonly used: Uint8Array;
  readonly codes: readonly PrefixCode[];
  readonly selectors: Uint8Array;
}

type Fail = (text: string) => FormatError;

const GROUP_SYMBOLS = 50;
/** More selectors than a block of 900,000 can need are read and never used. */
const SELECTORS_USED = 18_002;
const RUN_A = 0;
const RUN_B = 1;

/**
 * Reads a block from its origin on (bzip2 1.0.8's decompress.c): symbol map, selectors, codes, then the symbols.
 *
 * @param cells room for the largest block that the level allows.
 * @throws FormatError `codec-truncated`, or as `fail`.
 */
export function readBlock(reader: BitReader, cells: Uint32Array, fail: Fail): TransformedBlock {
  const origin = takeBits(reader, 24);
  const used = readUsedBytes(reader);
  if (used.length === 0) throw fail('a bzip2 block uses no byte at all');
  const groupCount = takeBits(reader, 3);
  if (groupCount < 2 || groupCount > 6) throw fail(`a bzip2 block has ${groupCount} codes`);
  const selectors = readSelectors(reader, groupCount, fail);
  const codes = Array.from({ length: groupCount }, () => readCode(reader, used.length + 2, fail));
  const count = readSymbols(reader, { alphabet: { used, codes, selectors }, cells }, fail);
  if (origin >= count) throw fail('the origin of a bzip2 block lies outside it');
  return { cells, count, origin };
}

/** 16 bits say which rows of 16 bits follow. */
function readUsedBytes(reader: BitReader): Uint8Array {
  const rows = takeBits(reader, 16);
  const used: number[] = [];
  for (let row = 0; row < 16; row += 1) {
    if (((rows >> (15 - row)) & 1) === 0) continue;
    const columns = takeBits(reader, 16);
    for (let column = 0; column < 16; column += 1)
      if (((columns >> (15 - column)) & 1) === 1) used.push(row * 16 + column);
  }
  return Uint8Array.from(used);
}

/** Move-to-front positions in unary. */
function readSelectors(reader: BitReader, groupCount: number, fail: Fail): Uint8Array {
  const count = takeBits(reader, 15);
  if (count === 0) throw fail('a bzip2 block has no selectors');
  const selectors = new Uint8Array(Math.min(count, SELECTORS_USED));
  const order = [0, 1, 2, 3, 4, 5];
  for (let i = 0; i < count; i += 1) {
    let position = 0;
    while (takeBits(reader, 1) === 1) {
      position += 1;
      if (position >= groupCount) throw fail('a bzip2 selector names a code that is not there');
    }
    const [group] = order.splice(position, 1);
    order.unshift(group ?? 0);
    if (i < selectors.length) selectors[i] = group ?? 0;
  }
  return selectors;
}

/** Lengths as differences: 0 ends, 10 one more, 11 one less. */
function readCode(reader: BitReader, symbolCount: number, fail: Fail): PrefixCode {
  const lengths = new Uint8Array(symbolCount);
  let length = takeBits(reader, 5);
  for (let symbol = 0; symbol < symbolCount; symbol += 1) {
    for (;;) {
      if (length < 1 || length > CODE_BITS_LIMIT) throw fail(`a bzip2 code has ${length} bits`);
      if (takeBits(reader, 1) === 0) break;
      length += takeBits(reader, 1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const code = prefixCodeOf(lengths);
  if (code === null) throw fail('the codes of a bzip2 block do not fit');
  return code;
}

/** Undoes the codes, the run lengths of the front byte, and move-to-front; @returns how many bytes there are. */
function readSymbols(reader: BitReader, from: { alphabet: Alphabet; cells: Uint32Array }, fail: Fail): number {
  const { cells } = from;
  const { used, codes, selectors } = from.alphabet;
  const endSymbol = used.length + 1;
  const front = Uint8Array.from(used);
  let count = 0;
  let runBits = 0;
  let run = 0;
  for (let group = 0; group < selectors.length; group += 1) {
    const code = codes[selectors[group] ?? 0];
    if (code === undefined) break;
    for (let i = 0; i < GROUP_SYMBOLS; i += 1) {
      const symbol = takeSymbol(reader, code);
      if (symbol < 0) throw fail('a bzip2 block has bits that are no code');
      if (symbol === RUN_A || symbol === RUN_B) {
        run += (symbol + 1) * 2 ** runBits;
        runBits += 1;
        if (run > cells.length - count) throw fail('a bzip2 block is longer than its level allows');
        continue;
      }
      if (run > 0) {
        cells.fill(front[0] ?? 0, count, count + run);
        count += run;
        run = 0;
        runBits = 0;
      }
      if (symbol === endSymbol) return count;
      if (count >= cells.length) throw fail('a bzip2 block is longer than its level allows');
      const position = symbol - 1;
      const byte = front[position] ?? 0;
      if (position < 16) for (let k = position; k > 0; k -= 1) front[k] = front[k - 1] ?? 0;
      else front.copyWithin(1, 0, position);
      front[0] = byte;
      cells[count] = byte;
      count += 1;
    }
  }
  throw fail('a bzip2 block has no end');
}

/** -1 for bits that start no code. */
function takeSymbol(reader: BitReader, code: PrefixCode): number {
  const bits = peekBits(reader.bytes, reader.byteAt, reader.bitAt);
  const quick = code.quick[bits >>> (32 - QUICK_BITS)] ?? 0;
  if (quick !== 0) {
    skipBits(reader, quick >>> 16);
    return quick & 0xffff;
  }
  const top = bits >>> (32 - CODE_BITS_LIMIT);
  for (let length = QUICK_BITS + 1; length <= CODE_BITS_LIMIT; length += 1) {
    if (top >= (code.bounds[length] ?? 0)) continue;
    skipBits(reader, length);
    return code.symbols[(top >>> (CODE_BITS_LIMIT - length)) - (code.bases[length] ?? 0)] ?? -1;
  }
  return -1;
}

/**
 * Undoes the transform: afterwards each cell holds, above its own byte, the index of the cell that comes next.
 *
 * @returns the first cell of the chain, whose byte is not part of it.
 */
export function linkCells(block: TransformedBlock): number {
  const { cells, count, origin } = block;
  const starts = new Uint32Array(256);
  for (let i = 0; i < count; i += 1) {
    const byte = (cells[i] ?? 0) & 255;
    starts[byte] = (starts[byte] ?? 0) + 1;
  }
  let sum = 0;
  starts.forEach((own, byte) => {
    starts[byte] = sum;
    sum += own;
  });
  for (let i = 0; i < count; i += 1) {
    const byte = (cells[i] ?? 0) & 255;
    const slot = starts[byte] ?? 0;
    starts[byte] = slot + 1;
    cells[slot] = ((cells[slot] ?? 0) & 255) | (i << 8);
  }
  return (cells[origin] ?? 0) >>> 8;
}
