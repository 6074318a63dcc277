import type { Finding } from '../bytes/format-error.ts';
import type { Limits } from '../bytes/limits.ts';
import type { ByteRange, RangeSet } from '../bytes/ranges.ts';
import type { Streams } from '../codecs/codec.ts';
import type { LayerKind } from '../contract/layer-kinds.ts';
import type { Codec } from '../contract/vocabulary.ts';
import type { Layer } from './layer.ts';

/** What a format's reader says about a layer's bytes; parts are described, not opened. */
export interface Reading
  extends Pick<Layer, 'arch' | 'compression' | 'fault' | 'findings' | 'regions' | 'pe' | 'header'> {
  readonly parts: readonly PartPlan[];
}

/** Where a nested layer lies and how to get at it. */
export interface PartPlan {
  readonly slot: string;
  readonly kind: LayerKind;
  /** The last segment of the nested layer's path. */
  readonly segment: string;
  readonly profile: number | null;
  readonly range: ByteRange;
  readonly locatedBy: RangeSet;
  readonly codec: Codec;
  /** The size that the parent states for the decoded bytes, and where; null when it states none. */
  readonly statedSize: { readonly bytes: number; readonly offsetBytes: number } | null;
  /** Known before decoding: a label that names another codec. */
  readonly doubt: Finding | null;
  /** Set when the range cannot be what it should be, such as a section outside the file. */
  readonly fault: Finding | null;
  /** Set when the parent's reader had to decode it already. */
  readonly decoded: DecodedBytes | null;
}

export interface DecodedBytes {
  readonly bytes: Uint8Array;
  /** Encoded bytes that the decoder used. */
  readonly consumedBytes: number;
}

/** What a reader may ask for: the path of its layer, the limits, and decoding. */
export interface ReaderHost {
  /** Path of the layer that is being read. */
  readonly layer: string;
  /** How the layer's bytes were encoded in its parent. */
  readonly codec: Codec;
  readonly limits: Limits;
  /**
   * Decodes what starts at an offset of the layer; bytes after it are left alone.
   *
   * @throws FormatError `codec-…` or `limit-decoded-bytes`.
   */
  decode(codec: Codec, encoded: Uint8Array, place: DecodePlace): DecodedBytes;
}

export interface DecodePlace {
  /** Where the encoded bytes start in the layer, for the offsets of errors. */
  readonly baseOffsetBytes: number;
  /** The size that is stated for the decoded bytes: decoding stops when it is exceeded. Null when none is. */
  readonly statedSizeBytes: number | null;
  readonly streams: Streams;
}

/** @throws FormatError when the bytes are not of the format. */
export type FormatReader = (bytes: Uint8Array, host: ReaderHost) => Reading;

/** A reading with nothing in it, for the readers to fill in. */
export const EMPTY_READING: Reading = {
  arch: null,
  compression: null,
  fault: null,
  findings: [],
  regions: [],
  parts: [],
  pe: null,
  header: null,
};

/** A part that is a plain stretch of its parent. */
export function plainPart(plan: Pick<PartPlan, 'slot' | 'kind' | 'range'> & Partial<PartPlan>): PartPlan {
  return {
    segment: plan.kind,
    profile: null,
    locatedBy: [],
    codec: 'none',
    statedSize: null,
    doubt: null,
    fault: null,
    decoded: null,
    ...plan,
  };
}
