import type { FormatError } from '../bytes/format-error.ts';

/** Where a block is read from and written to. */
export interface Lz4Block {
  readonly encoded: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
  readonly at: number;
  /** Never written from here on. */
  readonly limit: number;
  /** Matches reach no further back than this. */
  readonly historyStart: number;
  readonly fail: (offsetBytes: number, text: string) => FormatError;
  readonly full: () => FormatError;
}

const LEAST_MATCH_BYTES = 4;
const LONG_COPY_BYTES = 32;

/**
 * Decodes one LZ4 block (lz4's doc/lz4_Block_format.md): literals and matches in turn, literals last.
 *
 * @returns position after the last byte written.
 */
export function decodeLz4Block(block: Lz4Block): number {
  const { encoded, end, bytes, limit, historyStart } = block;
  let from = block.start;
  let at = block.at;
  while (from < end) {
    const token = encoded[from] ?? 0;
    from += 1;
    let literals = token >> 4;
    if (literals === 15) {
      for (let more = 255; more === 255; ) {
        if (from >= end) throw block.fail(from, 'an lz4 literal length is cut off');
        more = encoded[from] ?? 0;
        literals += more;
        from += 1;
      }
    }
    if (literals > end - from) throw block.fail(from, 'the literals of an lz4 block are cut off');
    if (literals > limit - at) throw block.full();
    if (literals > LONG_COPY_BYTES) bytes.set(encoded.subarray(from, from + literals), at);
    else for (let i = 0; i < literals; i += 1) bytes[at + i] = encoded[from + i] ?? 0;
    from += literals;
    at += literals;
    if (from === end) return at;
    if (from + 2 > end) throw block.fail(from, 'an lz4 match offset is cut off');
    const offset = (encoded[from] ?? 0) | ((encoded[from + 1] ?? 0) << 8);
    from += 2;
    let length = (token & 15) + LEAST_MATCH_BYTES;
    if ((token & 15) === 15) {
      for (let more = 255; more === 255; ) {
        if (from >= end) throw block.fail(from, 'an lz4 match length is cut off');
        more = encoded[from] ?? 0;
        length += more;
        from += 1;
      }
    }
    const match = at - offset;
    if (offset === 0 || match < historyStart) throw block.fail(from, `an lz4 match reaches ${offset} bytes back`);
    if (length > limit - at) throw block.full();
    if (length > LONG_COPY_BYTES && offset >= length) bytes.copyWithin(at, match, match + length);
    else for (let i = 0; i < length; i += 1) bytes[at + i] = bytes[match + i] ?? 0;
    at += length;
  }
  throw block.fail(end, 'an lz4 block ends with a match');
}
