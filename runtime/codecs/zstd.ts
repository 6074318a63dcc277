import type { FormatError } from '../bytes/format-error.ts';
import { once } from '../bytes/once.ts';
import { checksumMismatch, corrupt, truncated } from './decode-request.ts';
import type { Decoded, DecodeRequest } from './decode-request.ts';
import {
  append,
  decodeAtOnce,
  decodedCount,
  decodedOf,
  endSum,
  makeRoom,
  outputFor,
  overflow,
  reserve,
  startSum,
} from './output.ts';
import type { Steps, StepTarget } from './output.ts';
import { u32le } from './words.ts';
import { startXxh64Low } from './xxh64.ts';
import { decodeBlock, newBlockState, startFrame } from './zstd-block.ts';
import type { BlockState } from './zstd-block.ts';
import { afterSkippable, BLOCK_RLE, readBlockHeader, readFrameHeader, readFrames, startsZstd } from './zstd-frame.ts';
import type { ZstdBlock, ZstdFrameHeader, ZstdFrames } from './zstd-frame.ts';

interface Target extends StepTarget {
  /** Made when a block first needs it, and then used for all frames. */
  readonly stateOf: () => BlockState;
}

const BLOCK_RAW = 0;
/** Calling the host costs as much as decoding some thousand bytes: more frames than this and one for each 4 KiB are ours. */
const NATIVE_FRAMES = 16;
const NATIVE_FRAME_BYTES = 4096;

/**
 * Decodes Zstandard (RFC 8878): every frame that follows at once, skippable ones passed over, or the first alone, which
 * must not be skippable.
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
  return decodeAtOnce(zstdSteps, encoded, request);
}

/** The portable decoder, block by block, each header read when its turn comes. */
export function* zstdSteps(encoded: Uint8Array, to: StepTarget): Steps {
  const target: Target = { ...to, stateOf: once(newBlockState) };
  let at = 0;
  let frames = 0;
  while (startsZstd(encoded, at)) {
    const next = afterSkippable(encoded, at, to.request);
    if (next === at) {
      at = yield* frameSteps(encoded, at, target);
      frames += 1;
    } else at = next;
    if (to.request.streams === 'first') break;
  }
  return frames === 0 ? readFrames(encoded, to.request).end : at;
}

/**
 * With the host's decoder, frame by frame; null when it has none or refuses: then ours names the fault.
 *
 * The host does not check that matches stay within the window: what such a match reads depends on the host's buffers
 * and on Linux's. So it is not asked for frames longer than their window; the kernel's, of 128 MiB, never are.
 */
function decodeNatively(encoded: Uint8Array, stream: ZstdFrames, request: DecodeRequest): Decoded | null {
  const { unzstd } = request.engine;
  if (unzstd === undefined || stream.frames.length > NATIVE_FRAMES + stream.end / NATIVE_FRAME_BYTES) return null;
  const ceilingBytes = Math.min(request.outputLimitBytes, request.exactSizeBytes ?? Infinity);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (const frame of stream.frames) {
    const left = ceilingBytes - size;
    if (frame.contentBytes !== null && frame.contentBytes > frame.windowBytes) return null;
    const result = unzstd(encoded.subarray(frame.start, frame.end), Math.min(left, frame.windowBytes));
    if (result.kind === 'over-limit') {
      if (left > frame.windowBytes) return null;
      throw overflow(request);
    }
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

function* frameSteps(encoded: Uint8Array, start: number, to: Target): Steps {
  const { output, request } = to;
  const ofFrame: Target = { ...to, stateOf: once(() => startFrame(to.stateOf())) };
  const header = readFrameHeader(encoded, start, request);
  const countBefore = decodedCount(output);
  const sum = startXxh64Low();
  output.origin = output.size;
  output.windowBytes = header.windowBytes;
  if (header.checksumBytes > 0) startSum(output, sum.add);
  for (let at = header.body; ; ) {
    const block = readBlockHeader(encoded, at, { request, header });
    writeBlock(encoded, { ...block, at, header }, ofFrame);
    at = block.end;
    yield;
    if (!block.isLast) continue;
    checkContentSize(header, decodedCount(output) - countBefore, request);
    if (header.checksumBytes === 0) return at;
    if (at + header.checksumBytes > encoded.length) throw truncated(request, encoded, 'the zstd content checksum');
    endSum(output);
    const sums = { name: 'the content checksum', stored: u32le(encoded, at), computed: sum.end() };
    if (sums.stored !== sums.computed) throw checksumMismatch(request, at, sums);
    return at + header.checksumBytes;
  }
}

interface PlacedBlock extends ZstdBlock {
  readonly at: number;
  readonly header: ZstdFrameHeader;
}

function writeBlock(encoded: Uint8Array, block: PlacedBlock, { output, request, stateOf }: Target): void {
  const { kind, sizeBytes, body, end, at, header } = block;
  if (kind === BLOCK_RAW) {
    append(output, encoded.subarray(body, end), request);
    return;
  }
  if (kind === BLOCK_RLE) {
    reserve(output, sizeBytes, request).fill(encoded[body] ?? 0, output.size, output.size + sizeBytes);
    output.size += sizeBytes;
    return;
  }
  const room = Math.min(makeRoom(output, header.blockLimitBytes), header.blockLimitBytes);
  const fail = (text: string): FormatError => corrupt(request, at, text);
  output.size = decodeBlock(encoded.subarray(body, end), stateOf(), {
    bytes: output.bytes,
    at: output.size,
    end: output.size + room,
    historyStart: output.origin,
    windowBytes: header.windowBytes,
    fail,
    full: () => (room < header.blockLimitBytes ? overflow(request) : fail('a zstd block decodes to too much')),
  });
}

function checkContentSize(
  { contentBytes, start }: ZstdFrameHeader,
  decodedBytes: number,
  request: DecodeRequest,
): void {
  if (contentBytes === null || contentBytes === decodedBytes) return;
  const text = `the zstd frame declares ${contentBytes} bytes, but ${decodedBytes} were decoded`;
  throw corrupt(request, start, text);
}
