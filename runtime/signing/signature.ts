import type { Finding } from '../bytes/format-error.ts';
import type { RangeSet } from '../bytes/ranges.ts';
import type { Scheme } from '../contract/vocabulary.ts';

/**
 * A signature found on a layer: what it says and whether it is sound. Whether anybody trusts it is the next folder's
 * question.
 *
 * Offsets count from the start of the layer that carries it.
 */
export interface Signature {
  readonly scheme: Scheme;
  /** Which entry of the certificate table, or which signature of `.pcrsig`, from 0. */
  readonly index: number;
  /** The WIN_CERTIFICATE entry, header included, padding not; or the JSON object in `.pcrsig`. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Where the CMS DER starts, if there is one; the offset of faults inside it. */
  readonly cmsOffsetBytes: number;
  /**
   * Digest algorithm of the image digest (`sha256`, …), or the dotted OID when unknown, or null when unreadable. For scheme
   * `pcr` the bank.
   */
  readonly digestAlgorithm: string | null;
  /** Lower-case hex of the image digest that the signature states; for scheme `pcr` the TPM2 policy digest. */
  readonly digest: string | null;
  /** The layer's own digest in that algorithm; null when it could not be computed. */
  readonly computedDigest: string | null;
  readonly digestMatches: boolean;
  /** Digest algorithm of the signer, over the signed attributes. */
  readonly signerDigestAlgorithm: string | null;
  /** The cryptographic signature verifies under the signer's key and covers the stated digest. */
  readonly intact: boolean;
  readonly keyAlgorithm: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'other' | null;
  /** RSA modulus or curve size in bits. */
  readonly keyBits: number | null;
  readonly signer: Certificate | null;
  /** Signer first, then issuer by issuer as far as the embedded certificates go. */
  readonly chain: readonly Certificate[];
  /** Everything embedded, in the order of the CMS. */
  readonly certificates: readonly Certificate[];
  /** From the signed attribute, ISO 8601 UTC; null when absent. */
  readonly signingTime: string | null;
  /** Ranges of the layer that the image digest hashed. */
  readonly covers: RangeSet;
  /** What a signature of scheme `pcr` is about; null for all others. */
  readonly pcr: PcrStatement | null;
  /** Why it is not intact, and every peculiarity of form that a profile may refuse. */
  readonly findings: readonly Finding[];
}

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

/** An X.509 certificate, read once. */
export interface Certificate {
  readonly der: Uint8Array;
  /** SHA-256 of the DER encoding, lower-case hex. */
  readonly sha256: string;
  /** RFC 4514, for people. */
  readonly subject: string;
  readonly issuer: string;
  /** DER of the names, for comparison. */
  readonly subjectDer: Uint8Array;
  readonly issuerDer: Uint8Array;
  /** Lower-case hex. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The TBSCertificate, tag and length included. */
  readonly tbs: Uint8Array;
  /** The SubjectPublicKeyInfo, tag and length included. */
  readonly spki: Uint8Array;
  /** Dotted OID, and the whole AlgorithmIdentifier with its parameters. */
  readonly signatureAlgorithm: string;
  readonly signatureAlgorithmDer: Uint8Array;
  readonly signatureValue: Uint8Array;
  readonly keyAlgorithm: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'other';
  readonly keyBits: number | null;
  /** basicConstraints; null when the extension is absent. */
  readonly ca: boolean | null;
  readonly pathLength: number | null;
  readonly keyUsage: readonly string[] | null;
  readonly extendedKeyUsage: readonly string[] | null;
  /** Lower-case hex; null when absent. */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  /** Who the authority key identifier says issued it: the DER of a name, and a serial number in lower-case hex. */
  readonly authorityIssuer: Uint8Array | null;
  readonly authoritySerial: string | null;
  /** Every extension, in order. */
  readonly extensions: readonly { readonly oid: string; readonly critical: 'yes' | 'no' }[];
  /** OIDs of critical extensions that bootpol does not know. */
  readonly unknownCritical: readonly string[];
  readonly version: number;
}
