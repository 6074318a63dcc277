import { createHash } from 'node:crypto';
import { attribute, CMS_OIDS, forgeSignedData, forgeSignerInfo, type SignerInfoSpec } from './cms.ts';
import { integer, octetString, oid, preciseTime, sequence } from './der.ts';
import { type DigestName, digestAlgorithm } from './signature-algorithms.ts';
import { chainOf, type Signer } from './x509.ts';

/** Who says when a signature existed. */
export interface TimestampSpec {
  readonly authority: Signer;
  readonly at: Date;
  /** Of the imprint and of the token's own signature; default sha256. */
  readonly digest?: DigestName;
  /** Signature value that the timestamp is about instead of the true one. */
  readonly about?: Uint8Array;
  /** Changes to the authority's own SignerInfo. */
  readonly info?: Partial<SignerInfoSpec>;
}

/** An unsigned attribute with an RFC 3161 token over a signature value (RFC 3161, section 2.4.2; SPC_RFC3161_OBJID). */
export function rfc3161Attribute(signature: Uint8Array, spec: TimestampSpec): Uint8Array {
  const digest = spec.digest ?? 'sha256';
  const info = sequence(
    integer(1),
    oid('1.3.6.1.4.1.99999.3161'),
    sequence(digestAlgorithm(digest), octetString(hashOf(digest, spec.about ?? signature))),
    integer(7),
    preciseTime(spec.at),
  );
  const token = forgeSignedData({
    contentType: CMS_OIDS.timestampInfo,
    content: octetString(info),
    signedBytes: info,
    certificates: chainOf(spec.authority),
    signerInfos: [{ signer: spec.authority, digest, ...spec.info }],
    version: 3,
  });
  return attribute(CMS_OIDS.spcTimestamp, token);
}

/** An unsigned attribute with a PKCS#9 countersignature; its certificates belong into the outer set. */
export function countersignatureAttribute(signature: Uint8Array, spec: TimestampSpec): Uint8Array {
  const info = forgeSignerInfo(
    { signer: spec.authority, digest: spec.digest ?? 'sha256', signingTime: spec.at, ...spec.info },
    { contentType: CMS_OIDS.data, signedBytes: spec.about ?? signature },
  );
  return attribute(CMS_OIDS.countersignature, info);
}

function hashOf(digest: DigestName, bytes: Uint8Array): Uint8Array {
  return createHash(digest).update(bytes).digest();
}
