import type { Finding } from '../bytes/format-error.ts';
import type { ByteRange, RangeSet } from '../bytes/ranges.ts';
import type { LayerKind } from '../contract/layer-kinds.ts';
import type { Arch, Codec } from '../contract/vocabulary.ts';
import type { PeImage } from './pe-image.ts';

/**
 * One node of the containment tree of a file: bytes of one format, with the places of everything in it.
 *
 * A layer never throws: what could not be read is in `fault` and `findings`. Nested layers are opened on demand, once.
 */
export interface Layer {
  readonly kind: LayerKind | 'unknown';
  /** Such as `uki/.linux/zboot/image`; the root's path is its kind. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly arch: Arch | null;
  /** Codecs of the contents, for kinds that encode them; null for all others. */
  readonly compression: readonly Codec[] | null;
  /** Set when the layer could not be read: every question about it and below it is undecided. */
  readonly fault: Finding | null;
  /** Faults of form in readable bytes (duplicate sections, wrong size tails …). */
  readonly findings: readonly Finding[];
  /** Every byte of the layer, in order, named. */
  readonly regions: readonly Region[];
  /** Nested layers, in file order. */
  readonly parts: readonly Part[];
  /** For kinds that are PE/COFF files (an Image without a PE header has none). */
  readonly pe: PeImage | null;
  /** Fields of the kernel header for `image`, `zboot`, `bzimage`; shown by `inspect`. */
  readonly header: Readonly<Record<string, string | number>> | null;
  /** How the layer was obtained from its parent; null for the root. */
  readonly origin: Origin | null;
}

/** A stretch of a layer's bytes. */
export interface Region {
  readonly range: ByteRange;
  readonly role:
    | 'header'
    | 'section'
    | 'payload'
    | 'size-tail'
    | 'padding'
    | 'certificate-table'
    | 'signature'
    | 'gap'
    | 'stray'
    | 'data';
  /** Such as `.text`, `DOS and PE headers`, `certificate 0`. */
  readonly name: string;
  /** Whether every byte is zero; only asked of padding, gaps and stray bytes. */
  readonly zero: boolean | null;
}

/** A nested layer, not opened yet. */
export interface Part {
  /** `.linux`, `payload`, `member 0`: its place in the parent. */
  readonly slot: string;
  /** Path that the nested layer will have. */
  readonly path: string;
  /** What is expected there: the section's kind, or `image` for a zboot payload. */
  readonly kind: LayerKind;
  /** Profile of a multi-profile UKI: null for base sections. */
  readonly profile: number | null;
  /** The encoded bytes in the parent. */
  readonly range: ByteRange;
  /** Header fields of the parent that locate the range: they too must be covered for the child to be enclosed. */
  readonly locatedBy: RangeSet;
  readonly codec: Codec;
  /** Reads the nested layer; decodes at most once; never throws a `FormatError`. */
  open(): Layer;
}

/** How a nested layer's bytes follow from its parent's. */
export interface Origin {
  readonly part: Part;
  readonly codec: Codec;
  /** Bytes of the encoded range that the decoder used; the whole range when the codec is `none`. */
  readonly consumedBytes: number;
  /**
   * Why the decoded form is not the only reading of the encoded bytes, though decoding went well: trailing bytes that
   * are neither zero nor a right size tail, a label that names another codec. Null when all is well.
   */
  readonly doubt: Finding | null;
}
