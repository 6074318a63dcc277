import type { Engine, HashName } from '../bytes/engine.ts';
import { hexOf } from '../bytes/hex.ts';
import { type ByteRange, normalise, type RangeSet } from '../bytes/ranges.ts';

/** What one enforcer hashes of a file, in its order; a range may come twice. */
export interface HashedBytes {
  readonly ranges: readonly ByteRange[];
  /** Zeros that it hashes after the last range, though the file does not have them. */
  readonly zerosAfter: number;
}

/** The image digests of one enforcer, each computed once. */
export interface ImageHash {
  readonly covers: RangeSet;
  /** Lower-case hex; null when the host lacks the algorithm. */
  of(algorithm: HashName): Promise<string | null>;
}

/** Makes the digests of the bytes that an enforcer hashes; nothing is hashed yet. */
export function imageHash(bytes: Uint8Array, hashed: HashedBytes, engine: Engine): ImageHash {
  const known = new Map<HashName, Promise<string | null>>();
  const compute = async (algorithm: HashName): Promise<string | null> => {
    const chunks = hashed.ranges.map(([start, end]) => bytes.subarray(start, end));
    try {
      return hexOf(await engine.digest(algorithm, [...chunks, new Uint8Array(hashed.zerosAfter)]));
    } catch {
      return null;
    }
  };
  return {
    covers: normalise(hashed.ranges),
    of: (algorithm) => {
      const digest = known.get(algorithm) ?? compute(algorithm);
      known.set(algorithm, digest);
      return digest;
    },
  };
}
