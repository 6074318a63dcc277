import type { Engine } from '../bytes/engine.ts';
import { attempt, FormatError } from '../bytes/format-error.ts';
import type { Limits } from '../bytes/limits.ts';
import { decode, type DecodeRequest, identifyCodec } from '../codecs/codec.ts';
import { portableEngine } from '../codecs/portable-engine.ts';
import type { Codec } from '../contract/vocabulary.ts';
import { startsLz4Frame } from './appearance.ts';
import { faultAt } from './fault-at.ts';
import type { DecodedBytes, DecodePlace } from './reading.ts';

/** What one file may still cost; `spent` grows as layers are opened, and notes that streams touch. */
export interface FileBudget {
  readonly limits: Limits;
  readonly engine: Engine;
  readonly spent: { layers: number; decodedBytes: number; hasAdjacentStreams: boolean };
  /** What recognising the file decoded at its start already; null when nothing. */
  readonly first: FirstDecoded | null;
}

/** The first compressed stretch of a file, decoded. */
export interface FirstDecoded extends DecodedBytes {
  readonly encoded: Uint8Array;
  readonly codec: Codec;
}

/**
 * Decodes within the file's budget: no layer, and not all layers of the file together, may decode to more than
 * `layerSizeLimitBytes`, and none to more than the size that its parent states.
 *
 * @throws FormatError `lz4-frame`, `size-mismatch` when there is more than the stated size, `limit-layer-size`,
 *   `limit-decoded-bytes`, and what the codec throws.
 */
export function decodeWithin(budget: FileBudget, request: LayerRequest, encoded: Uint8Array): DecodedBytes {
  const { layer, codec, baseOffsetBytes, statedSizeBytes } = request;
  if (isFirst(budget.first, codec, encoded)) return budget.first;
  refuseLz4Frame(request, encoded);
  const limit = budget.limits.layerSizeLimitBytes;
  const left = Math.max(0, limit - budget.spent.decodedBytes);
  if (statedSizeBytes !== null && statedSizeBytes > limit) {
    const text = `the ${codec} data are stated to hold ${statedSizeBytes} bytes; the limit is ${limit}`;
    throw faultAt(layer, ['limit-layer-size', text], baseOffsetBytes);
  }
  const outputLimitBytes = Math.min(left, statedSizeBytes ?? left);
  const bounds = { outputLimitBytes, exactSizeBytes: null, engine: engineFor(budget, request) };
  const decoded = attempt(() => decodeStream(encoded, request, bounds));
  if (decoded.ok) {
    budget.spent.hasAdjacentStreams ||= identifyCodec(encoded.subarray(decoded.value.consumedBytes)) === codec;
    budget.spent.decodedBytes += decoded.value.bytes.length;
    return decoded.value;
  }
  // A failed attempt costs a sixteenth of the budget, or a file of many broken parts would cost without end.
  budget.spent.decodedBytes += Math.ceil(limit / FAILURES_ALLOWED);
  if (decoded.finding.code !== 'codec-output-limit') throw new FormatError(decoded.finding);
  throw faultAt(layer, explainLimit({ codec, statedSizeBytes, left, limit }), baseOffsetBytes);
}

/**
 * The host's gunzip reads on into adjacent members, which is for nothing where the first one is asked for: of a file that
 * has such, it is asked once only.
 */
function engineFor({ engine, spent }: FileBudget, { codec, streams }: LayerRequest): Engine {
  return streams === 'first' && codec === 'gzip' && spent.hasAdjacentStreams ? portableEngine() : engine;
}

/** lib/decompress_unlz4.c takes the legacy format only; whoever decodes the frame sees something that no kernel runs. */
function refuseLz4Frame({ layer, baseOffsetBytes }: LayerRequest, encoded: Uint8Array): void {
  if (!startsLz4Frame(encoded)) return;
  throw faultAt(layer, ['lz4-frame', 'an lz4 frame; Linux knows the older `lz4 -l` format only'], baseOffsetBytes);
}

/** What is to be decoded, and for which layer. */
export interface LayerRequest extends DecodePlace {
  readonly layer: string;
  readonly codec: Codec;
}

/** How far a stream of unknown length is looked into before it gets all the bytes that are left. */
const WINDOW_BYTES = 65_536;
/** What the first look may decode to: its bytes may still be in memory while all are decoded. */
const WINDOW_OUTPUT_BYTES = 8 * 1024 * 1024;
/** Of every codec: bzip2's, with the magic of its first block, has ten. */
const LONGEST_MAGIC_BYTES = 10;

/**
 * Decodes a stream whose end only the decoder finds.
 *
 * A decoder's cost may grow with all the bytes it is given; of thousands of small members, each is given few. What it
 * returns holds no more memory than it has bytes.
 */
function decodeStream(encoded: Uint8Array, place: LayerRequest, bounds: Bounds): DecodedBytes {
  const { layer, baseOffsetBytes, streams } = place;
  const request = { ...bounds, layer, baseOffsetBytes, streams };
  if (place.statedSizeBytes === null && encoded.length > WINDOW_BYTES) {
    const outputLimitBytes = Math.min(bounds.outputLimitBytes, WINDOW_OUTPUT_BYTES);
    const look = { ...request, outputLimitBytes };
    const decoded = attempt(() => decode(place.codec, encoded.subarray(0, WINDOW_BYTES), look));
    // Of the lz4 legacy format, only what follows shows the end.
    const isFirst = streams === 'first' && place.codec !== 'lz4';
    if (decoded.ok && (isFirst || endsForCertain(encoded, decoded.value.consumedBytes))) return compact(decoded.value);
  }
  return compact(decode(place.codec, encoded, request));
}

/** Whether no further stream of the same kind can follow, of which the window showed padding or half a magic only. */
function endsForCertain(encoded: Uint8Array, endBytes: number): boolean {
  let next = endBytes;
  while (next < WINDOW_BYTES && encoded[next] === 0) next += 1;
  return WINDOW_BYTES - next >= LONGEST_MAGIC_BYTES;
}

type Bounds = Pick<DecodeRequest, 'outputLimitBytes' | 'exactSizeBytes' | 'engine'>;

function compact({ bytes, consumedBytes }: DecodedBytes): DecodedBytes {
  const isRoomy = bytes.buffer.byteLength > 2 * bytes.length;
  return { bytes: isRoomy ? bytes.slice() : bytes, consumedBytes };
}

const FAILURES_ALLOWED = 16;

function isFirst(first: FirstDecoded | null, codec: Codec, encoded: Uint8Array): first is FirstDecoded {
  if (first === null || first.codec !== codec) return false;
  const { buffer, byteOffset, byteLength } = first.encoded;
  return encoded.buffer === buffer && encoded.byteOffset === byteOffset && encoded.byteLength === byteLength;
}

interface Excess {
  readonly codec: Codec;
  readonly statedSizeBytes: number | null;
  readonly left: number;
  readonly limit: number;
}

function explainLimit({ codec, statedSizeBytes, left, limit }: Excess): readonly [code: string, text: string] {
  if (statedSizeBytes !== null && statedSizeBytes <= left) {
    const text = `the ${codec} data hold more than the ${statedSizeBytes} bytes that are stated for them`;
    return ['size-mismatch', text];
  }
  if (left < limit) {
    return ['limit-decoded-bytes', `decoding the layers of the file costs more than ${limit} bytes together`];
  }
  return ['limit-layer-size', `the ${codec} data hold more than the limit of ${limit} bytes`];
}
