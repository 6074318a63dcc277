import { authenticodeDigest, type DigestMethod } from './authenticode-digest.ts';
import { alignedBytes, concatBytes, u16le, u32le, utf8 } from './bytes.ts';
import { CMS_OIDS, forgeSignedData, type SignerInfoSpec } from './cms.ts';
import { bitString, context, contextPrimitive, octetString, oid, sequence } from './der.ts';
import { peFields, withCertificateDirectory, withChecksum, withoutSignatures } from './pe-fields.ts';
import { type DigestName, digestAlgorithm } from './signature-algorithms.ts';
import { chainOf } from './x509.ts';

/**
 * Signs a PE/COFF file with Authenticode, one entry of the certificate table for each signer.
 *
 * The file is padded with zeros to 8, the digest taken, the table appended, directory 4 and CheckSum set. A table that
 * is there already is replaced, or kept in front with `existing: 'keep'`. The deviations of `SignPeSpec` and
 * `PeSignatureSpec` are written as they stand.
 */
export function signPe(bytes: Uint8Array, spec: SignPeSpec): Uint8Array {
  const bare = withoutSignatures(bytes);
  const padded = alignedBytes(bare, spec.alignment ?? 8);
  const digested = spec.digestOf ?? padded;
  const kept = spec.existing === 'keep' ? certificateTableOf(bytes) : new Uint8Array(0);
  const entries = spec.signers.map((signature) =>
    'raw' in signature
      ? tableEntry(signature.raw, signature.entry ?? {})
      : tableEntry(
          authenticodeSignature(digested, signature, spec.digestMethod ?? 'specification'),
          signature.entry ?? {},
        ),
  );
  const table = concatBytes(kept, ...entries, spec.tableTrailer ?? new Uint8Array(0));
  const signed = withCertificateDirectory(concatBytes(padded, table), padded.length, table.length);
  return spec.checksum === 'keep' ? signed : withChecksum(signed);
}

/** What `signPe` writes. */
export interface SignPeSpec {
  readonly signers: readonly (PeSignatureSpec | RawSignatureSpec)[];
  /** What becomes of a certificate table that is there already; default `replace`. */
  readonly existing?: 'replace' | 'keep';
  /** Default `specification`. */
  readonly digestMethod?: DigestMethod;
  /** A file whose digest is signed instead. */
  readonly digestOf?: Uint8Array;
  /** Where the table may start: multiples of 8, the default, of 4, or anywhere. */
  readonly alignment?: 8 | 4 | 1;
  /** Bytes after the last entry that the directory counts. */
  readonly tableTrailer?: Uint8Array;
  /** `keep` leaves the CheckSum field as it was; default `correct`. */
  readonly checksum?: 'correct' | 'keep';
}

/** One Authenticode signature: a PKCS#7 blob with one SignerInfo, or more with `coSigners`. */
export interface PeSignatureSpec extends SignerInfoSpec {
  /** Digest of the image in the SpcIndirectDataContent; default: `digest`. */
  readonly imageDigest?: DigestName;
  /** The image digest itself, instead of the computed one. */
  readonly imageDigestValue?: Uint8Array;
  /** DER certificates to embed; default: the signer's and its issuers' without the root. */
  readonly embed?: readonly Uint8Array[];
  readonly coSigners?: readonly SignerInfoSpec[];
  /** `only-others` leaves this signer's own SignerInfo out. */
  readonly infos?: 'all' | 'only-others';
  /** Object identifier of the content; default SpcIndirectDataContent. */
  readonly contentType?: string;
  /** `octet-string` wraps the content as CMS does, `raw-digest` stores the image digest alone in an OCTET STRING. */
  readonly contentForm?: 'element' | 'octet-string' | 'raw-digest';
  readonly version?: number;
  /** The set of digests; default: those of the signers. */
  readonly digestSet?: readonly DigestName[];
  /** The members of the set of revocation lists as DER; default: no such set. */
  readonly revocationLists?: readonly Uint8Array[];
  /** `absent` leaves SpcPeImageData out. */
  readonly imageData?: 'usual' | 'absent';
  readonly wrapper?: 'content-info' | 'none';
  /** Changes to the finished blob, such as another encoding of it. */
  readonly blob?: (der: Uint8Array) => Uint8Array;
  readonly entry?: EntrySpec;
}

/** Bytes that stand in the table where a PKCS#7 blob should be. */
export interface RawSignatureSpec {
  readonly raw: Uint8Array;
  readonly entry?: EntrySpec;
}

/** How a WIN_CERTIFICATE is written (PE/COFF specification, section 5.7). */
export interface EntrySpec {
  /** Default 0x0200. */
  readonly revision?: number;
  /** Default 2, WIN_CERT_TYPE_PKCS_SIGNED_DATA. */
  readonly type?: number;
  /** dwLength: `exact` (header and blob, the default), `padded` (with the padding, as sbsign writes it), or a number. */
  readonly length?: 'exact' | 'padded' | number;
  /** Bytes after the blob that dwLength counts. */
  readonly junk?: Uint8Array;
  /** Bytes that pad to 8; default zeros, as many as are needed. */
  readonly padding?: Uint8Array;
}

/** The PKCS#7 blob of one Authenticode signature over a PE file whose directory 4 names no table yet. */
export function authenticodeSignature(bytes: Uint8Array, spec: PeSignatureSpec, method: DigestMethod): Uint8Array {
  const algorithm = spec.imageDigest ?? spec.digest ?? 'sha256';
  const value = spec.imageDigestValue ?? authenticodeDigest(bytes, algorithm, method);
  const parts =
    spec.contentForm === 'raw-digest' ? [value] : spcIndirectData(algorithm, value, spec.imageData ?? 'usual');
  const signedBytes = concatBytes(...parts);
  const others = spec.coSigners ?? [];
  const blob = forgeSignedData({
    contentType: spec.contentType ?? CMS_OIDS.spcIndirectData,
    content: contentElement(spec, parts),
    signedBytes: spec.contentForm === 'octet-string' ? sequence(signedBytes) : signedBytes,
    certificates: spec.embed ?? [spec, ...others].flatMap(({ signer }) => chainOf(signer)),
    signerInfos: spec.infos === 'only-others' ? others : [spec, ...others],
    digestAlgorithms: spec.digestSet ?? [spec, ...others].map((info) => info.digest ?? 'sha256'),
    ...(spec.version === undefined ? {} : { version: spec.version }),
    ...(spec.revocationLists === undefined ? {} : { revocationLists: spec.revocationLists }),
    ...(spec.wrapper === undefined ? {} : { wrapper: spec.wrapper }),
  });
  return spec.blob?.(blob) ?? blob;
}

/** SpcIndirectDataContent over an image digest. */
export function spcContent(digest: DigestName, value: Uint8Array): Uint8Array {
  return sequence(...spcIndirectData(digest, value, 'usual'));
}

/** The bytes of the certificate table, empty when there is none. */
export function certificateTableOf(bytes: Uint8Array): Uint8Array {
  const { address, size } = peFields(bytes).certificateTable;
  return bytes.slice(address, address + size);
}

function tableEntry(blob: Uint8Array, entry: EntrySpec): Uint8Array {
  const body = concatBytes(blob, entry.junk ?? new Uint8Array(0));
  const exact = 8 + body.length;
  const padding = entry.padding ?? new Uint8Array(-exact & 7);
  const length = entry.length === 'padded' ? exact + padding.length : entry.length;
  return concatBytes(
    u32le(typeof length === 'number' ? length : exact),
    u16le(entry.revision ?? 0x0200),
    u16le(entry.type ?? 2),
    body,
    padding,
  );
}

function contentElement(spec: PeSignatureSpec, parts: readonly Uint8Array[]): Uint8Array {
  switch (spec.contentForm ?? 'element') {
    case 'element':
      return sequence(...parts);
    case 'octet-string':
      return octetString(sequence(...parts));
    case 'raw-digest':
      return octetString(concatBytes(...parts));
  }
}

/** The two elements of SpcIndirectDataContent: SpcAttributeTypeAndOptionalValue and DigestInfo. */
function spcIndirectData(digest: DigestName, value: Uint8Array, imageData: 'usual' | 'absent'): readonly Uint8Array[] {
  const obsolete = Uint8Array.from([...utf8('<<<Obsolete>>>')].flatMap((byte) => [0, byte]));
  const peImageData = sequence(
    bitString(new Uint8Array(0)), // SpcPeImageFlags: none
    context(0, context(2, contextPrimitive(0, obsolete))),
  );
  return [
    sequence(oid(CMS_OIDS.spcPeImageData), ...(imageData === 'absent' ? [] : [peImageData])),
    sequence(digestAlgorithm(digest), octetString(value)),
  ];
}
