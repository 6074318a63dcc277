import type { FormatError } from '../bytes/format-error.ts';
import { codecError, corrupt, truncated } from './decode-request.ts';
import type { DecodeRequest } from './decode-request.ts';
import { overflow } from './output.ts';
import { u16le, u24le, u32le } from './words.ts';

/** The header of one Zstandard frame; offsets from the start of the encoded bytes. */
export interface ZstdFrameHeader {
  readonly start: number;
  /** Of the first block header. */
  readonly body: number;
  readonly windowBytes: number;
  /** Most bytes that one block may decode to, and that one block may take. */
  readonly blockLimitBytes: number;
  readonly contentBytes: number | null;
  /** Of the content checksum behind the blocks: 4 or none. */
  readonly checksumBytes: number;
}

/** A frame of which every block header was walked. */
export interface ZstdFrame extends ZstdFrameHeader {
  readonly end: number;
}

/** One block of a frame. */
export interface ZstdBlock {
  readonly kind: number;
  /** Of its contents, encoded; of a run, decoded. */
  readonly sizeBytes: number;
  readonly body: number;
  readonly end: number;
  readonly isLast: boolean;
}

/** The frames of a stream, skippable ones left out. */
export interface ZstdFrames {
  readonly frames: readonly ZstdFrame[];
  readonly end: number;
}

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const WINDOW_LIMIT_BYTES = 2 ** 27;
const BLOCK_LIMIT_BYTES = 131_072;
export const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;

/** Whether a frame or a skippable frame starts at `offsetBytes`. */
export function startsZstd(bytes: Uint8Array, offsetBytes = 0): boolean {
  if (offsetBytes + 4 > bytes.length) return false;
  const magic = u32le(bytes, offsetBytes);
  return magic === FRAME_MAGIC || isSkippable(magic);
}

/**
 * Walks all frames that follow each other from the start (RFC 8878 section 3.1), without decoding any.
 *
 * @throws FormatError `codec-header`, `codec-truncated`, `codec-corrupt`, `codec-window-limit`, `codec-unsupported` for
 * a dictionary, and as `overflow` for a content size above the limit.
 */
export function readFrames(encoded: Uint8Array, request: DecodeRequest): ZstdFrames {
  if (encoded.length < 4) throw truncated(request, encoded, 'the zstd magic');
  if (!startsZstd(encoded)) throw header(request, 0, 'the zstd magic 28 b5 2f fd is missing');
  const frames: ZstdFrame[] = [];
  let at = 0;
  while (startsZstd(encoded, at) && !(request.streams === 'first' && at > 0)) {
    const next = afterSkippable(encoded, at, request);
    if (next > at) {
      at = next;
      continue;
    }
    const frame = readFrame(encoded, at, request);
    frames.push(frame);
    at = frame.end;
  }
  if (frames.length === 0) throw header(request, 0, SKIPPABLE_TEXTS[request.streams]);
  return { frames, end: at };
}

const SKIPPABLE_TEXTS = {
  all: 'the zstd stream has skippable frames only',
  first: 'the zstd stream starts with a skippable frame, which Linux does not know',
} as const;

function isSkippable(magic: number): boolean {
  return magic - (magic % 16) === SKIPPABLE_MAGIC;
}

/** Offset of the byte after the skippable frame that starts here; `start` itself when another one does. */
export function afterSkippable(encoded: Uint8Array, start: number, request: DecodeRequest): number {
  if (!isSkippable(u32le(encoded, start))) return start;
  const end = start + 8 + (start + 8 <= encoded.length ? u32le(encoded, start + 4) : 0);
  if (end > encoded.length) throw truncated(request, encoded, 'a skippable zstd frame');
  return end;
}

function readFrame(encoded: Uint8Array, start: number, request: DecodeRequest): ZstdFrame {
  const header = readFrameHeader(encoded, start, request);
  let block = readBlockHeader(encoded, header.body, { request, header });
  while (!block.isLast) block = readBlockHeader(encoded, block.end, { request, header });
  const end = block.end + header.checksumBytes;
  if (end > encoded.length) throw truncated(request, encoded, 'the zstd content checksum');
  return { ...header, end };
}

/**
 * Frame header (section 3.1.1.1):
 *
 *     +0 28 b5 2f fd | +4 descriptor | window? (1) | dictionary id? (1, 2, 4) | content size? (1, 2, 4, 8) | blocks
 */
export function readFrameHeader(encoded: Uint8Array, start: number, request: DecodeRequest): ZstdFrameHeader {
  const descriptor = encoded[start + 4] ?? 0;
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const dictionary = start + 5 + (singleSegment ? 0 : 1);
  const size = dictionary + dictionaryBytes;
  const body = size + sizeBytes;
  if (body > encoded.length) throw truncated(request, encoded, 'the zstd frame header');
  if ((descriptor & 0x08) !== 0) throw header(request, start + 4, 'a reserved bit of the zstd frame header is set');
  if (encoded.subarray(dictionary, size).some((byte) => byte !== 0)) {
    const text = 'the zstd frame needs a dictionary, which no boot stage has';
    throw codecError(request, { code: 'codec-unsupported', text, offsetBytes: dictionary });
  }
  const contentBytes = sizeBytes === 0 ? null : contentSize(encoded, size, sizeBytes);
  if (contentBytes !== null && contentBytes > request.outputLimitBytes)
    throw overflow({ ...request, exactSizeBytes: null });
  const windowBytes = singleSegment ? (contentBytes ?? 0) : windowSize(encoded, start + 5, request);
  const blockLimitBytes = Math.min(windowBytes, BLOCK_LIMIT_BYTES);
  const checksumBytes = (descriptor & 0x04) !== 0 ? 4 : 0;
  return { start, body, windowBytes, blockLimitBytes, contentBytes, checksumBytes };
}

function contentSize(encoded: Uint8Array, at: number, sizeBytes: number): number {
  if (sizeBytes === 1) return encoded[at] ?? 0;
  if (sizeBytes === 2) return u16le(encoded, at) + 256;
  return u32le(encoded, at) + (sizeBytes === 8 ? u32le(encoded, at + 4) * 2 ** 32 : 0);
}

/** Window descriptor (section 3.1.1.1.2): 5 bits exponent, 3 bits mantissa. */
function windowSize(encoded: Uint8Array, at: number, request: DecodeRequest): number {
  const descriptor = encoded[at] ?? 0;
  const base = 2 ** (10 + (descriptor >> 3));
  const windowBytes = base + (base / 8) * (descriptor & 7);
  if (windowBytes <= WINDOW_LIMIT_BYTES) return windowBytes;
  const text = `the zstd frame needs a window of ${windowBytes} bytes, more than ${WINDOW_LIMIT_BYTES}`;
  throw codecError(request, { code: 'codec-window-limit', text, offsetBytes: at, lengthBytes: 1 });
}

/** A block header (section 3.1.1.2): last flag, 2 bits type, 21 bits size. */
export function readBlockHeader(
  encoded: Uint8Array,
  at: number,
  of: { readonly request: DecodeRequest; readonly header: ZstdFrameHeader },
): ZstdBlock {
  const { request, header } = of;
  if (at + 3 > encoded.length) throw truncated(request, encoded, 'a zstd block header');
  const block = u24le(encoded, at);
  const kind = (block >> 1) & 3;
  const sizeBytes = block >> 3;
  if (kind === BLOCK_RESERVED) throw corrupt(request, at, 'a zstd block has the reserved type');
  if (sizeBytes > header.blockLimitBytes) {
    throw corrupt(request, at, `a zstd block has ${sizeBytes} bytes, more than ${header.blockLimitBytes}`);
  }
  const body = at + 3;
  const end = body + (kind === BLOCK_RLE ? 1 : sizeBytes);
  if (end > encoded.length) throw truncated(request, encoded, 'a zstd block');
  return { kind, sizeBytes, body, end, isLast: (block & 1) === 1 };
}

function header(request: DecodeRequest, offsetBytes: number, text: string): FormatError {
  return codecError(request, { code: 'codec-header', text, offsetBytes });
}
