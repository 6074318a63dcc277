import type { LayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { Scheme } from '../../runtime/contract/vocabulary.ts';

/** What was found in one boot file: the material of a starter policy. Every text in it may be hostile. */
export interface ObservedImage {
  /** As the user calls the file. */
  readonly name: string;
  readonly root: ObservedLayer;
}

/** One layer that could be read without a fault. */
export interface ObservedLayer {
  readonly kind: LayerKind;
  /** Name of the section, for layers of kind `section`; null for all others. */
  readonly section: string | null;
  /** The profile of a UKI that it belongs to; null for the base and outside of UKIs. */
  readonly profile: string | null;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Codecs of its contents; empty where nothing is encoded. */
  readonly compression: readonly string[];
  readonly arch: string | null;
  /** Flags of the fact table that were established, such as `nx-compat`. */
  readonly flags: Readonly<Record<string, boolean>>;
  readonly sbat: readonly ObservedGeneration[];
  /** `ID` of an os-release text; null for all other layers. */
  readonly systemId: string | null;
  /** What it says in text, for a comment; null where nothing. */
  readonly says: string | null;
  /** Those that are intact, and whose signer is in the file. */
  readonly signatures: readonly ObservedSignature[];
  /** Who else signed it: intact or not, no certificate is there to hold on to. */
  readonly unknownSigners: readonly string[];
  readonly children: readonly ObservedLayer[];
}

export interface ObservedGeneration {
  readonly component: string;
  readonly generation: number;
}

export interface ObservedSignature {
  readonly scheme: Exclude<Scheme, 'pcr'>;
  readonly digest: string;
  readonly key: { readonly family: string; readonly bits: number | null };
  /** SHA-256 of the signer's own certificate. */
  readonly signer: string;
  /** The last certificate of its chain that the file holds. */
  readonly anchor: ObservedCertificate;
}

export interface ObservedCertificate {
  /** RFC 4514. */
  readonly subject: string;
  /** Of the DER encoding, lower-case hex. */
  readonly sha256: string;
}
