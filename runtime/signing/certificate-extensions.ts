import { hexOf } from '../bytes/hex.ts';
import { fieldError, fieldsOf, objectIdentifier, octetsOf, smallInteger, TAG } from './der-fields.ts';
import { contentOf, type DerDocument, type DerNode, elementOf, readDer } from './der.ts';
import type { Certificate } from './x509-certificate.ts';

/** The extensions that decide about signing (RFC 5280, section 4.2.1). */
export type CertificateExtensions = Pick<
  Certificate,
  | 'ca'
  | 'pathLength'
  | 'keyUsage'
  | 'extendedKeyUsage'
  | 'extendedKeyUsageCritical'
  | 'subjectKeyId'
  | 'authorityKeyId'
  | 'authorityIssuer'
  | 'authoritySerial'
  | 'extensions'
  | 'unknownCritical'
>;

export const CERTIFICATE_VERSIONS: readonly number[] = [1, 2, 3];

/** Reads the extensions of a certificate. @throws FormatError `asn1-field`, `der-…`, also when one comes twice. */
export function readExtensions(document: DerDocument, nodes: readonly DerNode[]): CertificateExtensions {
  const extensions = new Map<string, Extension>();
  for (const node of nodes) {
    const extension = readExtension(document, node);
    if (extensions.has(extension.oid)) throw fieldError(document, node.start, `the extension ${extension.oid} twice`);
    extensions.set(extension.oid, extension);
  }
  const parsed = (oid: string, tag: number): DerDocument | null => {
    const extension = extensions.get(oid);
    return extension === undefined ? null : valueOf(document, extension, tag);
  };
  const keyUsage = parsed(OID.keyUsage, TAG.bitString);
  const extendedKeyUsage = parsed(OID.extendedKeyUsage, TAG.sequence);
  const subjectKeyId = parsed(OID.subjectKeyId, TAG.octetString);
  const authorityKeyId = parsed(OID.authorityKeyId, TAG.sequence);
  return {
    ...basicConstraints(parsed(OID.basicConstraints, TAG.sequence)),
    keyUsage: keyUsage === null ? null : usageNames(keyUsage),
    extendedKeyUsage:
      extendedKeyUsage === null
        ? null
        : extendedKeyUsage.root.children.map((child) => objectIdentifier(extendedKeyUsage, child)),
    extendedKeyUsageCritical: extensions.get(OID.extendedKeyUsage)?.critical ?? 'no',
    subjectKeyId: subjectKeyId === null ? null : hexOf(contentOf(subjectKeyId, subjectKeyId.root)),
    ...authority(authorityKeyId),
    extensions: [...extensions.values()].map(({ oid, critical }) => ({ oid, critical })),
    unknownCritical: [...extensions.values()]
      .filter(({ oid, critical }) => critical === 'yes' && !UNDERSTOOD.has(oid))
      .map(({ oid }) => oid),
  };
}

interface Extension {
  readonly oid: string;
  readonly critical: 'yes' | 'no';
  readonly value: DerNode;
}

function readExtension(document: DerDocument, node: DerNode): Extension {
  const fields = fieldsOf(document, node);
  const oid = objectIdentifier(document, fields.take(TAG.objectIdentifier, 'extension'));
  const critical = fields.takeIf(TAG.boolean);
  const value = fields.take(TAG.octetString, 'extension value');
  fields.done('extension');
  const isCritical = critical !== null && contentOf(document, critical)[0] !== 0;
  return { oid, critical: isCritical ? 'yes' : 'no', value };
}

/** The extension's value is DER of its own, whole and strict: here a deviation is a fault. */
function valueOf(document: DerDocument, { oid, value }: Extension, tag: number): DerDocument {
  const { layer, offsetBytes } = document.place;
  const octets = octetsOf(document, value);
  const inner = readDer(octets, { layer, offsetBytes: offsetBytes + value.contentStart });
  const { deviation, root } = inner;
  if (deviation !== null) throw fieldError(document, value.start, `the extension ${oid} holds ${deviation.text}`);
  if (root.tag !== tag) throw fieldError(document, value.start, `the extension ${oid} is of another type`);
  if (root.end !== octets.length) throw fieldError(document, value.start, `bytes after the value of extension ${oid}`);
  return inner;
}

/** Section 4.2.1.9. */
function basicConstraints(document: DerDocument | null): { ca: boolean | null; pathLength: number | null } {
  if (document === null) return { ca: null, pathLength: null };
  const fields = fieldsOf(document, document.root);
  const ca = fields.takeIf(TAG.boolean);
  const pathLength = fields.takeIf(TAG.integer);
  fields.done('basicConstraints');
  return {
    ca: ca !== null && contentOf(document, ca)[0] !== 0,
    pathLength: pathLength === null ? null : smallInteger(document, pathLength),
  };
}

/** Section 4.2.1.3: bit 0 is the highest of the first octet after the count of unused bits. */
function usageNames(document: DerDocument): readonly string[] {
  const [, first = 0, second = 0] = contentOf(document, document.root);
  return KEY_USAGES.filter((_, bit) => (bit < 8 ? (first >> (7 - bit)) & 1 : (second >> 7) & 1) === 1);
}

const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

type Authority = Pick<CertificateExtensions, 'authorityKeyId' | 'authorityIssuer' | 'authoritySerial'>;

/** Section 4.2.1.1: keyIdentifier, authorityCertIssuer, authorityCertSerialNumber, each optional. */
function authority(document: DerDocument | null): Authority {
  if (document === null) return { authorityKeyId: null, authorityIssuer: null, authoritySerial: null };
  const fields = fieldsOf(document, document.root);
  const identifier = fields.takeIf(TAG.context0);
  const issuers = fields.takeIf(TAG.explicit1)?.children ?? [];
  const serial = fields.takeIf(TAG.context2);
  const [name] = issuers.find(({ tag }) => tag === DIRECTORY_NAME)?.children ?? [];
  return {
    authorityKeyId: identifier === null ? null : hexOf(contentOf(document, identifier)),
    authorityIssuer: name === undefined ? null : elementOf(document, name),
    authoritySerial: serial === null ? null : hexOf(contentOf(document, serial)),
  };
}

/** GeneralName: directoryName [4]. */
const DIRECTORY_NAME = 0xa4;

const OID = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

/**
 * Critical extensions that may be there: those that are read above, those that say nothing about boot images, and
 * policies, which nobody asks for. nameConstraints is not among them, because it is not enforced here.
 */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.basicConstraints,
  OID.extendedKeyUsage,
  OID.subjectKeyId,
  OID.authorityKeyId,
  '2.5.29.17', // subjectAltName
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.32', // certificatePolicies
  '2.5.29.33', // policyMappings
  '2.5.29.36', // policyConstraints
  '2.5.29.54', // inhibitAnyPolicy
  '2.16.840.1.113730.1.1', // Netscape certificate type
]);
