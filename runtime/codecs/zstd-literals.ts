import { backwardStart, readHuffmanTable } from './zstd-entropy.ts';
import type { Fail, HuffmanTable, Span } from './zstd-entropy.ts';
import { i32le, u16le } from './words.ts';

/** What blocks of one frame hand on, and the buffer their literals are decoded into. */
export interface LiteralState {
  readonly buffer: Uint8Array;
  huffman: HuffmanTable | null;
}

/** Where the literals' section ends, and how many literals it made. */
export interface Literals {
  readonly next: number;
  readonly count: number;
}

interface LiteralHeader {
  readonly kind: number;
  readonly body: number;
  readonly count: number;
  readonly encodedBytes: number;
  readonly streams: number;
}

const RAW = 0;
const RLE = 1;
const TREELESS = 3;

/** Decodes the literals section of a block (RFC 8878 section 3.1.1.3.1) into the state's buffer. */
export function decodeLiterals(span: Span, state: LiteralState, fail: Fail): Literals {
  const head = literalHeader(span);
  const next = head.body + head.encodedBytes;
  if (next > span.end) throw fail('the literals of a block are cut off');
  if (head.count > state.buffer.length) throw fail(`a block has ${head.count} literals`);
  if (head.kind === RAW) state.buffer.set(span.bytes.subarray(head.body, next));
  else if (head.kind === RLE) state.buffer.fill(span.bytes[head.body] ?? 0, 0, head.count);
  else decodeHuffman({ bytes: span.bytes, start: head.body, end: next }, { head, state }, fail);
  return { next, count: head.count };
}

/** Kind in 2 bits, size format in 2 bits, then one or two sizes. */
function literalHeader(span: Span): LiteralHeader {
  const head = i32le(span.bytes, span.start);
  const kind = head & 3;
  const format = (head >> 2) & 3;
  if (kind === RAW || kind === RLE) {
    const headBytes = [1, 2, 1, 3][format] ?? 1;
    const count = headBytes === 1 ? (head & 255) >> 3 : (head & (headBytes === 2 ? 0xffff : 0xffffff)) >> 4;
    return { kind, body: span.start + headBytes, count, encodedBytes: kind === RAW ? count : 1, streams: 0 };
  }
  const width = [10, 10, 14, 18][format] ?? 10;
  const mask = 2 ** width - 1;
  const above = format === 3 ? (span.bytes[span.start + 4] ?? 0) : 0;
  const encodedBytes = width === 18 ? (head >>> 22) | (above << 10) : (head >>> (4 + width)) & mask;
  return {
    kind,
    body: span.start + ([3, 3, 4, 5][format] ?? 3),
    count: (head >>> 4) & mask,
    encodedBytes,
    streams: format === 0 ? 1 : 4,
  };
}

function decodeHuffman(span: Span, section: { head: LiteralHeader; state: LiteralState }, fail: Fail): void {
  const { head, state } = section;
  let start = span.start;
  if (head.kind !== TREELESS) {
    const described = readHuffmanTable(span, fail);
    state.huffman = described.table;
    start = described.next;
  }
  const table = state.huffman;
  if (table === null) throw fail('a block repeats a Huffman table, but there is none yet');
  const to = { table, buffer: state.buffer };
  if (head.streams === 1) {
    decodeStream({ ...span, start }, { ...to, from: 0, until: head.count }, fail);
    return;
  }
  const data = start + 6;
  if (data > span.end || head.count < 6) throw fail('four literal streams do not fit');
  const quarter = (head.count + 3) >> 2;
  let at = data;
  for (let i = 0; i < 4; i += 1) {
    const end = i === 3 ? span.end : at + u16le(span.bytes, start + i * 2);
    if (end > span.end) throw fail('a literal stream is cut off');
    const until = i === 3 ? head.count : quarter * (i + 1);
    decodeStream({ ...span, start: at, end }, { ...to, from: quarter * i, until }, fail);
    at = end;
  }
}

/** One backward bit stream, which must be used up exactly; two symbols a load, for a load holds 25 bits at least. */
function decodeStream(
  span: Span,
  to: { table: HuffmanTable; buffer: Uint8Array; from: number; until: number },
  fail: Fail,
): void {
  const { cells, maxBits } = to.table;
  const { buffer, until } = to;
  const view = new DataView(span.bytes.buffer, span.bytes.byteOffset, span.bytes.byteLength);
  const mask = (1 << maxBits) - 1;
  const bottom = span.start * 8;
  let bitAt = backwardStart(span, fail);
  let at = to.from;
  for (; at + 1 < until; at += 2) {
    const low = bitAt - 2 * maxBits;
    const bits = view.getUint32(low >> 3, true) >>> (low & 7);
    const first = cells[(bits >>> maxBits) & mask] ?? 0;
    const second = cells[(bits >>> (maxBits - (first >> 8))) & mask] ?? 0;
    buffer[at] = first;
    buffer[at + 1] = second;
    bitAt -= (first >> 8) + (second >> 8);
    if (bitAt < bottom) throw fail('a literal stream is cut off');
  }
  if (at < until) {
    const low = bitAt - maxBits;
    const last = cells[(view.getUint32(low >> 3, true) >>> (low & 7)) & mask] ?? 0;
    buffer[at] = last;
    bitAt -= last >> 8;
  }
  if (bitAt !== bottom) throw fail('a literal stream does not end where it should');
}
