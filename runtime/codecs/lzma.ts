import { codecError, corrupt, truncated } from './decode-request.ts';
import type { Decoded, DecodeRequest } from './decode-request.ts';
import {
  decodeSymbols,
  finishRange,
  newLzmaCoder,
  propertiesOf,
  resetState,
  sourceOffset,
  startRange,
} from './lzma-coder.ts';
import type { LzmaCoder, LzmaProperties, LzmaStop } from './lzma-coder.ts';
import { decodeAtOnce, makeRoom, overflow } from './output.ts';
import type { Output, Steps, StepTarget } from './output.ts';
import { u32le } from './words.ts';

interface LzmaHeader {
  readonly properties: LzmaProperties;
  readonly dictionaryBytes: number;
  /** Null when an end mark ends the stream. */
  readonly sizeBytes: number | null;
}

const HEADER_BYTES = 13;
const LONGEST_MATCH_BYTES = 273;
const DICTIONARY_LIMIT_BYTES = 2 ** 27;
const DICTIONARY_LEAST_BYTES = 4096;
/** lc 3, lp 0, pb 2: what every encoder writes unless told otherwise. */
const USUAL_PROPERTIES = 0x5d;

/** Whether the bytes start as an lzma-alone stream; it has no magic, so only the usual header counts. */
export function startsLzma(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES + 5 || bytes[0] !== USUAL_PROPERTIES || bytes[HEADER_BYTES] !== 0) return false;
  const dictionaryBytes = u32le(bytes, 1);
  const high = u32le(bytes, 9);
  const plausibleSize = high === 0 || (high === 0xffffffff && u32le(bytes, 5) === 0xffffffff);
  return bytes[1] === 0 && dictionaryBytes > 0 && dictionaryBytes <= DICTIONARY_LIMIT_BYTES && plausibleSize;
}

/**
 * Decodes lzma-alone, the `.lzma` file (lzma-specification.txt, "lzma file format").
 *
 *     +0 properties | +1 dictionary size (4) | +5 decoded size or all ones (8) | +13 range coder data
 *
 * A declared size may be followed by an end mark. The format has no checksum; the range decoder must stand at zero at
 * the end.
 *
 * @throws FormatError `codec-header`, `codec-truncated`, `codec-corrupt`, `codec-window-limit`, `codec-output-limit`,
 * `codec-size-mismatch`.
 */
export function decodeLzma(encoded: Uint8Array, request: DecodeRequest): Decoded {
  return decodeAtOnce(lzmaSteps, encoded, request);
}

/** One output-full after the other. */
export function* lzmaSteps(encoded: Uint8Array, { output, request }: StepTarget): Steps {
  const { properties, dictionaryBytes, sizeBytes } = readHeader(encoded, request);
  const literalBits = properties.lc + properties.lp;
  const coder = newLzmaCoder(encoded, { dictionaryBytes, literalBits });
  coder.properties = properties;
  resetState(coder);
  if (!startRange(coder, HEADER_BYTES))
    throw corrupt(request, HEADER_BYTES, 'the lzma data starts with a non-zero byte');
  output.windowBytes = dictionaryBytes;
  const stop = yield* symbolSteps(coder, { output, sizeBytes }, request);
  output.size = stop.at;
  endStream(coder, { output, sizeBytes, stop }, request);
  return sourceOffset(coder);
}

function readHeader(encoded: Uint8Array, request: DecodeRequest): LzmaHeader {
  if (encoded.length < HEADER_BYTES + 5) throw truncated(request, encoded, 'the lzma header');
  const properties = propertiesOf(encoded[0] ?? 0);
  if (properties === null) {
    const text = `the lzma properties byte is ${encoded[0] ?? 0}, above 224`;
    throw codecError(request, { code: 'codec-header', text, offsetBytes: 0, lengthBytes: 1 });
  }
  const dictionaryBytes = u32le(encoded, 1);
  if (dictionaryBytes > DICTIONARY_LIMIT_BYTES) {
    const text = `the lzma dictionary has ${dictionaryBytes} bytes, more than ${DICTIONARY_LIMIT_BYTES}`;
    throw codecError(request, { code: 'codec-window-limit', text, offsetBytes: 1, lengthBytes: 4 });
  }
  const [low, high] = [u32le(encoded, 5), u32le(encoded, 9)];
  const sizeBytes = low === 0xffffffff && high === 0xffffffff ? null : high * 2 ** 32 + low;
  if (sizeBytes !== null && sizeBytes > request.outputLimitBytes) throw overflow({ ...request, exactSizeBytes: null });
  return { properties, dictionaryBytes: Math.max(dictionaryBytes, DICTIONARY_LEAST_BYTES), sizeBytes };
}

/** Runs the coder again and again with a larger output, until the size or an end mark is reached. */
function* symbolSteps(
  coder: LzmaCoder,
  to: { output: Output; sizeBytes: number | null },
  request: DecodeRequest,
): Generator<undefined, LzmaStop, undefined> {
  const { output, sizeBytes } = to;
  for (;;) {
    const wantedBytes = (sizeBytes ?? Infinity) - output.passedBytes;
    const room = makeRoom(output, LONGEST_MATCH_BYTES);
    const capacity = output.size + room;
    const isLast = capacity === output.ceilingBytes || capacity >= wantedBytes;
    const hardEnd = Math.min(capacity, wantedBytes);
    const stopAt = isLast ? wantedBytes : capacity - LONGEST_MATCH_BYTES + 1;
    const { bytes, size: at, origin } = output;
    const target = { bytes, at, origin, stopAt, hardEnd, sourceEnd: coder.source.length };
    const stop = decodeSymbols(coder, target);
    // What the bytes say after their end, all zeros, is no fault of theirs.
    if (sourceOffset(coder) > coder.source.length) throw truncated(request, coder.source, 'the lzma data');
    if (stop.reason === 'bad-distance')
      throw corrupt(request, sourceOffset(coder), 'a match reaches back before the start');
    if (stop.reason === 'output-full') {
      if (hardEnd < wantedBytes) throw overflow(request);
      throw corrupt(
        request,
        sourceOffset(coder),
        `the lzma data decodes to more than the ${sizeBytes ?? 0} bytes declared`,
      );
    }
    if (stop.reason === 'end-mark' || isLast) return stop;
    output.size = stop.at;
    yield;
  }
}

/** After a declared size the range decoder is at its end, or an end mark follows; otherwise there was a mark. */
function endStream(
  coder: LzmaCoder,
  was: { output: Output; sizeBytes: number | null; stop: LzmaStop },
  request: DecodeRequest,
): void {
  const { output, sizeBytes, stop } = was;
  const count = output.passedBytes + stop.at;
  if (sizeBytes !== null && count !== sizeBytes) {
    const text = `the lzma data ends after ${count} bytes, but ${sizeBytes} are declared`;
    throw corrupt(request, sourceOffset(coder), text);
  }
  let ended = finishRange(coder);
  if (!ended && stop.reason !== 'end-mark') {
    const at = output.size;
    const target = {
      bytes: output.bytes,
      at,
      origin: output.origin,
      stopAt: Infinity,
      hardEnd: at,
      sourceEnd: coder.source.length,
    };
    ended = decodeSymbols(coder, target).reason === 'end-mark' && finishRange(coder);
  }
  if (sourceOffset(coder) > coder.source.length) throw truncated(request, coder.source, 'the lzma data');
  if (!ended) throw corrupt(request, sourceOffset(coder), 'the lzma data does not end where it should');
}
