import type { FormatError } from '../bytes/format-error.ts';
import type { Fail, Span } from './zstd-entropy.ts';
import { decodeLiterals } from './zstd-literals.ts';
import type { LiteralState } from './zstd-literals.ts';
import {
  LITERAL_LENGTH_BASES,
  LITERAL_LENGTH_BITS,
  MATCH_LENGTH_BASES,
  MATCH_LENGTH_BITS,
  readSequences,
  sequenceBits,
} from './zstd-sequences.ts';
import type { Sequences, SequenceTables } from './zstd-sequences.ts';

/** What one compressed block takes from the blocks before it in its frame. */
export interface BlockState {
  readonly literals: LiteralState;
  readonly tables: SequenceTables;
  /** The three last offsets (RFC 8878 section 3.1.1.5). */
  readonly repeats: Int32Array;
  /** Room for a padded copy of a block: loads of 4 bytes may reach over either end. */
  readonly padded: Uint8Array;
}

/** Where a block's bytes go. */
export interface BlockTarget {
  readonly bytes: Uint8Array;
  readonly at: number;
  /** Never written from here on. */
  readonly end: number;
  /** Matches reach no further back than this. */
  readonly historyStart: number;
  readonly windowBytes: number;
  readonly fail: Fail;
  /** Error for output past `end`. */
  readonly full: () => FormatError;
}

const BLOCK_LIMIT_BYTES = 131_072;
const PAD_BYTES = 16;
/** Copies longer than this are worth a call. */
const LONG_COPY_BYTES = 48;

/** State for the first frame. */
export function newBlockState(): BlockState {
  return {
    literals: { buffer: new Uint8Array(BLOCK_LIMIT_BYTES), huffman: null },
    tables: { literalLengths: null, offsets: null, matchLengths: null },
    repeats: new Int32Array(3),
    padded: new Uint8Array(PAD_BYTES + BLOCK_LIMIT_BYTES + PAD_BYTES),
  };
}

/** The state for another frame: forgets the one before; the buffers serve on, for a stream may have very many. */
export function startFrame(state: BlockState): BlockState {
  state.literals.huffman = null;
  state.tables.literalLengths = null;
  state.tables.offsets = null;
  state.tables.matchLengths = null;
  state.repeats.set([1, 4, 8]);
  return state;
}

/**
 * Decodes one compressed block (RFC 8878 section 3.1.1.3).
 *
 * @returns offset of the byte after the last one written.
 */
export function decodeBlock(block: Uint8Array, state: BlockState, target: BlockTarget): number {
  state.padded.set(block, PAD_BYTES);
  state.padded.fill(0, PAD_BYTES + block.length, PAD_BYTES + block.length + PAD_BYTES);
  const span: Span = { bytes: state.padded, start: PAD_BYTES, end: PAD_BYTES + block.length };
  const literals = decodeLiterals(span, state.literals, target.fail);
  if (literals.next >= span.end) throw target.fail('the sequences of a block are missing');
  const sequences = readSequences({ ...span, start: literals.next }, state.tables, target.fail);
  const buffer = state.literals.buffer.subarray(0, literals.count);
  const done = sequences === null ? { at: target.at, used: 0 } : execute(sequences, { state, buffer }, target);
  const rest = buffer.subarray(done.used);
  if (done.at + rest.length > target.end) throw target.full();
  target.bytes.set(rest, done.at);
  return done.at + rest.length;
}

/** Reads and carries out each sequence: some literals, then a match (section 3.1.1.4). */
function execute(
  sequences: Sequences,
  from: { state: BlockState; buffer: Uint8Array },
  target: BlockTarget,
): { at: number; used: number } {
  const { bytes, end, historyStart, windowBytes, fail } = target;
  const { buffer } = from;
  const source = sequences.bits.bytes;
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const bottom = sequences.bits.start * 8;
  const lengthCells = sequences.literalLengths.cells;
  const offsetCells = sequences.offsets.cells;
  const matchCells = sequences.matchLengths.cells;
  const repeats = from.state.repeats;
  let repeat1 = repeats[0] ?? 1;
  let repeat2 = repeats[1] ?? 4;
  let repeat3 = repeats[2] ?? 8;
  const take = (width: number): number => {
    bitAt -= width;
    return bitAt < bottom - 64 ? 0 : (view.getUint32(bitAt >> 3, true) >>> (bitAt & 7)) & ((1 << width) - 1);
  };
  let bitAt = sequenceBits(sequences, fail);
  let lengthState = take(sequences.literalLengths.accuracyLog);
  let offsetState = take(sequences.offsets.accuracyLog);
  let matchState = take(sequences.matchLengths.accuracyLog);
  if (bitAt < bottom) throw fail('the sequences of a block are cut off');
  let at = target.at;
  let used = 0;
  for (let left = sequences.count; left > 0; left -= 1) {
    const lengthCell = lengthCells[lengthState] ?? 0;
    const offsetCell = offsetCells[offsetState] ?? 0;
    const matchCell = matchCells[matchState] ?? 0;
    const offsetCode = offsetCell & 255;
    if (offsetCode > 29) throw fail(`a match offset of ${offsetCode} bits`);
    // A load holds 25 bits for certain: longer offsets take two.
    const upper = offsetCode > 16 ? take(offsetCode - 16) << 16 : 0;
    const value = (1 << offsetCode) + upper + take(offsetCode > 16 ? 16 : offsetCode);
    const matchCode = matchCell & 255;
    const matchLength = (MATCH_LENGTH_BASES[matchCode] ?? 0) + take(MATCH_LENGTH_BITS[matchCode] ?? 0);
    const lengthCode = lengthCell & 255;
    const literalLength = (LITERAL_LENGTH_BASES[lengthCode] ?? 0) + take(LITERAL_LENGTH_BITS[lengthCode] ?? 0);
    if (left > 1) {
      lengthState = (lengthCell >>> 16) + take((lengthCell >>> 8) & 255);
      matchState = (matchCell >>> 16) + take((matchCell >>> 8) & 255);
      offsetState = (offsetCell >>> 16) + take((offsetCell >>> 8) & 255);
    }
    if (bitAt < bottom) throw fail('the sequences of a block are cut off');

    let offset: number;
    const choice = value > 3 ? 4 : value + (literalLength === 0 ? 1 : 0);
    if (value > 3) offset = value - 3;
    else if (choice === 1) offset = repeat1;
    else if (choice === 2) offset = repeat2;
    else offset = choice === 3 ? repeat3 : repeat1 - 1;
    if (choice > 2) repeat3 = repeat2;
    if (choice > 1) {
      repeat2 = repeat1;
      repeat1 = offset;
    }

    if (literalLength > buffer.length - used) throw fail('a sequence wants more literals than there are');
    if (at + literalLength + matchLength > end) throw target.full();
    if (literalLength > LONG_COPY_BYTES) bytes.set(buffer.subarray(used, used + literalLength), at);
    else for (let i = 0; i < literalLength; i += 1) bytes[at + i] = buffer[used + i] ?? 0;
    at += literalLength;
    used += literalLength;
    if (offset === 0 || offset > windowBytes || offset > at - historyStart) {
      throw fail(`a match reaches ${offset} bytes back, further than there is anything`);
    }
    if (matchLength > LONG_COPY_BYTES && offset >= matchLength)
      bytes.copyWithin(at, at - offset, at - offset + matchLength);
    else for (let i = 0; i < matchLength; i += 1) bytes[at + i] = bytes[at - offset + i] ?? 0;
    at += matchLength;
  }
  if (bitAt !== bottom) throw fail('the sequences of a block do not end where they should');
  repeats[0] = repeat1;
  repeats[1] = repeat2;
  repeats[2] = repeat3;
  return { at, used };
}
