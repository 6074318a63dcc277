import { once } from '../bytes/once.ts';
import type { FormatError } from '../bytes/format-error.ts';
import { linkCells, readBlock } from './bzip2-block.ts';
import type { TransformedBlock } from './bzip2-block.ts';
import { takeBits } from './bzip2-bits.ts';
import type { BitReader } from './bzip2-bits.ts';
import { checksumMismatch, codecError, corrupt, truncated } from './decode-request.ts';
import type { Decoded, DecodeRequest } from './decode-request.ts';
import { decodeAtOnce, makeRoom, overflow } from './output.ts';
import type { Steps, StepTarget } from './output.ts';

interface Target extends StepTarget {
  /** Serves block after block; made when the first block of a larger level needs it. */
  cells: Uint32Array;
}

const LEVEL_BYTES = 100_000;
const HEADER_BYTES = 4;
const BLOCK_MAGIC = [0x314159, 0x265359] as const;
const END_MAGIC = [0x177245, 0x385090] as const;
/** After four equal bytes, a count of further ones follows. */
const RUN_BYTES = 4;
/** Longest run with its four bytes. */
const LONGEST_RUN_BYTES = 259;
/** The output is made this much larger at a time. */
const STEP_BYTES = 1 << 20;

const crcTableOf = once(crcTable);

/** Whether a bzip2 stream with a block, or an empty one, starts at `offsetBytes`. */
export function startsBzip2(bytes: Uint8Array, offsetBytes = 0): boolean {
  const level = (bytes[offsetBytes + 3] ?? 0) - 0x30;
  const isHeader = bytes[offsetBytes] === 0x42 && bytes[offsetBytes + 1] === 0x5a && bytes[offsetBytes + 2] === 0x68;
  if (!isHeader || level < 1 || level > 9) return false;
  const at = offsetBytes + HEADER_BYTES;
  const magic = [0, 3].map((skip) => {
    const [a, b, c] = [bytes[at + skip] ?? 0, bytes[at + skip + 1] ?? 0, bytes[at + skip + 2] ?? 0];
    return (a << 16) | (b << 8) | c;
  });
  return [BLOCK_MAGIC, END_MAGIC].some((known) => known[0] === magic[0] && known[1] === magic[1]);
}

/**
 * Decodes bzip2 as bzip2 1.0.8's decompress.c and lib/decompress_bunzip2.c of Linux do, and every stream that follows.
 *
 * Randomised blocks, which bzip2 has not written since 1997, are refused, as Linux does.
 *
 * @throws FormatError `codec-header`, `codec-truncated`, `codec-corrupt`, `codec-checksum`, `codec-unsupported`,
 * `codec-output-limit`, `codec-size-mismatch`.
 */
export function decodeBzip2(encoded: Uint8Array, request: DecodeRequest): Decoded {
  return decodeAtOnce(bzip2Steps, encoded, request);
}

/** Block by block, none of which reaches back into another. */
export function* bzip2Steps(encoded: Uint8Array, to: StepTarget): Steps {
  if (encoded.length < HEADER_BYTES + 6) throw truncated(to.request, encoded, 'the bzip2 header');
  if (!startsBzip2(encoded)) {
    throw codecError(to.request, {
      code: 'codec-header',
      text: 'the bzip2 magic and level are missing',
      offsetBytes: 0,
    });
  }
  const target: Target = { ...to, cells: new Uint32Array(0) };
  let at = 0;
  do at = yield* streamSteps(encoded, at, target);
  while (to.request.streams === 'all' && startsBzip2(encoded, at));
  return at;
}

/** `BZh` level, blocks, end magic with the checksum of all checksums; @returns offset of the byte after it. */
function* streamSteps(encoded: Uint8Array, start: number, to: Target): Steps {
  const { output, request } = to;
  const blockLimitBytes = ((encoded[start + 3] ?? 0) - 0x30) * LEVEL_BYTES;
  const cutOff = (): FormatError => truncated(request, encoded, 'the bzip2 stream');
  const reader: BitReader = { bytes: encoded, byteAt: start + HEADER_BYTES, bitAt: 0, cutOff };
  let combined = 0;
  for (;;) {
    const blockAt = reader.byteAt;
    const magic = [takeBits(reader, 24), takeBits(reader, 24)];
    const stored = takeBits(reader, 16) * 65_536 + takeBits(reader, 16);
    if (magic[0] === END_MAGIC[0] && magic[1] === END_MAGIC[1]) {
      checkSum(request, blockAt, { name: 'the CRC-32 of the stream', stored, computed: combined >>> 0 });
      return reader.byteAt + (reader.bitAt > 0 ? 1 : 0);
    }
    if (magic[0] !== BLOCK_MAGIC[0] || magic[1] !== BLOCK_MAGIC[1]) {
      throw corrupt(request, blockAt, 'neither a block nor the end of the bzip2 stream');
    }
    if (takeBits(reader, 1) === 1) {
      const text = 'a bzip2 block is randomised, as nothing has written it since 1997';
      throw codecError(request, { code: 'codec-unsupported', text, offsetBytes: blockAt });
    }
    if (to.cells.length < blockLimitBytes) to.cells = new Uint32Array(blockLimitBytes);
    const cells = to.cells.subarray(0, blockLimitBytes);
    const block = readBlock(reader, cells, (text) => corrupt(request, blockAt, text));
    const firstByte = output.size;
    writeBlock(block, to);
    const computed = crcOf(output.bytes.subarray(firstByte, output.size));
    checkSum(request, blockAt, { name: 'the CRC-32 of a block', stored, computed });
    combined = ((combined << 1) | (combined >>> 31)) ^ computed;
    yield;
  }
}

function checkSum(
  request: DecodeRequest,
  at: number,
  sums: { readonly name: string; readonly stored: number; readonly computed: number },
): void {
  if (sums.stored !== sums.computed) throw checksumMismatch(request, at, sums);
}

/** Follows the chain of cells and expands the runs, growing the output on the way. */
function writeBlock(block: TransformedBlock, to: Target): void {
  const { output, request } = to;
  const { cells, count } = block;
  let cell = linkCells(block);
  let repeats = 0;
  let previous = -1;
  let left = count;
  while (left > 0) {
    const room = makeRoom(output, STEP_BYTES);
    const { bytes } = output;
    const capacity = output.size + room;
    // Near the ceiling every byte is checked; before it, a run more always fits.
    const isLast = capacity === output.ceilingBytes;
    const stopAt = isLast ? Infinity : capacity - LONGEST_RUN_BYTES;
    let at = output.size;
    for (; left > 0 && at < stopAt; left -= 1) {
      const entry = cells[cell] ?? 0;
      const byte = entry & 255;
      cell = entry >>> 8;
      if (repeats === RUN_BYTES) {
        if (byte > capacity - at) throw overflow(request);
        bytes.fill(previous, at, at + byte);
        at += byte;
        repeats = 0;
        previous = -1;
        continue;
      }
      if (at >= capacity) throw overflow(request);
      bytes[at] = byte;
      at += 1;
      repeats = byte === previous ? repeats + 1 : 1;
      previous = byte;
    }
    output.size = at;
  }
}

/** CRC-32 of polynomial 0x04C11DB7, highest bit first. */
function crcOf(bytes: Uint8Array): number {
  let crc = -1;
  const table = crcTableOf();
  for (let i = 0; i < bytes.length; i += 1) crc = (crc << 8) ^ (table[(crc >>> 24) ^ (bytes[i] ?? 0)] ?? 0);
  return ~crc >>> 0;
}

function crcTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
    return crc;
  });
}
