import { once } from '../bytes/once.ts';
import type { FormatError } from '../bytes/format-error.ts';
import { corrupt, truncated } from './decode-request.ts';
import type { DecodeRequest } from './decode-request.ts';
import { deflateCodeOf, fixedDistanceCode, fixedLiteralCode, QUICK_BITS, slowCode } from './deflate-codes.ts';
import type { DeflateCode } from './deflate-codes.ts';
import { append, makeRoom, overflow } from './output.ts';
import type { Output, Steps, StepTarget } from './output.ts';
import { u16le } from './words.ts';

/** Reads bits, lowest first, from one segment after the other. Owned by one decode call. */
interface BitSource {
  readonly encoded: Uint8Array;
  readonly request: DecodeRequest;
  /** The segment: a part of the encoded bytes, or a copy of the last ones with zeros after it. Loads take four bytes. */
  view: DataView;
  /** Where the segment starts in the encoded bytes. */
  baseBytes: number;
  /** Position in the segment, like `stopBits`. */
  bitAt: number;
  /** Nothing is begun here or later; `nextSegment` first. */
  stopBits: number;
  /** In the last segment, `stopBits` is where the encoded bytes end. */
  isLast: boolean;
}

interface BlockCodes {
  readonly literals: DeflateCode;
  readonly distances: DeflateCode;
}

/** Bytes after a segment that loads may reach into. */
const MARGIN_BYTES = 16;
/** Positions in bits stay small numbers, however large the file. */
const SEGMENT_BYTES = 2 ** 26;
const STORED = 0;
const FIXED = 1;
const DYNAMIC = 2;
const END_OF_BLOCK = 256;
const LONGEST_MATCH_BYTES = 258;
/** Copies longer than this are worth a call. */
const LONG_COPY_BYTES = 48;

/** Order in which the lengths of the code of code lengths are stored (RFC 1951 section 3.2.7). */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const REPEAT_PREVIOUS = 16;
const REPEAT_ZERO = 17;

/** Extra bits and least length or distance of each symbol (section 3.2.5). */
const MATCH_LENGTH_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
);
const MATCH_LENGTH_BASES = basesOf(MATCH_LENGTH_BITS, 3).fill(LONGEST_MATCH_BYTES, 28);
const DISTANCE_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13],
);
const DISTANCE_BASES = basesOf(DISTANCE_BITS, 1);

const fixedCodesOf = once(fixedCodes);

/**
 * Inflates one raw deflate stream (RFC 1951) to the end of the output, whose `origin` is set to where it starts.
 *
 * As strict as zlib's inflate.c: codes must be complete, and no match reaches back before the stream's own start.
 *
 * @returns offset of the byte after the stream.
 * @throws FormatError `codec-corrupt`, `codec-truncated`, or as `overflow`.
 */
export function* inflateSteps(encoded: Uint8Array, startBytes: number, { output, request }: StepTarget): Steps {
  const source = segmentAt(encoded, startBytes, request);
  for (let isLast = 0; isLast === 0; ) {
    isLast = takeBits(source, 1);
    const kind = takeBits(source, 2);
    if (kind === STORED) copyStored(source, output);
    else if (kind === FIXED) yield* blockSteps(source, fixedCodesOf(), output);
    else if (kind === DYNAMIC) yield* blockSteps(source, readCodes(source), output);
    else throw fail(source, 'a deflate block has the reserved type');
    yield;
  }
  return nextByte(source);
}

/** Symbols until the end of the block; grows the output and changes to the padded copy on the way. */
function* blockSteps(source: BitSource, codes: BlockCodes, output: Output): Generator<undefined, undefined, undefined> {
  for (;;) {
    if (source.bitAt >= source.stopBits) nextSegment(source);
    const room = makeRoom(output, LONGEST_MATCH_BYTES);
    const done = decodeSymbols(source, codes, output);
    if (source.isLast && source.bitAt > source.stopBits) throw cutOff(source);
    if (done === 'end-of-block') return;
    if (done === 'output-full' && room < LONGEST_MATCH_BYTES) throw overflow(source.request);
    if (done === 'output-full') yield;
  }
}

/**
 * Decodes until something has to be done first. A symbol that does not fit is left for later.
 *
 * One load holds 25 bits for certain: a length with its extra bits, or a distance code, takes 20 at most.
 */
function decodeSymbols(
  source: BitSource,
  codes: BlockCodes,
  output: Output,
): 'end-of-block' | 'source-end' | 'output-full' {
  const { view, stopBits } = source;
  const { literals, distances } = codes;
  const literalCells = literals.quick;
  const distanceCells = distances.quick;
  const { bytes, origin } = output;
  const end = bytes.length;
  const quickMask = (1 << QUICK_BITS) - 1;
  let bitAt = source.bitAt;
  let at = output.size;
  let reason: 'end-of-block' | 'source-end' | 'output-full' = 'source-end';
  while (bitAt < stopBits) {
    let bits = view.getUint32(bitAt >>> 3, true) >>> (bitAt & 7);
    let cell = literalCells[bits & quickMask] ?? 0;
    if (cell === 0) cell = slowCode(literals, bits);
    if (cell === 0) throw fail(source, 'deflate data holds bits that are no code', bitAt);
    let next = bitAt + (cell & 15);
    const symbol = cell >>> 4;
    if (symbol < END_OF_BLOCK) {
      if (at === end) {
        reason = 'output-full';
        break;
      }
      bytes[at] = symbol;
      at += 1;
      bitAt = next;
      continue;
    }
    if (symbol === END_OF_BLOCK) {
      bitAt = next;
      reason = 'end-of-block';
      break;
    }
    const lengthBits = MATCH_LENGTH_BITS[symbol - 257];
    if (lengthBits === undefined) throw fail(source, `a deflate length has the symbol ${symbol}`, bitAt);
    const length = (MATCH_LENGTH_BASES[symbol - 257] ?? 0) + ((bits >>> (cell & 15)) & ((1 << lengthBits) - 1));
    next += lengthBits;
    bits = view.getUint32(next >>> 3, true) >>> (next & 7);
    cell = distanceCells[bits & quickMask] ?? 0;
    if (cell === 0) cell = slowCode(distances, bits);
    if (cell === 0) throw fail(source, 'deflate data holds bits that are no code', bitAt);
    next += cell & 15;
    const distanceBits = DISTANCE_BITS[cell >>> 4];
    if (distanceBits === undefined) throw fail(source, `a deflate distance has the symbol ${cell >>> 4}`, bitAt);
    bits = view.getUint32(next >>> 3, true) >>> (next & 7);
    const distance = (DISTANCE_BASES[cell >>> 4] ?? 0) + (bits & ((1 << distanceBits) - 1));
    if (distance > at - origin) throw fail(source, `a deflate match reaches ${distance} bytes back`, bitAt);
    if (length > end - at) {
      reason = 'output-full';
      break;
    }
    const from = at - distance;
    if (length > LONG_COPY_BYTES && distance >= length) bytes.copyWithin(at, from, from + length);
    else for (let i = 0; i < length; i += 1) bytes[at + i] = bytes[from + i] ?? 0;
    at += length;
    bitAt = next + distanceBits;
  }
  source.bitAt = bitAt;
  output.size = at;
  return reason;
}

/** Section 3.2.4: to the next whole byte, then size (2) | its complement (2) | bytes. */
function copyStored(source: BitSource, output: Output): void {
  const { encoded } = source;
  const head = nextByte(source);
  const data = head + 4;
  const sizeBytes = u16le(encoded, head);
  const end = data + sizeBytes;
  if (data > encoded.length) throw cutOff(source);
  if ((sizeBytes ^ u16le(encoded, head + 2)) !== 0xffff)
    throw fail(source, 'a stored deflate block contradicts its size');
  if (end > encoded.length) throw cutOff(source);
  append(output, encoded.subarray(data, end), source.request);
  Object.assign(source, segmentAt(encoded, end, source.request));
}

/** Section 3.2.7: the code of code lengths, then the two codes' lengths in it. */
function readCodes(source: BitSource): BlockCodes {
  const literalCount = 257 + takeBits(source, 5);
  const distanceCount = 1 + takeBits(source, 5);
  const lengthCount = 4 + takeBits(source, 4);
  if (literalCount > 286 || distanceCount > 30) throw fail(source, 'a deflate block has too many symbols');
  const own = new Uint8Array(LENGTH_ORDER.length);
  for (const symbol of LENGTH_ORDER.slice(0, lengthCount)) own[symbol] = takeBits(source, 3);
  const lengthCode = deflateCodeOf(own, 'complete');
  if (lengthCode === null) throw fail(source, 'the code of code lengths of a deflate block is invalid');
  const lengths = readLengths(source, lengthCode, literalCount + distanceCount);
  if (lengths[END_OF_BLOCK] === 0) throw fail(source, 'a deflate block has no code for its end');
  const literals = deflateCodeOf(lengths.subarray(0, literalCount), 'may-be-single');
  const distances = deflateCodeOf(lengths.subarray(literalCount), 'may-be-single');
  if (literals === null || distances === null) throw fail(source, 'the codes of a deflate block are invalid');
  return { literals, distances };
}

function readLengths(source: BitSource, code: DeflateCode, count: number): Uint8Array {
  const lengths = new Uint8Array(count);
  for (let at = 0; at < count; ) {
    const cell = code.quick[peekBits(source) & ((1 << QUICK_BITS) - 1)] ?? 0;
    takeBits(source, cell & 15);
    const symbol = cell >>> 4;
    if (symbol < REPEAT_PREVIOUS) {
      lengths[at] = symbol;
      at += 1;
      continue;
    }
    if (symbol === REPEAT_PREVIOUS && at === 0) throw fail(source, 'a deflate block repeats a length before the first');
    const previous = symbol === REPEAT_PREVIOUS ? (lengths[at - 1] ?? 0) : 0;
    const repeats =
      symbol === REPEAT_PREVIOUS
        ? 3 + takeBits(source, 2)
        : symbol === REPEAT_ZERO
          ? 3 + takeBits(source, 3)
          : 11 + takeBits(source, 7);
    if (repeats > count - at) throw fail(source, 'a deflate block has too many lengths');
    lengths.fill(previous, at, at + repeats);
    at += repeats;
  }
  return lengths;
}

/** Takes up to 15 bits; @throws FormatError `codec-truncated` past the end. */
function takeBits(source: BitSource, count: number): number {
  const bits = peekBits(source) & ((1 << count) - 1);
  source.bitAt += count;
  if (source.isLast && source.bitAt > source.stopBits) throw cutOff(source);
  return bits;
}

/** The next bits, 25 of them for certain; zeros past the end. */
function peekBits(source: BitSource): number {
  if (source.bitAt >= source.stopBits) nextSegment(source);
  return source.view.getUint32(source.bitAt >>> 3, true) >>> (source.bitAt & 7);
}

/** Moves on from the end of a segment; @throws FormatError `codec-truncated` after the last. */
function nextSegment(source: BitSource): void {
  if (source.isLast) throw cutOff(source);
  const bitAt = source.bitAt & 7;
  Object.assign(source, segmentAt(source.encoded, source.baseBytes + (source.bitAt >>> 3), source.request), { bitAt });
}

function segmentAt(encoded: Uint8Array, startBytes: number, request: DecodeRequest): BitSource {
  const rest = encoded.subarray(startBytes, startBytes + SEGMENT_BYTES + MARGIN_BYTES);
  const isLast = rest.length <= 2 * MARGIN_BYTES;
  const bytes = isLast ? new Uint8Array(rest.length + MARGIN_BYTES) : rest;
  if (isLast) bytes.set(rest);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const stopBits = (bytes.length - MARGIN_BYTES) * 8;
  return { encoded, request, view, baseBytes: startBytes, bitAt: 0, stopBits, isLast };
}

/** Offset of the first byte of which no bit is taken. */
function nextByte(source: BitSource): number {
  return source.baseBytes + ((source.bitAt + 7) >>> 3);
}

function cutOff(source: BitSource): FormatError {
  return truncated(source.request, source.encoded, 'the deflate data');
}

function fail(source: BitSource, text: string, bitAt = source.bitAt): FormatError {
  return corrupt(source.request, Math.min(source.baseBytes + (bitAt >>> 3), source.encoded.length), text);
}

function fixedCodes(): BlockCodes {
  return { literals: fixedLiteralCode(), distances: fixedDistanceCode() };
}

function basesOf(bits: Uint8Array, first: number): Uint16Array {
  const bases = new Uint16Array(bits.length);
  let base = first;
  bits.forEach((width, symbol) => {
    bases[symbol] = base;
    base += 2 ** width;
  });
  return bases;
}
