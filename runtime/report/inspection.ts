import type { Finding } from '../bytes/format-error.ts';
import type { ByteRange, RangeSet } from '../bytes/ranges.ts';
import type { UncoveredStretch } from '../facts/uncovered.ts';

/** Everything that can be said about one file without a policy: what `inspect` shows. Plain data. */
export interface Inspection {
  /** Of the file, in bytes. */
  readonly size: number;
  /** Of the file, lower-case hex. */
  readonly sha256: string;
  readonly root: InspectedLayer;
}

export interface InspectedLayer {
  /** Such as `uki/.linux/zboot/image`. */
  readonly path: string;
  /** A layer kind, or `unknown`. */
  readonly kind: string;
  readonly arch: string | null;
  /** Where the layer's bytes, encoded or not, start in its parent's bytes; 0 for the file itself. */
  readonly offsetBytes: number;
  /** Decoded. */
  readonly sizeBytes: number;
  /** How the layer's contents are encoded, several joined by `+`; null where nothing is encoded. */
  readonly compression: string | null;
  /** The codec by which this layer is packed in its parent (`none` for a plain byte range); null for the file itself. */
  readonly codec: string | null;
  /** Bytes that the layer takes in its parent, encoded; the file's size for the file itself. */
  readonly packedSizeBytes: number;
  /** Header fields of the parent that say where the layer lies. */
  readonly locatedBy: RangeSet;
  /** Whether the decoded bytes are not the only reading of the encoded ones: a signature around them says nothing then. */
  readonly isDoubtful: boolean;
  /** Of the decoded bytes, lower-case hex. */
  readonly sha256: string;
  /** Image digests as a signature would state them, lower-case hex; null for layers that are no PE files. */
  readonly authenticode: { readonly sha256: string; readonly sha384: string; readonly sha512: string } | null;
  readonly signatures: readonly InspectedSignature[];
  /** Why the layer could not be read further. */
  readonly fault: Finding | null;
  readonly findings: readonly Finding[];
  readonly regions: readonly InspectedRegion[];
  /** Fields of the kernel header, for the kinds that have one. */
  readonly header: Readonly<Record<string, string | number>> | null;
  /** Which program the layer says it is; null when it does not. */
  readonly program: InspectedProgram | null;
  /** Rows of the SBAT metadata, in order; null for layers without. */
  readonly sbat: readonly InspectedSbatRow[] | null;
  /** What a shim was built to trust and to refuse; null for all other programs. */
  readonly vendor: { readonly authorized: InspectedTrust; readonly deauthorized: InspectedTrust } | null;
  /** Assignments of an os-release text, by name; null for all other layers. */
  readonly fields: Readonly<Record<string, string>> | null;
  /** Properties that a policy can ask of the layer, where it says them; those that stand elsewhere here are left out. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  /** Contents of a layer that holds nothing but text; null for all others, and above 64 KiB. */
  readonly text: string | null;
  /** The entries of a `cpio` layer, in order, up to where it cannot be read; null for all other kinds. */
  readonly members: readonly InspectedMember[] | null;
  readonly children: readonly InspectedLayer[];
}

/** One file of a cpio archive. */
export interface InspectedMember {
  /** As in the archive; bytes that are no printable UTF-8, and the backslash, as `\xNN`. */
  readonly name: string;
  readonly type: MemberType;
  /** Permissions and set-id bits, octal, such as `0755`. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  /** From 2 on: a hard link, if another member of the archive has the same `inode`. */
  readonly links: number;
  readonly inode: string;
  /** Of the contents. */
  readonly sizeBytes: number;
  /** Where the contents start in the layer. */
  readonly offsetBytes: number;
  /** The whole entry, with header, name and padding. */
  readonly range: ByteRange;
  /** Of a symbolic link; null for all else. */
  readonly target: string | null;
  /** Of a device, `major:minor`; null for all else. */
  readonly device: string | null;
}

export const MEMBER_TYPES = [
  'file',
  'directory',
  'symlink',
  'character',
  'block',
  'fifo',
  'socket',
  'unknown',
] as const;
export type MemberType = (typeof MEMBER_TYPES)[number];

/** A named stretch of a layer's bytes. */
export interface InspectedRegion {
  readonly name: string;
  readonly role: string;
  readonly range: ByteRange;
  /** Whether all its bytes are zero. */
  readonly zero: boolean;
}

export interface InspectedSignature {
  readonly scheme: string;
  readonly digestAlgorithm: string | null;
  /** The image digest that the signature states, lower-case hex. */
  readonly digest: string | null;
  readonly digestMatches: boolean;
  /** The signature itself verifies under its signer's key. */
  readonly intact: boolean;
  readonly keyAlgorithm: string | null;
  readonly keyBits: number | null;
  readonly signer: InspectedCertificate | null;
  /** The signer first, then its issuers as far as the file holds them. */
  readonly chain: readonly InspectedCertificate[];
  /** Ranges of the layer that the image digest hashes, or that the signed value of PCR 11 measures. */
  readonly covers: RangeSet;
  /** For signatures of scheme `pcr`. */
  readonly pcr: InspectedPcrStatement | null;
  readonly findings: readonly Finding[];
  /** Everything else; null in summaries. */
  readonly details: SignatureDetails | null;
}

export interface SignatureDetails {
  /** Which entry of the certificate table, from 0. */
  readonly entry: number;
  /** The entry, or the appended signature, in the layer. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly signerDigestAlgorithm: string | null;
  /** How a signer is named whose certificate is not embedded; null when it is. */
  readonly absentSigner: string | null;
  /** What the signer claims, ISO 8601 UTC. */
  readonly signingTime: string | null;
  /** Everything embedded, in the order of the CMS. */
  readonly certificates: readonly CertificateDetails[];
  readonly timestamps: readonly InspectedTimestamp[];
  /** Signatures in an unsigned attribute of this one. */
  readonly nested: readonly InspectedSignature[];
  /** What it leaves uncovered, by the layer's own names. */
  readonly uncovered: readonly UncoveredStretch[];
}

export interface CertificateDetails extends InspectedCertificate {
  readonly issuer: string;
  /** Lower-case hex. */
  readonly serial: string;
  /** ISO 8601 UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly keyAlgorithm: string;
  readonly keyBits: number | null;
  /** Dotted OID. */
  readonly signatureAlgorithm: string;
  /** basicConstraints; null when absent. */
  readonly ca: boolean | null;
  readonly keyUsage: readonly string[] | null;
  /** Dotted OIDs; null when absent. */
  readonly extendedKeyUsage: readonly string[] | null;
}

export interface InspectedTimestamp {
  readonly kind: string;
  readonly time: string | null;
  /** It is about this signature, intact, and by a certificate for timestamps. */
  readonly sound: boolean;
  readonly signer: InspectedCertificate | null;
  readonly findings: readonly Finding[];
}

/** What a `.pcrsig` signature is about; its `digest` is the TPM2 policy digest. */
export interface InspectedPcrStatement {
  readonly bank: string;
  readonly registers: readonly number[];
  /** SHA-256 of the public key, lower-case hex. */
  readonly keyFingerprint: string;
  /** Null in a UKI without profiles. */
  readonly profile: number | null;
  /** Empty before the first phase; null when the policy is not that of this image. */
  readonly phase: string | null;
}

export interface InspectedCertificate {
  /** RFC 4514. */
  readonly subject: string;
  /** Of the DER encoding, lower-case hex. */
  readonly sha256: string;
}

export interface InspectedProgram {
  /** Such as `shim`, `systemd-boot`, `Linux`. */
  readonly name: string;
  readonly version: string | null;
  /** Where the layer says so. */
  readonly evidence: string;
}

export interface InspectedSbatRow {
  readonly component: string;
  readonly generation: number;
  readonly version: string;
}

/** Members of one vendor list. */
export interface InspectedTrust {
  readonly certificates: readonly InspectedCertificate[];
  /** Image digests and digests of certificates, such as `sha256:…`. */
  readonly digests: readonly string[];
}
