import type { Finding } from '../bytes/format-error.ts';
import type { Codec } from '../contract/vocabulary.ts';
import type { Claim } from './regions.ts';
import { isZero } from './zero-bytes.ts';

/** Bytes that a decoder left over, at the end of the encoded range. */
export interface Trailer {
  /** Where they start in the layer; they go on to the end of `bytes`. */
  readonly start: number;
  readonly codec: Codec;
  readonly decoded: Uint8Array;
  readonly layer: string;
}

/**
 * Judges what follows encoded bytes: nothing, zeros, or the decoded size as 4 little-endian bytes and then zeros are
 * well; anything else leaves doubt about what the encoded bytes mean (code `trailing-bytes`).
 *
 * gzip has its size inside and takes none behind it. `claims` name the left-over bytes.
 */
export function judgeTrailer(
  bytes: Uint8Array,
  trailer: Trailer,
): { readonly doubt: Finding | null; readonly claims: readonly Claim[] } {
  const { start, codec, layer } = trailer;
  const end = bytes.length;
  if (start >= end) return { doubt: null, claims: [] };
  if (isZero(bytes, [start, end]))
    return { doubt: null, claims: [{ range: [start, end], role: 'padding', name: 'zeros' }] };
  if (codec !== 'gzip' && isSizeTail(bytes, trailer)) {
    const tail: Claim = { range: [start, start + SIZE_TAIL], role: 'size-tail', name: 'decoded size' };
    return { doubt: null, claims: [tail, { range: [start + SIZE_TAIL, end], role: 'padding', name: 'zeros' }] };
  }
  const text = `${end - start} bytes that are neither zero nor the decoded size follow the ${codec} data`;
  const doubt = { code: 'trailing-bytes', text, layer, offsetBytes: start, lengthBytes: end - start };
  return { doubt, claims: [{ range: [start, end], role: 'stray', name: `after the ${codec} data` }] };
}

const SIZE_TAIL = 4;

function isSizeTail(bytes: Uint8Array, { start, decoded }: Trailer): boolean {
  if (start + SIZE_TAIL > bytes.length) return false;
  const stated = new DataView(bytes.buffer, bytes.byteOffset + start, SIZE_TAIL).getUint32(0, true);
  return stated === decoded.length && isZero(bytes, [start + SIZE_TAIL, bytes.length]);
}
