import { FormatError } from '../bytes/format-error.ts';
import type { Codec } from '../contract/vocabulary.ts';
import { decodeSteps } from './codec.ts';
import { codecError } from './decode-request.ts';
import type { DecodeRequest } from './decode-request.ts';
import { decodedCount, emptyOutput, letGo } from './output.ts';
import type { Output } from './output.ts';

/** How a stream is decoded that is too large to be held. */
export interface ChunkRequest extends Pick<DecodeRequest, 'layer' | 'engine'> {
  /** Most bytes that the whole stream may decode to; one more is `codec-output-limit`. */
  readonly outputLimitBytes: number;
  /** Most bytes that may have to be held at once: windows, blocks with filters. */
  readonly heldLimitBytes: number;
  /** Decoded bytes that may pile up over the window before they are let go; default a few MiB. */
  readonly slackBytes?: number;
}

const SLACK_BYTES = 1 << 22;
/** A large window is moved less often. */
const SLACK_PER_WINDOW = 1 / 4;
const FIRST_CAPACITY_BYTES = 1 << 16;

/**
 * Decodes a stream and hands it on piece by piece, by the portable decoders: memory follows the window of the stream, not
 * its size. Each piece is good until the next one is asked for.
 *
 * What was decoded before a fault is handed on first.
 *
 * @returns how many of the encoded bytes belong to the stream.
 * @throws FormatError as `decode`.
 */
export function* decodeChunks(
  codec: Codec,
  encoded: Uint8Array,
  request: ChunkRequest,
): Generator<Uint8Array, number, undefined> {
  if (codec === 'none') return yield* plainChunks(encoded, request);
  const output = emptyOutput(FIRST_CAPACITY_BYTES, request.heldLimitBytes);
  const steps = decodeSteps(codec, encoded, { output, request: stepRequest(request) });
  const handed = { count: 0 };
  for (;;) {
    const step = attemptStep(steps);
    if (decodedCount(output) > request.outputLimitBytes) throw tooMuch(request);
    const piece = pieceOf(output, handed);
    if (piece.length > 0) yield piece;
    if (step.kind === 'fault') throw step.error;
    if (step.kind === 'end') return step.consumedBytes;
    const slack = request.slackBytes ?? Math.max(SLACK_BYTES, output.windowBytes * SLACK_PER_WINDOW);
    if (output.size > output.windowBytes + slack) letGo(output);
  }
}

/** Views of the bytes themselves. */
function* plainChunks(encoded: Uint8Array, request: ChunkRequest): Generator<Uint8Array, number, undefined> {
  for (let at = 0; at < encoded.length; at += PLAIN_PIECE_BYTES) {
    if (at + PLAIN_PIECE_BYTES > request.outputLimitBytes && encoded.length > request.outputLimitBytes)
      throw tooMuch(request);
    yield encoded.subarray(at, at + PLAIN_PIECE_BYTES);
  }
  return encoded.length;
}

const PLAIN_PIECE_BYTES = 1 << 20;

type Step =
  | { readonly kind: 'pause' }
  | { readonly kind: 'end'; readonly consumedBytes: number }
  | { readonly kind: 'fault'; readonly error: FormatError };

function attemptStep(steps: ReturnType<typeof decodeSteps>): Step {
  try {
    const step = steps.next();
    return step.done === true ? { kind: 'end', consumedBytes: step.value } : { kind: 'pause' };
  } catch (error) {
    if (error instanceof FormatError) return { kind: 'fault', error };
    throw error;
  }
}

/** What was decoded since, and will not change any more. */
function pieceOf(output: Output, handed: { count: number }): Uint8Array {
  const from = handed.count - output.passedBytes;
  const to = Math.max(from, Math.min(output.size, output.heldFrom));
  handed.count += to - from;
  return output.bytes.subarray(from, to);
}

function stepRequest({ layer, engine, outputLimitBytes }: ChunkRequest): DecodeRequest {
  return { layer, engine, outputLimitBytes, exactSizeBytes: null, streams: 'all', baseOffsetBytes: 0 };
}

function tooMuch(request: ChunkRequest): FormatError {
  const text = `the stream decodes to more than the limit of ${request.outputLimitBytes} bytes`;
  return codecError(stepRequest(request), { code: 'codec-output-limit', text, offsetBytes: 0 });
}
