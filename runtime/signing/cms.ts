import { FormatError } from '../bytes/format-error.ts';
import { type Algorithm, readAlgorithm } from './algorithms.ts';
import { readCertificate } from './certificate.ts';
import { fieldError, fieldsOf, objectIdentifier, octetsOf, sameBytes, smallInteger, TAG } from './der-fields.ts';
import { contentOf, type DerDocument, type DerNode } from './der.ts';
import type { Certificate } from './x509-certificate.ts';
import { readSignerInfo, type SignerIdentifier, type SignerInfo } from './signer-info.ts';

/** A CMS SignedData (RFC 5652, section 5.1; RFC 2315, section 9.1), as it is written, not yet believed. */
export interface SignedData {
  readonly document: DerDocument;
  readonly version: number;
  /** What a reader in one pass should hash with. */
  readonly digestAlgorithms: readonly Algorithm[];
  /** Dotted OID of the content's type. */
  readonly contentType: string;
  /** Null when the signature is detached. */
  readonly content: SignedContent | null;
  readonly certificates: readonly Certificate[];
  readonly signers: readonly SignerInfo[];
  /** Members of the certificate set that are no X.509 certificates. */
  readonly otherCertificates: readonly DerNode[];
  /** The set of revocation lists, which no checker of boot images uses; null when there is none. */
  readonly revocationLists: DerNode | null;
}

/** The signed content. */
export interface SignedContent {
  /**
   * What messageDigest hashes: the content octets of the element, without its tag and length. For an OCTET STRING those
   * are its octets (RFC 5652), for a SEQUENCE the contents of the SEQUENCE (RFC 2315, section 9.3).
   */
  readonly octets: Uint8Array;
  /** `wrapped` when an OCTET STRING holds the typed content. */
  readonly form: 'plain' | 'wrapped';
  readonly node: DerNode;
}

/** Most certificates in one signature; real ones have one to five. */
const CERTIFICATE_LIMIT = 100;
/** Most SignerInfos in one signature; real ones have one. */
const SIGNER_LIMIT = 16;

/**
 * Reads ContentInfo and SignedData.
 *
 * @throws FormatError `cms-not-signed-data`, `cms-too-many`, `asn1-field`, `der-…`.
 */
export function readSignedData(document: DerDocument): SignedData {
  const fields = fieldsOf(document, signedDataNode(document));
  const version = smallInteger(document, fields.take(TAG.integer, 'SignedData version'));
  const digestSet = fields.take(TAG.set, 'digest algorithms').children;
  const encapsulated = fieldsOf(document, fields.take(TAG.sequence, 'content'));
  const contentType = objectIdentifier(document, encapsulated.take(TAG.objectIdentifier, 'content type'));
  const explicit = encapsulated.takeIf(TAG.explicit0);
  encapsulated.done('content');
  const certificateSet = fields.takeIf(TAG.explicit0)?.children ?? [];
  const revocationLists = fields.takeIf(TAG.explicit1);
  const signerSet = fields.take(TAG.set, 'signer set').children;
  fields.done('SignedData');
  checkCount(document, { nodes: digestSet, limit: SIGNER_LIMIT, name: 'digest algorithms' });
  checkCount(document, { nodes: certificateSet, limit: CERTIFICATE_LIMIT, name: 'certificates' });
  checkCount(document, { nodes: signerSet, limit: SIGNER_LIMIT, name: 'SignerInfos' });
  return {
    document,
    version,
    digestAlgorithms: digestSet.map((node) => readAlgorithm(document, node)),
    contentType,
    content: explicit === null ? null : contentIn(document, explicit),
    certificates: readCertificates(document, certificateSet),
    signers: signerSet.map((node) => readSignerInfo(document, node)),
    otherCertificates: certificateSet.filter(({ tag }) => tag !== TAG.sequence),
    revocationLists,
  };
}

/** The certificate of a SignerInfo, by issuer and serial number or by key identifier; null when it is not embedded. */
export function signerCertificate({ certificates }: SignedData, { identifier }: SignerInfo): Certificate | null {
  return certificates.find((certificate) => isNamedBy(certificate, identifier)) ?? null;
}

/** Whether a certificate is the one that a SignerInfo names (RFC 5652, section 5.3). */
export function isNamedBy(certificate: Certificate, identifier: SignerIdentifier): boolean {
  if (identifier.kind === 'key-id') return certificate.subjectKeyId === identifier.hex;
  return certificate.serial === identifier.serial && sameBytes(certificate.issuerDer, identifier.issuer);
}

function signedDataNode(document: DerDocument): DerNode {
  const { root } = document;
  const [type, explicit] = root.children;
  if (root.tag !== TAG.sequence || type?.tag !== TAG.objectIdentifier || explicit?.tag !== TAG.explicit0) {
    // A bare SignedData is refused too, as EDK2 and Linux `pkcs7.asn1` do (measured): only ContentInfo is defined.
    throw notSignedData(document, 'no ContentInfo with a content type and a content');
  }
  const oid = objectIdentifier(document, type);
  if (oid !== SIGNED_DATA) throw notSignedData(document, `a ContentInfo of type ${oid}, not SignedData`);
  const [signedData, extra] = explicit.children;
  if (signedData === undefined || extra !== undefined || root.children.length !== 2) {
    throw notSignedData(document, 'a ContentInfo with more or less than one content');
  }
  if (signedData.tag !== TAG.sequence) throw notSignedData(document, 'a SignedData that is no SEQUENCE');
  return signedData;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';

function contentIn(document: DerDocument, explicit: DerNode): SignedContent {
  const [node, extra] = explicit.children;
  if (node === undefined || extra !== undefined) {
    throw fieldError(document, explicit.start, 'a content that is not one element');
  }
  const isOctetString = (node.tag & ~CONSTRUCTED) === TAG.octetString;
  return isOctetString
    ? { octets: octetsOf(document, node), form: 'wrapped', node }
    : { octets: contentOf(document, node), form: 'plain', node };
}

const CONSTRUCTED = 0x20;

/** The same certificate twice is read once. */
function readCertificates(document: DerDocument, nodes: readonly DerNode[]): readonly Certificate[] {
  const read = new Map<string, Certificate>();
  for (const node of nodes) {
    if (node.tag !== TAG.sequence) continue;
    const certificate = readCertificate(document, node);
    if (!read.has(certificate.sha256)) read.set(certificate.sha256, certificate);
  }
  return [...read.values()];
}

function checkCount(
  { place }: DerDocument,
  { nodes, limit, name }: { nodes: readonly DerNode[]; limit: number; name: string },
): void {
  if (nodes.length <= limit) return;
  throw new FormatError({
    code: 'cms-too-many',
    text: `${nodes.length} ${name} in one signature, more than ${limit}`,
    layer: place.layer,
    offsetBytes: place.offsetBytes + (nodes[0]?.start ?? 0),
    lengthBytes: 0,
  });
}

function notSignedData({ place, root }: DerDocument, text: string): FormatError {
  const { layer, offsetBytes } = place;
  return new FormatError({ code: 'cms-not-signed-data', text, layer, offsetBytes, lengthBytes: root.end });
}
