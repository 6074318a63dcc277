import { FormatError } from './bytes/format-error.ts';
import { decode } from './codecs/codec.ts';
import { portableEngine } from './codecs/portable-engine.ts';
import type { Codec } from './contract/vocabulary.ts';

/**
 * Decodes what holds just so many bytes with the portable decoder; for measuring what that takes.
 *
 * @returns null when the bytes do not decode to that many.
 */
export function decodePayload(codec: Codec, encoded: Uint8Array, sizeBytes: number): Uint8Array | null {
  const limits = { outputLimitBytes: sizeBytes, exactSizeBytes: sizeBytes, streams: 'all' } as const;
  try {
    return decode(codec, encoded, { layer: 'payload', baseOffsetBytes: 0, ...limits, engine: portableEngine() }).bytes;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
