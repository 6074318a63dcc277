import { backwardStart, fseTableOf, readFseTable, rleTable } from './zstd-entropy.ts';
import type { Described, Fail, FseTable, Span } from './zstd-entropy.ts';

/** The three tables of a block's sequences, and what a later block of the frame may repeat. */
export interface SequenceTables {
  literalLengths: FseTable | null;
  offsets: FseTable | null;
  matchLengths: FseTable | null;
}

/** A block's sequences, ready to be read. */
export interface Sequences {
  readonly count: number;
  /** Bits from the span's end mark down to its start. */
  readonly bits: Span;
  readonly literalLengths: FseTable;
  readonly offsets: FseTable;
  readonly matchLengths: FseTable;
}

interface Alphabet {
  readonly symbols: number;
  readonly accuracyLimit: number;
  readonly predefined: FseTable;
}

/** Least length and extra bits of each code (RFC 8878 section 3.1.1.3.2.1.1). */
export const LITERAL_LENGTH_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1],
  ...[1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
);
export const LITERAL_LENGTH_BASES = basesOf(LITERAL_LENGTH_BITS, 0);
export const MATCH_LENGTH_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
);
export const MATCH_LENGTH_BASES = basesOf(MATCH_LENGTH_BITS, 3);

/** Section 3.1.1.3.2.2: the default distributions. */
const LITERAL_LENGTHS: Alphabet = alphabet(9, 6, [
  ...[4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2],
  ...[2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1],
]);
const MATCH_LENGTHS: Alphabet = alphabet(9, 6, [
  ...[1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  ...[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1],
]);
/** Codes above 28 have no default; the format allows them up to 31. */
const OFFSETS: Alphabet = {
  ...alphabet(8, 5, [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1]),
  symbols: 32,
};

/** Reads the head of the sequences section and its tables (section 3.1.1.3.2.1); null for a block without any. */
export function readSequences(span: Span, tables: SequenceTables, fail: Fail): Sequences | null {
  const { bytes, start } = span;
  const head = bytes[start] ?? 0;
  const headBytes = head < 128 ? 1 : head < 255 ? 2 : 3;
  const second = bytes[start + 1] ?? 0;
  const long = head < 255 ? ((head - 128) << 8) | second : second + ((bytes[start + 2] ?? 0) << 8) + 0x7f00;
  const count = head < 128 ? head : long;
  const modesAt = start + headBytes;
  if (count === 0 && modesAt === span.end) return null;
  if (count === 0 || modesAt >= span.end) throw fail('the sequences of a block do not fit');
  const modes = bytes[modesAt] ?? 0;
  if ((modes & 3) !== 0) throw fail('reserved bits of the sequence modes are set');
  const first = modesAt + 1;
  const literalLengths = tableFor(
    { ...span, start: first },
    [LITERAL_LENGTHS, modes >> 6, tables.literalLengths],
    fail,
  );
  const afterLengths = { ...span, start: literalLengths.next };
  const offsets = tableFor(afterLengths, [OFFSETS, (modes >> 4) & 3, tables.offsets], fail);
  const afterOffsets = { ...span, start: offsets.next };
  const matchLengths = tableFor(afterOffsets, [MATCH_LENGTHS, (modes >> 2) & 3, tables.matchLengths], fail);
  tables.literalLengths = literalLengths.table;
  tables.offsets = offsets.table;
  tables.matchLengths = matchLengths.table;
  const bits = { ...span, start: matchLengths.next };
  return {
    count,
    bits,
    literalLengths: literalLengths.table,
    offsets: offsets.table,
    matchLengths: matchLengths.table,
  };
}

/** Where the backward bits of the sequences start. */
export function sequenceBits(sequences: Sequences, fail: Fail): number {
  return backwardStart(sequences.bits, fail);
}

/** Mode 0 predefined, 1 one symbol, 2 described here, 3 as in the block before. */
function tableFor(
  span: Span,
  [alphabet, mode, previous]: readonly [Alphabet, number, FseTable | null],
  fail: Fail,
): Described<FseTable> {
  if (mode === 0) return { table: alphabet.predefined, next: span.start };
  if (mode === 2) return readFseTable(span, alphabet, fail);
  if (mode === 3) {
    if (previous === null) throw fail('a block repeats a sequence table, but there is none yet');
    return { table: previous, next: span.start };
  }
  const symbol = span.bytes[span.start] ?? 0;
  if (span.start >= span.end || symbol >= alphabet.symbols) throw fail(`a sequence table of the one symbol ${symbol}`);
  return { table: rleTable(symbol), next: span.start + 1 };
}

function alphabet(accuracyLimit: number, accuracyLog: number, counts: readonly number[]): Alphabet {
  const predefined = fseTableOf(counts, accuracyLog, (text) => {
    throw new RangeError(text);
  });
  return { symbols: counts.length, accuracyLimit, predefined };
}

function basesOf(bits: Uint8Array, first: number): Int32Array {
  const bases = new Int32Array(bits.length);
  let base = first;
  bits.forEach((width, code) => {
    bases[code] = base;
    base += 2 ** width;
  });
  return bases;
}
