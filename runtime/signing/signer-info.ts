import { type Algorithm, readAlgorithm, schemeOf, type SignatureScheme } from './algorithms.ts';
import { hexOf } from '../bytes/hex.ts';
import { fieldsOf, joined, objectIdentifier, octetsOf, smallInteger, TAG, timeOf } from './der-fields.ts';
import { contentOf, type DerDocument, type DerNode, elementOf } from './der.ts';

/** A CMS SignerInfo (RFC 5652, section 5.3), as it is written. */
export interface SignerInfo {
  readonly node: DerNode;
  readonly version: number;
  readonly identifier: SignerIdentifier;
  readonly digest: Algorithm;
  /** Null when the signature is over the content itself. */
  readonly signedAttributes: SignedAttributes | null;
  readonly algorithm: Algorithm;
  readonly scheme: SignatureScheme;
  readonly signature: Uint8Array;
}

export type SignerIdentifier =
  | { readonly kind: 'issuer-serial'; readonly issuer: DerNode; readonly serial: string }
  | { readonly kind: 'key-id'; readonly hex: string };

/** The signed attributes (RFC 5652, section 11). */
export interface SignedAttributes {
  /** What the signature covers: the attributes as a SET, tag 0x31 (section 5.4). */
  readonly signedBytes: Uint8Array;
  readonly attributes: readonly Attribute[];
  /** Null, or the first attribute that is not in the order of DER (X.690, section 11.6). */
  readonly unsorted: DerNode | null;
  readonly node: DerNode;
}

export interface Attribute {
  readonly oid: string;
  readonly values: readonly DerNode[];
  readonly node: DerNode;
}

export const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
} as const;

/** Reads a SignerInfo. @throws FormatError `asn1-field`. */
export function readSignerInfo(document: DerDocument, node: DerNode): SignerInfo {
  const fields = fieldsOf(document, node);
  const version = smallInteger(document, fields.take(TAG.integer, 'SignerInfo version'));
  const identifier = readIdentifier(
    document,
    fields.takeIf(TAG.context0) ?? fields.take(TAG.sequence, 'signer identifier'),
  );
  const digest = readAlgorithm(document, fields.take(TAG.sequence, 'digest algorithm'));
  const signed = fields.takeIf(TAG.explicit0);
  const algorithm = readAlgorithm(document, fields.take(TAG.sequence, 'signature algorithm'));
  const signature = octetsOf(document, fields.take(TAG.octetString, 'signature'));
  // Unsigned attributes: nothing vouches for them here.
  fields.takeIf(TAG.explicit1);
  fields.done('SignerInfo');
  return {
    node,
    version,
    identifier,
    digest,
    signedAttributes: signed === null ? null : readSignedAttributes(document, signed),
    algorithm,
    scheme: schemeOf(document, algorithm),
    signature,
  };
}

/** The one value of the one attribute of that type; `absent`, or `repeated` when there is more of either. */
export function attributeValue(signed: SignedAttributes, oid: string): DerNode | 'absent' | 'repeated' {
  const [attribute, second] = signed.attributes.filter((candidate) => candidate.oid === oid);
  if (attribute === undefined) return 'absent';
  const [value, other] = attribute.values;
  return second === undefined && other === undefined && value !== undefined ? value : 'repeated';
}

/** The signingTime attribute, ISO 8601 UTC; null when absent. @throws FormatError `asn1-field` when malformed. */
export function signingTimeOf(document: DerDocument, signed: SignedAttributes | null): string | null {
  const value = signed === null ? 'absent' : attributeValue(signed, ATTRIBUTE.signingTime);
  return typeof value === 'string' ? null : timeOf(document, value).toISOString();
}

function readIdentifier(document: DerDocument, node: DerNode): SignerIdentifier {
  if (node.tag === TAG.context0) return { kind: 'key-id', hex: hexOf(contentOf(document, node)) };
  const fields = fieldsOf(document, node);
  const issuer = fields.take(TAG.sequence, 'issuer');
  const serial = hexOf(contentOf(document, fields.take(TAG.integer, 'serial number')));
  fields.done('signer identifier');
  return { kind: 'issuer-serial', issuer, serial };
}

function readSignedAttributes(document: DerDocument, node: DerNode): SignedAttributes {
  return {
    signedBytes: asSet(contentOf(document, node)),
    attributes: node.children.map((child) => readAttribute(document, child)),
    unsorted: firstUnsorted(document, node.children),
    node,
  };
}

function readAttribute(document: DerDocument, node: DerNode): Attribute {
  const fields = fieldsOf(document, node);
  const oid = objectIdentifier(document, fields.take(TAG.objectIdentifier, 'attribute type'));
  const values = fields.take(TAG.set, 'attribute values').children;
  fields.done('attribute');
  return { oid, values, node };
}

/** `[0] IMPLICIT` as the SET that was signed: another tag, the same contents, the length in the fewest octets. */
function asSet(contents: Uint8Array): Uint8Array {
  const size = contents.length;
  if (size < 0x80) return joined([Uint8Array.of(TAG.set, size), contents]);
  const hex = size.toString(16);
  const octets = Array.from({ length: Math.ceil(hex.length / 2) }, (_, index) => index)
    .reverse()
    .map((index) => Math.floor(size / 256 ** index) & 0xff);
  return joined([Uint8Array.of(TAG.set, 0x80 | octets.length, ...octets), contents]);
}

function firstUnsorted(document: DerDocument, nodes: readonly DerNode[]): DerNode | null {
  const unsorted = nodes.find((node, index) => {
    const previous = nodes[index - 1];
    return previous !== undefined && hexOf(elementOf(document, previous)) > hexOf(elementOf(document, node));
  });
  return unsorted ?? null;
}
