import { checksumMismatch, codecError, corrupt, truncated } from './decode-request.ts';
import type { DecodeRequest } from './decode-request.ts';
import { decodeLz4Block } from './lz4-block.ts';
import { append, decodedCount, makeRoom, overflow } from './output.ts';
import type { Steps, StepTarget } from './output.ts';
import { u32le } from './words.ts';
import { xxh32 } from './xxh32.ts';

interface FrameHeader {
  readonly flags: number;
  readonly blockLimitBytes: number;
  readonly contentBytes: number | null;
  /** Offset of the first block. */
  readonly body: number;
}

const FLAG_DICTIONARY = 0x01;
const FLAG_RESERVED = 0x02;
const FLAG_CONTENT_CHECKSUM = 0x04;
const FLAG_CONTENT_SIZE = 0x08;
const FLAG_BLOCK_CHECKSUM = 0x10;
const FLAG_INDEPENDENT = 0x20;
const BLOCK_STORED = 0x80000000;
/** Matches reach no further back. */
const HISTORY_BYTES = 65_536;

/**
 * Decodes one current frame (lz4's doc/lz4_Frame_format.md), all three kinds of checksum verified.
 *
 *     +0 04 22 4d 18 | +4 flags | +5 block size | content size? (8) | header checksum | blocks | 0 (4) | checksum? (4)
 *
 * @returns offset of the byte after the frame.
 */
export function* lz4FrameSteps(encoded: Uint8Array, start: number, to: StepTarget): Steps {
  const { output, request } = to;
  const header = readHeader(encoded, start, request);
  const hasChecksum = (header.flags & FLAG_CONTENT_CHECKSUM) !== 0;
  const countBefore = decodedCount(output);
  output.origin = output.size;
  // The sum over the contents is made in one piece: until then they stay.
  output.windowBytes = hasChecksum ? Infinity : HISTORY_BYTES;
  const checksumBytes = (header.flags & FLAG_BLOCK_CHECKSUM) === 0 ? 0 : 4;
  let at = header.body;
  for (;;) {
    if (at + 4 > encoded.length) throw truncated(request, encoded, 'an lz4 block size');
    const word = u32le(encoded, at);
    at += 4;
    if (word === 0) break;
    const end = at + (word % BLOCK_STORED);
    if (end - at > header.blockLimitBytes) throw corrupt(request, at - 4, `an lz4 block has ${end - at} bytes`);
    if (end + checksumBytes > encoded.length) throw truncated(request, encoded, 'an lz4 block');
    if (checksumBytes > 0)
      verify(encoded.subarray(at, end), { encoded, at: end, name: 'the XXH32 of a block' }, request);
    if (word >= BLOCK_STORED) append(output, encoded.subarray(at, end), request);
    else decodeBlock(encoded, { at, end, header }, to);
    at = end + checksumBytes;
    yield;
  }
  const count = decodedCount(output) - countBefore;
  if (header.contentBytes !== null && header.contentBytes !== count) {
    throw corrupt(request, start, `the lz4 frame declares ${header.contentBytes} bytes, but decodes to ${count}`);
  }
  if (!hasChecksum) return at;
  if (at + 4 > encoded.length) throw truncated(request, encoded, 'the lz4 content checksum');
  verify(output.bytes.subarray(output.origin, output.size), { encoded, at, name: 'the XXH32 of the content' }, request);
  return at + 4;
}

function readHeader(encoded: Uint8Array, start: number, request: DecodeRequest): FrameHeader {
  const flags = encoded[start + 4] ?? 0;
  const block = encoded[start + 5] ?? 0;
  const checksum = start + 6 + ((flags & FLAG_CONTENT_SIZE) === 0 ? 0 : 8);
  if (checksum + 1 > encoded.length) throw truncated(request, encoded, 'the lz4 frame header');
  const exponent = (block >> 4) & 7;
  const isReserved = flags >> 6 !== 1 || (flags & FLAG_RESERVED) !== 0 || (block & 0x8f) !== 0 || exponent < 4;
  if (isReserved) {
    const text = 'the lz4 frame header has another version or reserved bits';
    throw codecError(request, { code: 'codec-header', text, offsetBytes: start + 4, lengthBytes: 2 });
  }
  if ((flags & FLAG_DICTIONARY) !== 0) {
    const text = 'the lz4 frame needs a dictionary, which no boot stage has';
    throw codecError(request, { code: 'codec-unsupported', text, offsetBytes: start + 4 });
  }
  if (encoded[checksum] !== ((xxh32(encoded.subarray(start + 4, checksum)) >>> 8) & 255)) {
    const text = 'the lz4 frame header does not match its own checksum';
    throw codecError(request, { code: 'codec-checksum', text, offsetBytes: checksum, lengthBytes: 1 });
  }
  const hasSize = (flags & FLAG_CONTENT_SIZE) !== 0;
  const contentBytes = hasSize ? u32le(encoded, start + 6) + u32le(encoded, start + 10) * 2 ** 32 : null;
  if (contentBytes !== null && contentBytes > request.outputLimitBytes)
    throw overflow({ ...request, exactSizeBytes: null });
  return { flags, blockLimitBytes: 2 ** (8 + 2 * exponent), contentBytes, body: checksum + 1 };
}

function decodeBlock(
  encoded: Uint8Array,
  block: { readonly at: number; readonly end: number; readonly header: FrameHeader },
  to: StepTarget,
): void {
  const { output, request } = to;
  const { at, end, header } = block;
  const room = Math.min(makeRoom(output, header.blockLimitBytes), header.blockLimitBytes);
  const isFree = (header.flags & FLAG_INDEPENDENT) !== 0;
  output.size = decodeLz4Block({
    ...{ encoded, start: at, end, bytes: output.bytes, at: output.size, limit: output.size + room },
    historyStart: isFree ? output.size : output.origin,
    fail: (offsetBytes, text) => corrupt(request, offsetBytes, text),
    full: () =>
      room < header.blockLimitBytes ? overflow(request) : corrupt(request, at, 'an lz4 block decodes to too much'),
  });
}

function verify(
  bytes: Uint8Array,
  sum: { readonly encoded: Uint8Array; readonly at: number; readonly name: string },
  request: DecodeRequest,
): void {
  const stored = u32le(sum.encoded, sum.at);
  const computed = xxh32(bytes);
  if (stored !== computed) throw checksumMismatch(request, sum.at, { name: sum.name, stored, computed });
}
