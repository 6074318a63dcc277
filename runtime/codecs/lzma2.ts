import { corrupt, truncated } from './decode-request.ts';
import type { DecodeRequest } from './decode-request.ts';
import { decodeSymbols, finishRange, propertiesOf, resetState, sourceOffset, startRange } from './lzma-coder.ts';
import type { LzmaCoder } from './lzma-coder.ts';
import { append, reserve } from './output.ts';
import type { Output, Steps, StepTarget } from './output.ts';
import { u16be } from './words.ts';

/** What an LZMA2 decoder knows between two chunks. */
interface ChunkState {
  readonly coder: LzmaCoder;
  readonly output: Output;
  readonly request: DecodeRequest;
  /** What the next chunk has to bring: a new dictionary, then new properties. */
  needs: 'dictionary' | 'properties' | 'nothing';
}

/** Most lc + lp of LZMA2. */
export const LITERAL_BITS_LIMIT = 4;
const END = 0x00;
const STORED_NEW_DICTIONARY = 0x01;
const STORED = 0x02;
/** From here on the chunk is compressed, and bits 5 and 6 say what it resets. */
const COMPRESSED = 0x80;
const NEW_STATE = 0xa0;
const NEW_PROPERTIES = 0xc0;
const NEW_DICTIONARY = 0xe0;

/**
 * Decodes LZMA2 data (.xz file format 1.2.1, section 5.3.1; chunks as in xz-embedded's linux/lib/xz/xz_dec_lzma2.c) to
 * the end of the output.
 *
 * @param to.coder for `LITERAL_BITS_LIMIT`, with the dictionary's size; what it learnt elsewhere is forgotten.
 * @returns offset of the byte after the end mark.
 * @throws FormatError `codec-truncated`, `codec-corrupt`, or as `overflow`.
 */
export function* lzma2Steps(
  encoded: Uint8Array,
  startBytes: number,
  to: StepTarget & { readonly coder: LzmaCoder },
): Steps {
  const { output, request, coder } = to;
  const state: ChunkState = { coder, output, request, needs: 'dictionary' };
  for (let at = startBytes; ; ) {
    if (at >= encoded.length) throw truncated(request, encoded, 'the LZMA2 data');
    const control = encoded[at] ?? 0;
    if (control === END) return at + 1;
    if (control === STORED_NEW_DICTIONARY || control >= NEW_DICTIONARY) {
      output.origin = output.size;
      state.needs = 'properties';
    } else if (state.needs === 'dictionary') throw corrupt(request, at, 'the first LZMA2 chunk has no new dictionary');
    if (control >= COMPRESSED) at = compressedChunk(encoded, at, state);
    else if (control <= STORED) at = storedChunk(encoded, at, state);
    else throw corrupt(request, at, `the LZMA2 control byte is ${control}`);
    yield;
  }
}

/** +0 control | +1 size less one (2, big endian) | +3 bytes */
function storedChunk(encoded: Uint8Array, start: number, state: ChunkState): number {
  const end = start + 3 + u16be(encoded, start + 1) + 1;
  if (end > encoded.length) throw truncated(state.request, encoded, 'an LZMA2 chunk');
  append(state.output, encoded.subarray(start + 3, end), state.request);
  return end;
}

/** +0 control, 5 bits of size | +1 size less one (2) | +3 encoded size less one (2) | +5 properties? | range coder data */
function compressedChunk(encoded: Uint8Array, start: number, state: ChunkState): number {
  const { coder, output, request } = state;
  const control = encoded[start] ?? 0;
  const sizeBytes = ((control & 0x1f) << 16) + u16be(encoded, start + 1) + 1;
  const data = start + (control >= NEW_PROPERTIES ? 6 : 5);
  const end = data + u16be(encoded, start + 3) + 1;
  if (end > encoded.length) throw truncated(request, encoded, 'an LZMA2 chunk');
  if (control >= NEW_PROPERTIES) {
    const properties = propertiesOf(encoded[start + 5] ?? 0);
    if (properties === null || properties.lc + properties.lp > LITERAL_BITS_LIMIT) {
      throw corrupt(request, start + 5, `the LZMA2 properties byte is ${encoded[start + 5] ?? 0}`);
    }
    coder.properties = properties;
    state.needs = 'nothing';
  } else if (state.needs !== 'nothing') throw corrupt(request, start, 'an LZMA2 chunk has no properties to go by');
  if (control >= NEW_STATE) resetState(coder);
  if (!startRange(coder, data)) throw corrupt(request, data, 'an LZMA2 chunk starts with a non-zero byte');
  const bytes = reserve(output, sizeBytes, request);
  const hardEnd = output.size + sizeBytes;
  const target = { bytes, at: output.size, origin: output.origin, stopAt: hardEnd, hardEnd, sourceEnd: end };
  const stop = decodeSymbols(coder, target);
  const ended = finishRange(coder);
  if (stop.reason !== 'stop-reached' || !ended || sourceOffset(coder) !== end) {
    throw corrupt(request, start, 'an LZMA2 chunk does not decode to its size');
  }
  output.size = hardEnd;
  return end;
}
