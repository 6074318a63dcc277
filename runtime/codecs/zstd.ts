import type { FormatError } from '../bytes/format-error.ts';
import { checksumMismatch, corrupt } from './decode-request.ts';
import type { Decoded, DecodeRequest } from './decode-request.ts';
import { append, decodedOf, makeRoom, outputFor, overflow, reserve } from './output.ts';
import type { Output } from './output.ts';
import { u24le, u32le } from './words.ts';
import { xxh64Low } from './xxh64.ts';
import { decodeBlock, newBlockState, startFrame } from './zstd-block.ts';
import type { BlockState } from './zstd-block.ts';
import { readFrames } from './zstd-frame.ts';
import type { ZstdFrame, ZstdFrames } from './zstd-frame.ts';

interface Target {
  readonly output: Output;
  readonly request: DecodeRequest;
  readonly state: BlockState;
}

const BLOCK_RAW = 0;
const BLOCK_RLE = 1;
/** Calling the host costs as much as decoding some thousand bytes: more frames than this and one for each 4 KiB are ours. */
const NATIVE_FRAMES = 16;
const NATIVE_FRAME_BYTES = 4096;

/**
 * Decodes Zstandard (RFC 8878): every frame that follows at once, skippable ones passed over.
 *
 * Stricter than the library in Linux: windows above 128 MiB and dictionaries are refused, and a stream of skippable
 * frames alone is none.
 *
 * @throws FormatError `codec-header`, `codec-truncated`, `codec-corrupt`, `codec-checksum`, `codec-window-limit`,
 * `codec-unsupported`, `codec-output-limit`, `codec-size-mismatch`.
 */
export function decodeZstd(encoded: Uint8Array, request: DecodeRequest): Decoded {
  const stream = readFrames(encoded, request);
  const native = decodeNatively(encoded, stream, request);
  if (native !== null) return native;
  const output = outputFor(encoded.length, request);
  const state = newBlockState();
  for (const frame of stream.frames) decodeFrame(encoded, frame, { output, request, state });
  return decodedOf(output, stream.end);
}

/** With the host's decoder, frame by frame; null when it has none or refuses: then ours names the fault. */
function decodeNatively(encoded: Uint8Array, stream: ZstdFrames, request: DecodeRequest): Decoded | null {
  const { unzstd } = request.engine;
  if (unzstd === undefined || stream.frames.length > NATIVE_FRAMES + stream.end / NATIVE_FRAME_BYTES) return null;
  const ceilingBytes = Math.min(request.outputLimitBytes, request.exactSizeBytes ?? Infinity);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (const frame of stream.frames) {
    const result = unzstd(encoded.subarray(frame.start, frame.end), ceilingBytes - size);
    if (result.kind === 'over-limit') throw overflow(request);
    if (result.kind === 'refused' || result.consumedBytes !== frame.end - frame.start) return null;
    if (frame.contentBytes !== null && frame.contentBytes !== result.bytes.length) return null;
    pieces.push(result.bytes);
    size += result.bytes.length;
  }
  const [only, ...others] = pieces;
  if (only !== undefined && others.length === 0) return { bytes: only, consumedBytes: stream.end };
  const output = outputFor(size, { ...request, exactSizeBytes: size });
  for (const piece of pieces) append(output, piece, request);
  return decodedOf(output, stream.end);
}

function decodeFrame(encoded: Uint8Array, frame: ZstdFrame, to: Target): void {
  const { output, request, state } = to;
  const historyStart = output.size;
  startFrame(state);
  for (let at = frame.body; at < frame.bodyEnd; ) {
    const head = u24le(encoded, at);
    const kind = (head >> 1) & 3;
    const sizeBytes = head >> 3;
    const body = at + 3;
    const bodyEnd = body + (kind === BLOCK_RLE ? 1 : sizeBytes);
    if (kind === BLOCK_RAW) append(output, encoded.subarray(body, bodyEnd), request);
    else if (kind === BLOCK_RLE) {
      reserve(output, sizeBytes, request).fill(encoded[body] ?? 0, output.size, output.size + sizeBytes);
      output.size += sizeBytes;
    } else {
      const room = Math.min(makeRoom(output, frame.blockLimitBytes), frame.blockLimitBytes);
      const fail = (text: string): FormatError => corrupt(request, at, text);
      output.size = decodeBlock(encoded.subarray(body, bodyEnd), state, {
        bytes: output.bytes,
        at: output.size,
        end: output.size + room,
        historyStart,
        windowBytes: frame.windowBytes,
        fail,
        full: () => (room < frame.blockLimitBytes ? overflow(request) : fail('a zstd block decodes to too much')),
      });
    }
    at = bodyEnd;
  }
  checkFrame(encoded, frame, { request, decoded: output.bytes.subarray(historyStart, output.size) });
}

function checkFrame(encoded: Uint8Array, frame: ZstdFrame, was: { request: DecodeRequest; decoded: Uint8Array }): void {
  const { request, decoded } = was;
  if (frame.contentBytes !== null && frame.contentBytes !== decoded.length) {
    const text = `the zstd frame declares ${frame.contentBytes} bytes, but ${decoded.length} were decoded`;
    throw corrupt(request, frame.start, text);
  }
  if (frame.end === frame.bodyEnd) return;
  const sums = { name: 'the content checksum', stored: u32le(encoded, frame.bodyEnd), computed: xxh64Low(decoded) };
  if (sums.stored !== sums.computed) throw checksumMismatch(request, frame.bodyEnd, sums);
}
