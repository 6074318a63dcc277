import { createHash } from 'node:crypto';
import { concatBytes, flipped } from './bytes.ts';
import {
  context,
  contextPrimitive,
  element,
  integer,
  octetString,
  oid,
  sequence,
  setInOrder,
  setOf,
  time,
  unsignedInteger,
} from './der.ts';
import {
  type DigestName,
  digestAlgorithm,
  keyAlgorithm,
  signatureAlgorithm,
  signBytes,
} from './signature-algorithms.ts';
import type { Signer } from './x509.ts';

/**
 * Writes a PKCS#7 / CMS SignedData (RFC 2315, section 9; RFC 5652, section 5) by hand.
 *
 * Every deviation that is asked for is written as it stands; the rest is what `signtool` and `sbsign` write.
 */
export function forgeSignedData(spec: SignedDataSpec): Uint8Array {
  const lists = spec.revocationLists ?? null;
  const digests = [...new Set(spec.digestAlgorithms ?? spec.signerInfos.map((info) => info.digest ?? 'sha256'))];
  const signedData = sequence(
    integer(spec.version ?? 1),
    setOf(...digests.map(digestAlgorithm)),
    sequence(oid(spec.contentType), ...(spec.content === null ? [] : [context(0, spec.content)])),
    ...(spec.certificates.length === 0 ? [] : [context(0, ...spec.certificates)]),
    ...(lists === null ? [] : [element(0xa1, ...lists)]),
    setInOrder(...spec.signerInfos.map((info) => forgeSignerInfo(info, spec))),
  );
  return spec.wrapper === 'none' ? signedData : sequence(oid(CMS_OIDS.signedData), context(0, signedData));
}

/** A SignedData to be written. */
export interface SignedDataSpec {
  /** Object identifier of the contents. */
  readonly contentType: string;
  /** The DER element in the explicit `[0]`; null when detached. */
  readonly content: Uint8Array | null;
  /** The octets that messageDigest hashes. */
  readonly signedBytes: Uint8Array;
  /** DER certificates in the order in which they are stored. */
  readonly certificates: readonly Uint8Array[];
  readonly signerInfos: readonly SignerInfoSpec[];
  /** Default 1. */
  readonly version?: number;
  /** Default: those of the signers. */
  readonly digestAlgorithms?: readonly DigestName[];
  /** The members of the set of revocation lists as DER; default: no such set. */
  readonly revocationLists?: readonly Uint8Array[];
  /** `none` leaves the ContentInfo around the SignedData out. */
  readonly wrapper?: 'content-info' | 'none';
}

/** A SignerInfo to be written. */
export interface SignerInfoSpec {
  readonly signer: Signer;
  /** Default sha256. */
  readonly digest?: DigestName;
  /** How the signer is named; default `issuer-and-serial`. */
  readonly identifier?: 'issuer-and-serial' | 'subject-key-identifier';
  /** Default 1 with issuer and serial, 3 with the key identifier. */
  readonly infoVersion?: number;
  /** `none` signs the content directly. */
  readonly attributes?: 'usual' | 'none';
  /** Value of the contentType attribute, default the true type; `absent` leaves it out. */
  readonly contentTypeAttribute?: string;
  /** Value of messageDigest instead of the true one. */
  readonly messageDigest?: Uint8Array;
  readonly signingTime?: Date;
  /** Further signed attributes as DER, from `attribute`. */
  readonly extraAttributes?: readonly Uint8Array[];
  /**
   * Order of the signed attributes: as DER demands, or the other way round; then they are signed as they lie, or, with
   * `reversed-but-signed-sorted`, in DER order all the same.
   */
  readonly attributeOrder?: 'der' | 'reversed' | 'reversed-but-signed-sorted';
  /** `always` writes the set of unsigned attributes also when it is empty. */
  readonly unsignedSet?: 'when-needed' | 'always';
  /** Unsigned attributes as DER, from `attribute`. */
  readonly unsignedAttributes?: readonly Uint8Array[];
  /**
   * The signature algorithm: `usual` (rsaEncryption, ecdsa-with-SHA…), `with-digest` (sha256WithRSAEncryption),
   * `bare-key` (id-ecPublicKey), `pss`.
   */
  readonly algorithm?: 'usual' | 'with-digest' | 'bare-key' | 'pss';
  /** `broken` flips a bit of the finished signature; a function makes it of the signed bytes. */
  readonly signature?: 'sound' | 'broken' | ((signedBytes: Uint8Array) => Uint8Array);
  /** The signature algorithm as DER, instead of `algorithm`. */
  readonly algorithmIdentifier?: Uint8Array;
  /** Unsigned attributes that are about the finished signature value. */
  readonly countersigned?: (signature: Uint8Array) => readonly Uint8Array[];
  /** How the signed attributes are stored; what is signed stays DER. */
  readonly attributesStored?: (set: Uint8Array) => Uint8Array;
  /** What is signed instead of the DER encoding of the attributes. */
  readonly attributesSigned?: (set: Uint8Array) => Uint8Array;
}

/** Object identifiers of PKCS#7, PKCS#9 and Microsoft's SPC arc. */
export const CMS_OIDS = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  spcIndirectData: '1.3.6.1.4.1.311.2.1.4',
  spcStatementType: '1.3.6.1.4.1.311.2.1.11',
  spcOpusInfo: '1.3.6.1.4.1.311.2.1.12',
  spcPeImageData: '1.3.6.1.4.1.311.2.1.15',
  spcIndividualPurpose: '1.3.6.1.4.1.311.2.1.21',
  spcNestedSignature: '1.3.6.1.4.1.311.2.4.1',
  spcTimestamp: '1.3.6.1.4.1.311.3.3.1',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  countersignature: '1.2.840.113549.1.9.6',
} as const;

/** One attribute: a type and its values (RFC 5652, section 5.3). */
export function attribute(type: string, ...values: readonly Uint8Array[]): Uint8Array {
  return sequence(oid(type), setOf(...values));
}

/** One SignerInfo (RFC 5652, section 5.3); also what a countersignature is. */
export function forgeSignerInfo(
  info: SignerInfoSpec,
  spec: Pick<SignedDataSpec, 'signedBytes' | 'contentType'>,
): Uint8Array {
  const digest = info.digest ?? 'sha256';
  const { attributes, attributesToSign } = orderedAttributes(info, spec);
  const scheme = info.algorithm === 'pss' ? 'pss' : 'pkcs1';
  const signed =
    attributesToSign === null ? spec.signedBytes : (info.attributesSigned?.(attributesToSign) ?? attributesToSign);
  const signature =
    typeof info.signature === 'function'
      ? info.signature(signed)
      : signBytes({ keys: info.signer.keys, digest, scheme }, signed);
  const usual = info.identifier !== 'subject-key-identifier';
  const unsigned = [...(info.unsignedAttributes ?? []), ...(info.countersigned?.(signature) ?? [])];
  const stored = attributes === null ? null : (info.attributesStored?.(attributes) ?? attributes);
  return sequence(
    integer(info.infoVersion ?? (usual ? 1 : 3)),
    usual
      ? sequence(info.signer.issuerDer, unsignedInteger(info.signer.serial))
      : contextPrimitive(0, info.signer.subjectKeyId),
    digestAlgorithm(digest),
    // signed as a SET (tag 0x31), stored under the implicit tag [0]
    ...(stored === null ? [] : [concatBytes(Uint8Array.of(0xa0), stored.subarray(1))]),
    info.algorithmIdentifier ?? algorithmOf(info, digest),
    octetString(info.signature === 'broken' ? flipped(signature, signature.length - 1) : signature),
    ...(unsigned.length === 0 && info.unsignedSet !== 'always' ? [] : [element(0xa1, ...unsigned)]),
  );
}

/** The SET as it is stored and as it is signed, before any other deviation; null without signed attributes. */
function orderedAttributes(
  info: SignerInfoSpec,
  spec: Pick<SignedDataSpec, 'signedBytes' | 'contentType'>,
): { readonly attributes: Uint8Array | null; readonly attributesToSign: Uint8Array | null } {
  if (info.attributes === 'none') return { attributes: null, attributesToSign: null };
  const elements = signedAttributes(info, spec);
  const sorted = setOf(...elements);
  const order = info.attributeOrder ?? 'der';
  if (order === 'der') return { attributes: sorted, attributesToSign: sorted };
  const reversed = setInOrder(...[...elements].sort((a, b) => Buffer.compare(b, a)));
  return { attributes: reversed, attributesToSign: order === 'reversed' ? reversed : sorted };
}

function signedAttributes(
  info: SignerInfoSpec,
  spec: Pick<SignedDataSpec, 'signedBytes' | 'contentType'>,
): readonly Uint8Array[] {
  const digest =
    info.messageDigest ??
    createHash(info.digest ?? 'sha256')
      .update(spec.signedBytes)
      .digest();
  const type = info.contentTypeAttribute ?? spec.contentType;
  return [
    ...(type === 'absent' ? [] : [attribute(CMS_OIDS.contentType, oid(type))]),
    attribute(CMS_OIDS.messageDigest, octetString(digest)),
    ...(info.signingTime === undefined ? [] : [attribute(CMS_OIDS.signingTime, time(info.signingTime))]),
    ...(info.extraAttributes ?? []),
  ];
}

function algorithmOf(info: SignerInfoSpec, digest: DigestName): Uint8Array {
  const { keys } = info.signer;
  switch (info.algorithm ?? 'usual') {
    case 'usual':
      return keys.kind.startsWith('rsa') ? keyAlgorithm(keys) : signatureAlgorithm({ keys, digest });
    case 'with-digest':
      return signatureAlgorithm({ keys, digest });
    case 'bare-key':
      return keyAlgorithm(keys);
    case 'pss':
      return signatureAlgorithm({ keys, digest, scheme: 'pss' });
  }
}
