import type { FormatError } from '../bytes/format-error.ts';

/** One LZO1X stream and the room for its bytes, which has exactly the size that it must decode to. */
export interface Lzo1xBlock {
  readonly encoded: Uint8Array;
  readonly decoded: Uint8Array;
  /** The offset counts from the start of `encoded`. */
  readonly fail: (offsetBytes: number, text: string) => FormatError;
}

/** Where reading and writing stand. */
interface Cursor {
  from: number;
  at: number;
}

/** How many literals the last instruction copied: 4 stands for a run of its own. */
const LITERAL_RUN = 4;
const END_OF_STREAM_LENGTH = 3;

/**
 * Decodes LZO1X as Linux's Documentation/staging/lzo.rst describes it ("Byte sequences"), the version without
 * run-length encoding.
 *
 * @throws FormatError as `fail` makes it, unless the stream fills the room to the last byte and ends with its end mark.
 */
export function decodeLzo1x(block: Lzo1xBlock): void {
  const { encoded, decoded } = block;
  const cursor: Cursor = { from: 0, at: 0 };
  let state = firstLiterals(block, cursor);
  for (;;) {
    const opcodeAt = cursor.from;
    const opcode = nextByte(block, cursor);
    let length: number;
    let distance: number;
    let literals: number;
    if (opcode < 16 && state === 0) {
      copyLiterals(block, cursor, 3 + longLength(block, cursor, { field: opcode, limit: 15 }));
      state = LITERAL_RUN;
      continue;
    }
    if (opcode < 16) {
      const isRun = state === LITERAL_RUN;
      length = isRun ? 3 : 2;
      distance = (nextByte(block, cursor) << 2) + (opcode >> 2) + (isRun ? 2049 : 1);
      literals = opcode & 3;
    } else if (opcode < 64) {
      const isFar = opcode < 32;
      length =
        2 + longLength(block, cursor, isFar ? { field: opcode & 7, limit: 7 } : { field: opcode & 31, limit: 31 });
      const low = nextByte(block, cursor);
      const word = low | (nextByte(block, cursor) << 8);
      distance = (word >> 2) + (isFar ? 16_384 + ((opcode & 8) << 11) : 1);
      literals = word & 3;
      if (isFar && distance === 16_384) {
        endOfStream(block, cursor, length);
        return;
      }
    } else {
      length = opcode < 128 ? 3 + ((opcode >> 5) & 1) : 5 + ((opcode >> 5) & 3);
      distance = (nextByte(block, cursor) << 3) + ((opcode >> 2) & 7) + 1;
      literals = opcode & 3;
    }
    if (distance > cursor.at) throw block.fail(opcodeAt, `an lzo match reaches ${distance} bytes back`);
    if (length > decoded.length - cursor.at) throw block.fail(opcodeAt, 'an lzo block decodes to more than its size');
    const match = cursor.at - distance;
    for (let i = 0; i < length; i += 1) decoded[cursor.at + i] = decoded[match + i] ?? 0;
    cursor.at += length;
    if (literals > encoded.length - cursor.from || literals > decoded.length - cursor.at) {
      throw block.fail(opcodeAt, 'the literals of an lzo block do not fit');
    }
    for (let i = 0; i < literals; i += 1) decoded[cursor.at + i] = encoded[cursor.from + i] ?? 0;
    cursor.at += literals;
    cursor.from += literals;
    state = literals;
  }
}

/** The first byte may be a literal run by itself, from 18 on. */
function firstLiterals(block: Lzo1xBlock, cursor: Cursor): number {
  const first = block.encoded[0] ?? 0;
  if (first < 18) return 0;
  cursor.from = 1;
  copyLiterals(block, cursor, first - 17);
  return Math.min(first - 17, LITERAL_RUN);
}

/** A length field of zero goes on in the following bytes: 255 for each zero byte, then one that is not zero. */
function longLength(
  block: Lzo1xBlock,
  cursor: Cursor,
  size: { readonly field: number; readonly limit: number },
): number {
  if (size.field !== 0) return size.field;
  let length = size.limit;
  for (;;) {
    const more = nextByte(block, cursor);
    if (more !== 0) return length + more;
    length += 255;
  }
}

function copyLiterals(block: Lzo1xBlock, cursor: Cursor, length: number): void {
  const { encoded, decoded } = block;
  if (length > encoded.length - cursor.from || length > decoded.length - cursor.at) {
    throw block.fail(cursor.from, 'the literals of an lzo block do not fit');
  }
  if (length > 32) decoded.set(encoded.subarray(cursor.from, cursor.from + length), cursor.at);
  else for (let i = 0; i < length; i += 1) decoded[cursor.at + i] = encoded[cursor.from + i] ?? 0;
  cursor.from += length;
  cursor.at += length;
}

function nextByte(block: Lzo1xBlock, cursor: Cursor): number {
  if (cursor.from >= block.encoded.length) throw block.fail(cursor.from, 'an lzo block is cut off');
  const byte = block.encoded[cursor.from] ?? 0;
  cursor.from += 1;
  return byte;
}

function endOfStream(block: Lzo1xBlock, cursor: Cursor, length: number): void {
  const isRight =
    length === END_OF_STREAM_LENGTH && cursor.from === block.encoded.length && cursor.at === block.decoded.length;
  if (!isRight) throw block.fail(cursor.from, `an lzo block ends after ${cursor.at} of ${block.decoded.length} bytes`);
}
