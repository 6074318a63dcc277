import { codecError, corrupt, truncated } from './decode-request.ts';
import type { Decoded, DecodeRequest } from './decode-request.ts';
import { decodeLz4Block } from './lz4-block.ts';
import { lz4FrameSteps } from './lz4-frame.ts';
import { decodeAtOnce, makeRoom, overflow } from './output.ts';
import type { Steps, StepTarget } from './output.ts';
import { u32le } from './words.ts';

const LEGACY_MAGIC = 0x184c2102;
const FRAME_MAGIC = 0x184d2204;
const SKIPPABLE_MAGIC = 0x184d2a50;
const LEGACY_BLOCK_BYTES = 8 * 1024 * 1024;
/** LZ4_COMPRESSBOUND of a legacy block: nothing encodes it to more. */
const LEGACY_ENCODED_LIMIT_BYTES = LEGACY_BLOCK_BYTES + Math.floor(LEGACY_BLOCK_BYTES / 255) + 16;
/** A byte of lz4 stands for 255 bytes at most. */
const GREATEST_RATIO = 255;

/** Whether a legacy or a current frame starts at `offsetBytes`. */
export function startsLz4(bytes: Uint8Array, offsetBytes = 0): boolean {
  if (offsetBytes + 4 > bytes.length) return false;
  const magic = u32le(bytes, offsetBytes);
  return magic === LEGACY_MAGIC || magic === FRAME_MAGIC;
}

/**
 * Decodes LZ4 frames of both kinds (lz4's doc/lz4_Frame_format.md), all that follow at once; of the `first` stream, the
 * legacy frames behind it are part.
 *
 * A legacy frame, the kernel's, has no end mark and no checksum: it ends with the bytes, or before a word that cannot be
 * a block size. So a cut between two blocks shows only where the decoded size is known.
 *
 * @throws FormatError `codec-header`, `codec-truncated`, `codec-corrupt`, `codec-checksum`, `codec-unsupported` for a
 * dictionary, `codec-output-limit`, `codec-size-mismatch`.
 */
export function decodeLz4(encoded: Uint8Array, request: DecodeRequest): Decoded {
  return decodeAtOnce(lz4Steps, encoded, request);
}

/** Block by block, of both kinds of frame. */
export function* lz4Steps(encoded: Uint8Array, to: StepTarget): Steps {
  if (encoded.length < 4) throw truncated(to.request, encoded, 'the lz4 magic');
  if (!startsLz4(encoded)) {
    throw codecError(to.request, { code: 'codec-header', text: 'the lz4 magic is missing', offsetBytes: 0 });
  }
  const next = to.request.streams === 'all' ? nextFrame : nextLegacyFrame;
  let at = 0;
  for (let frame: number | null = 0; frame !== null; frame = next(encoded, at)) {
    const isLegacy = u32le(encoded, frame) === LEGACY_MAGIC;
    at = yield* isLegacy ? legacySteps(encoded, frame, to) : lz4FrameSteps(encoded, frame, to);
  }
  return at;
}

function nextFrame(encoded: Uint8Array, end: number): number | null {
  const start = afterSkippable(encoded, end);
  return startsLz4(encoded, start) ? start : null;
}

/** lib/decompress_unlz4.c: the legacy magic where a block would start is passed over, and nothing else is. */
function nextLegacyFrame(encoded: Uint8Array, end: number): number | null {
  return end + 4 <= encoded.length && u32le(encoded, end) === LEGACY_MAGIC ? end : null;
}

/** Skippable frames count only between two others. */
function afterSkippable(encoded: Uint8Array, start: number): number {
  let at = start;
  while (at + 8 <= encoded.length && (u32le(encoded, at) & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
    at += 8 + u32le(encoded, at + 4);
  }
  return at;
}

/** Magic, then [size (4) | block], again and again; @returns offset of the byte after the last block. */
function* legacySteps(encoded: Uint8Array, start: number, { output, request }: StepTarget): Steps {
  output.windowBytes = 0;
  let at = start + 4;
  while (at + 4 <= encoded.length) {
    const sizeBytes = u32le(encoded, at);
    if (sizeBytes === 0 || sizeBytes > LEGACY_ENCODED_LIMIT_BYTES) return at;
    const block = at + 4;
    const end = block + sizeBytes;
    if (end > encoded.length) throw truncated(request, encoded, 'an lz4 block');
    const mostBytes = Math.min(LEGACY_BLOCK_BYTES, sizeBytes * GREATEST_RATIO);
    const room = Math.min(makeRoom(output, mostBytes), mostBytes);
    output.size = decodeLz4Block({
      ...{ encoded, start: block, end, bytes: output.bytes, at: output.size, limit: output.size + room },
      // Legacy blocks are independent of each other.
      historyStart: output.size,
      fail: (offsetBytes, text) => corrupt(request, offsetBytes, text),
      full: () => (room < mostBytes ? overflow(request) : corrupt(request, at, 'an lz4 block decodes to too much')),
    });
    at = end;
    yield;
  }
  if (encoded.subarray(at).some((byte) => byte !== 0)) throw truncated(request, encoded, 'an lz4 block size');
  return at;
}
