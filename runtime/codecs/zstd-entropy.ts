import type { FormatError } from '../bytes/format-error.ts';
import { i32le, u16le } from './words.ts';

/** Makes the error for a fault of the block under way; the caller throws it. */
export type Fail = (text: string) => FormatError;

/** FSE decoding table: cell = next state base << 16 | bits to read << 8 | symbol. */
export interface FseTable {
  readonly cells: Uint32Array;
  readonly accuracyLog: number;
}

/** Huffman decoding table: cell = bits used << 8 | symbol, indexed by the next `maxBits` bits. */
export interface HuffmanTable {
  readonly cells: Uint16Array;
  readonly maxBits: number;
}

/** A run of bytes in a block's padded copy. */
export interface Span {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** A table and the offset of the byte after its description. */
export interface Described<T> {
  readonly table: T;
  readonly next: number;
}

const HUFFMAN_BITS_LIMIT = 11;
const WEIGHT_ACCURACY_LIMIT = 6;

/** Reads an FSE table description (RFC 8878 section 4.1.1) of at most `symbols` symbols. */
export function readFseTable(
  span: Span,
  bounds: { readonly symbols: number; readonly accuracyLimit: number },
  fail: Fail,
): Described<FseTable> {
  const accuracyLog = ((span.bytes[span.start] ?? 0) & 15) + 5;
  if (accuracyLog > bounds.accuracyLimit) throw fail(`an FSE table has accuracy ${accuracyLog}`);
  const counts: number[] = [];
  let bitAt = span.start * 8 + 4;
  let remaining = 1 << accuracyLog;
  while (remaining > 0) {
    if (counts.length >= bounds.symbols) throw fail('an FSE table has too many symbols');
    const width = 32 - Math.clz32(remaining + 1);
    const value = (i32le(span.bytes, bitAt >> 3) >>> (bitAt & 7)) & ((1 << width) - 1);
    const shorter = value & ((1 << (width - 1)) - 1);
    const spare = (1 << width) - 2 - remaining;
    const isShort = shorter < spare;
    bitAt += isShort ? width - 1 : width;
    const count = (isShort ? shorter : value >= 1 << (width - 1) ? value - spare : value) - 1;
    remaining -= Math.abs(count);
    counts.push(count);
    for (let zeros = count === 0 ? 3 : 0; zeros === 3; ) {
      zeros = (i32le(span.bytes, bitAt >> 3) >>> (bitAt & 7)) & 3;
      bitAt += 2;
      for (let i = 0; i < zeros; i += 1) counts.push(0);
      if (counts.length > bounds.symbols) throw fail('an FSE table has too many symbols');
    }
  }
  const next = (bitAt + 7) >> 3;
  if (next > span.end || remaining < 0) throw fail('an FSE table is cut off');
  return { table: fseTableOf(counts, accuracyLog, fail), next };
}

/** Spreads symbols over the states (section 4.1.1); a count of -1 means "less than one". */
export function fseTableOf(counts: readonly number[], accuracyLog: number, fail: Fail): FseTable {
  const size = 1 << accuracyLog;
  const symbols = new Uint8Array(size);
  const next = counts.map((count) => Math.abs(count));
  let high = size;
  counts.forEach((count, symbol) => {
    if (count === -1) symbols[(high -= 1)] = symbol;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let state = 0;
  counts.forEach((count, symbol) => {
    for (let i = 0; i < count; i += 1) {
      symbols[state] = symbol;
      do state = (state + step) & (size - 1);
      while (state >= high);
    }
  });
  if (state !== 0) throw fail('an FSE table does not add up');
  const cells = new Uint32Array(size);
  for (let i = 0; i < size; i += 1) {
    const symbol = symbols[i] ?? 0;
    const successor = next[symbol] ?? 0;
    next[symbol] = successor + 1;
    const bits = accuracyLog - (31 - Math.clz32(successor));
    cells[i] = (((successor << bits) - size) << 16) | (bits << 8) | symbol;
  }
  return { cells, accuracyLog };
}

/** Table of a single symbol that takes no bits. */
export function rleTable(symbol: number): FseTable {
  return { cells: Uint32Array.of(symbol), accuracyLog: 0 };
}

/** Bit offset just above the data of a backward stream: below its highest set bit. */
export function backwardStart(span: Span, fail: Fail): number {
  const last = span.end > span.start ? (span.bytes[span.end - 1] ?? 0) : 0;
  if (last === 0) throw fail('a bit stream has no end mark');
  return span.end * 8 - 8 + (31 - Math.clz32(last));
}

/** Reads a Huffman tree description (section 4.2.1). */
export function readHuffmanTable(span: Span, fail: Fail): Described<HuffmanTable> {
  const head = span.bytes[span.start] ?? 0;
  const next = span.start + 1 + (head < 128 ? head : (head - 126) >> 1);
  if (span.start >= span.end || next > span.end) throw fail('a Huffman table is cut off');
  const body: Span = { bytes: span.bytes, start: span.start + 1, end: next };
  const weights = head < 128 ? compressedWeights(body, fail) : directWeights(body, head - 127);
  return { table: huffmanTableOf(weights, fail), next };
}

function directWeights(body: Span, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const pair = body.bytes[body.start + (i >> 1)] ?? 0;
    return i % 2 === 0 ? pair >> 4 : pair & 15;
  });
}

/** Two FSE states take turns until the bits run out (section 4.2.1.2). */
function compressedWeights(body: Span, fail: Fail): number[] {
  const { table, next } = readFseTable(body, { symbols: 256, accuracyLimit: WEIGHT_ACCURACY_LIMIT }, fail);
  const stream: Span = { ...body, start: next };
  const bottom = next * 8;
  const states = [0, 0];
  const weights: number[] = [];
  let bitAt = backwardStart(stream, fail);
  for (const turn of [0, 1]) {
    bitAt -= table.accuracyLog;
    states[turn] = bitsAt(body.bytes, bitAt, table.accuracyLog);
  }
  if (bitAt < bottom) throw fail('Huffman weights are cut off');
  for (let turn = 0; ; turn = 1 - turn) {
    const cell = table.cells[states[turn] ?? 0] ?? 0;
    weights.push(cell & 255);
    if (weights.length > 254) throw fail('a Huffman table has too many symbols');
    const width = (cell >> 8) & 255;
    bitAt -= width;
    if (bitAt < bottom) {
      weights.push((table.cells[states[1 - turn] ?? 0] ?? 0) & 255);
      return weights;
    }
    states[turn] = (cell >>> 16) + bitsAt(body.bytes, bitAt, width);
  }
}

function bitsAt(bytes: Uint8Array, bitAt: number, width: number): number {
  return bitAt < 0 ? 0 : (u16le(bytes, bitAt >> 3) >>> (bitAt & 7)) & ((1 << width) - 1);
}

/** Adds the last, implied weight and lays out the codes (section 4.2.1.3). */
function huffmanTableOf(given: readonly number[], fail: Fail): HuffmanTable {
  const sum = given.reduce((total, weight) => total + (weight > 0 ? 2 ** (weight - 1) : 0), 0);
  const maxBits = sum > 0 ? 32 - Math.clz32(sum) : 0;
  if (maxBits === 0 || maxBits > HUFFMAN_BITS_LIMIT) throw fail(`Huffman codes of ${maxBits} bits`);
  const rest = 2 ** maxBits - sum;
  if ((rest & (rest - 1)) !== 0) throw fail('Huffman weights do not add up');
  const weights = [...given, 32 - Math.clz32(rest)];
  if (weights.filter((weight) => weight === 1).length < 2) throw fail('Huffman weights do not add up');
  const cells = new Uint16Array(2 ** maxBits);
  let at = 0;
  for (let weight = 1; weight <= maxBits; weight += 1) {
    weights.forEach((own, symbol) => {
      if (own !== weight) return;
      cells.fill(((maxBits + 1 - weight) << 8) | symbol, at, at + 2 ** (weight - 1));
      at += 2 ** (weight - 1);
    });
  }
  return { cells, maxBits };
}
