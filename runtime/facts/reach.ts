import { type ByteRange, contains, NO_RANGES, type RangeSet, rebase } from '../bytes/ranges.ts';

/** How a nested layer lies in the one around it. */
export interface NestedPlace {
  /** Its bytes there, encoded or not. */
  readonly packed: ByteRange;
  /** Header fields there that say where it lies. */
  readonly locatedBy: RangeSet;
  /** `none` for a plain stretch of bytes. */
  readonly codec: string | null;
  /** Decoded. */
  readonly sizeBytes: number;
  /** Whether the decoded bytes are not the only reading of the encoded ones. */
  readonly isDoubtful: boolean;
}

/**
 * What one signature around a layer reaches of it, by the rules of coverage (docs/language.md, c and d): a plain stretch
 * keeps its bytes' coverage, a decoded layer is covered when all its encoded bytes are, and neither when the fields that
 * locate it are not.
 */
export function reachedInside(place: NestedPlace, covers: RangeSet): RangeSet {
  const { packed, locatedBy, codec, sizeBytes, isDoubtful } = place;
  if (locatedBy.some((range) => !contains(covers, range))) return NO_RANGES;
  if (codec === 'none') return rebase(covers, packed);
  return !isDoubtful && contains(covers, packed) ? [[0, sizeBytes]] : NO_RANGES;
}
