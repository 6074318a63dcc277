import type { Finding } from '../bytes/format-error.ts';
import { NO_RANGES, type RangeSet } from '../bytes/ranges.ts';
import type { Scheme } from '../contract/vocabulary.ts';
import type { SignedData } from './cms.ts';
import type { SignerInfo } from './signer-info.ts';
import type { Certificate, KeyAlgorithm } from './x509-certificate.ts';

export type { Certificate, KeyAlgorithm } from './x509-certificate.ts';

/**
 * A signature found on a layer: what it says and whether it is sound. Whether anybody trusts it is the next folder's
 * question.
 *
 * Offsets count from the start of the layer that carries it.
 */
export interface Signature {
  readonly scheme: Scheme;
  /** Which entry of the certificate table, or which signature of `.pcrsig`, from 0; 0 for an appended signature. */
  readonly index: number;
  /**
   * The WIN_CERTIFICATE entry, header included, padding not; an appended signature with its structure and magic; or the JSON
   * object in `.pcrsig`.
   */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Where the CMS DER starts, if there is one; the offset of faults inside it. */
  readonly cmsOffsetBytes: number;
  /**
   * Digest algorithm of the image digest (`sha256`, …), or the dotted OID when unknown, or null when unreadable. For scheme
   * `pcr` the bank.
   */
  readonly digestAlgorithm: string | null;
  /**
   * Lower-case hex of the image digest that the signature states, null when it states none; for scheme `pcr` the TPM2 policy
   * digest.
   */
  readonly digest: string | null;
  /** The layer's own digest in that algorithm; null when it could not be computed. */
  readonly computedDigest: string | null;
  readonly digestMatches: boolean;
  /** Digest algorithm of the signer, over the signed attributes. */
  readonly signerDigestAlgorithm: string | null;
  /** The cryptographic signature verifies under the signer's key and covers the stated digest. */
  readonly intact: boolean;
  readonly keyAlgorithm: KeyAlgorithm | null;
  /** RSA modulus or curve size in bits; null for keys whose algorithm says it all. */
  readonly keyBits: number | null;
  readonly signer: Certificate | null;
  /** Set when the signer's certificate is not embedded: `checkWithSigner` checks with one that is had from elsewhere. */
  readonly absentSigner: AbsentSigner | null;
  /** Signer first, then issuer by issuer as far as the embedded certificates go. */
  readonly chain: readonly Certificate[];
  /** Everything embedded, in the order of the CMS. */
  readonly certificates: readonly Certificate[];
  /** From the signed attribute, ISO 8601 UTC; null when absent. */
  readonly signingTime: string | null;
  /** Timestamps among the unsigned attributes, in their order. */
  readonly timestamps: readonly Timestamp[];
  /** Signatures in an unsigned attribute of this one: osslsigncode and Windows look at them, firmware and kernels do not. */
  readonly nested: readonly Signature[];
  /** Ranges of the layer that the image digest hashed. */
  readonly covers: RangeSet;
  /** What a signature of scheme `pcr` is about; null for all others. */
  readonly pcr: PcrStatement | null;
  /** Why it is not intact, and every peculiarity of form that a profile may refuse. */
  readonly findings: readonly Finding[];
}

/** A signature of which only the place is known: nothing is read, and nothing holds. */
export function unreadSignature(place: SignaturePlace): Signature {
  return {
    ...place,
    digestAlgorithm: null,
    digest: null,
    computedDigest: null,
    digestMatches: false,
    signerDigestAlgorithm: null,
    intact: false,
    keyAlgorithm: null,
    keyBits: null,
    signer: null,
    absentSigner: null,
    chain: [],
    certificates: [],
    signingTime: null,
    timestamps: [],
    nested: [],
    covers: NO_RANGES,
    pcr: null,
    findings: [],
  };
}

type SignaturePlace = Pick<Signature, 'scheme' | 'index' | 'offsetBytes' | 'sizeBytes' | 'cmsOffsetBytes'>;

/** What a `.pcrsig` signature says of a UKI. */
export interface PcrStatement {
  /** Name of the PCR bank, also where it is none that bootpol can predict. */
  readonly bank: string;
  /** The registers of the policy, ascending. */
  readonly registers: readonly number[];
  /** SHA-256 of the public key (for RSA in PKCS#1 DER) that it says it is made with, lower-case hex. */
  readonly keyFingerprint: string;
  /** SubjectPublicKeyInfo of the `.pcrpkey` that it was verified with; null when there is none. */
  readonly spki: Uint8Array | null;
  /** The profile whose value it signs, or else the first that sees it; null in a UKI without profiles. */
  readonly profile: number | null;
  /** The phase path after which PCR 11 has that value, empty before the first; null when it signs no value of this file. */
  readonly phase: string | null;
}

/** A signer that is only named, with all that a check needs but the certificate. */
export interface AbsentSigner {
  readonly signed: SignedData;
  readonly signer: SignerInfo;
  /** What the signature may be about, likeliest first; empty when there is nothing. */
  readonly contents: readonly SignedContents[];
  /** RFC 4514 and hex, for people: `CN=…, serial 4a5b…` or `key identifier 01ab…`. */
  readonly name: string;
}

/** Bytes that a signature may be about. */
export interface SignedContents {
  readonly octets: Uint8Array;
  /** The ranges of the layer that they are; null when the signature states a digest of the layer instead. */
  readonly covers: RangeSet | null;
}

/** Somebody's word that the signature existed at a time. Nothing here says whether that somebody is trusted. */
export interface Timestamp {
  /** An RFC 3161 token, or the older PKCS#9 countersignature. */
  readonly kind: 'rfc3161' | 'countersignature';
  /** ISO 8601 UTC; null when it could not be read. */
  readonly time: string | null;
  /** The digest over the signature that the timestamp is about, or a dotted OID; null when unreadable. */
  readonly digestAlgorithm: string | null;
  /** The timestamp is about this signature: its imprint is the digest of the signature value. */
  readonly imprintMatches: boolean;
  /** Its own signature verifies under its signer's key. */
  readonly intact: boolean;
  /** Its signer's certificate is made for timestamps, and only for them (RFC 3161, section 2.3). */
  readonly purposeFits: boolean;
  readonly signer: Certificate | null;
  /** Everything embedded beside it, for chains. */
  readonly certificates: readonly Certificate[];
  readonly findings: readonly Finding[];
}
