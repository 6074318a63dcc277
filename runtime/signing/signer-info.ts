import { type Algorithm, readAlgorithm, schemeOf, type SignatureScheme } from './algorithms.ts';
import { hexOf } from '../bytes/hex.ts';
import { contentsInDer, element } from './der-encoding.ts';
import { fieldsOf, joined, objectIdentifier, smallInteger, TAG, takeOctets, timeOf } from './der-fields.ts';
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
  /** Nothing vouches for them here: each says itself what does. */
  readonly unsignedAttributes: readonly Attribute[];
  /** The set of them, which may be empty; null when there is none. */
  readonly unsignedSet: DerNode | null;
}

/** The name of a signer: issuer as DER, serial number and key identifier as lower-case hex. */
export type SignerIdentifier =
  | { readonly kind: 'issuer-serial'; readonly issuer: Uint8Array; readonly serial: string }
  | { readonly kind: 'key-id'; readonly hex: string };

/** The signed attributes (RFC 5652, section 11). */
export interface SignedAttributes {
  /** What the signature covers: the DER encoding of the attributes as a SET, tag 0x31 (section 5.4). */
  readonly signedBytes: Uint8Array;
  /**
   * The attributes as they lie, only the tag replaced, without an end-of-contents: what Linux hashes
   * (`pkcs7_parser.c:pkcs7_sig_note_set_of_authattrs`, `asn1_decoder.c`). Null when that is the same.
   */
  readonly rawBytes: Uint8Array | null;
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
  /** PKCS#9 countersignature, Microsoft's timestamp before RFC 3161 (RFC 5652, section 11.4). */
  countersignature: '1.2.840.113549.1.9.6',
  /** An RFC 3161 token, as Authenticode has it (SPC_RFC3161_OBJID) and as RFC 3161, appendix A has it. */
  spcTimestamp: '1.3.6.1.4.1.311.3.3.1',
  timestampToken: '1.2.840.113549.1.9.16.2.14',
  /** Further signatures inside this one (SPC_NESTED_SIGNATURE_OBJID). */
  nestedSignature: '1.3.6.1.4.1.311.2.4.1',
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
  const signature = takeOctets(document, fields, 'signature');
  const unsignedSet = fields.takeIf(TAG.explicit1);
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
    unsignedAttributes: (unsignedSet?.children ?? []).map((child) => readAttribute(document, child)),
    unsignedSet,
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
  const issuer = elementOf(document, fields.take(TAG.sequence, 'issuer'));
  const serial = hexOf(contentOf(document, fields.take(TAG.integer, 'serial number')));
  fields.done('signer identifier');
  return { kind: 'issuer-serial', issuer, serial };
}

function readSignedAttributes(document: DerDocument, node: DerNode): SignedAttributes {
  const signedBytes = element(TAG.set, contentsInDer(document, node));
  const raw = joined([Uint8Array.of(TAG.set), document.bytes.subarray(node.start + 1, node.contentEnd)]);
  return {
    signedBytes,
    rawBytes: document.deviation === null || hexOf(raw) === hexOf(signedBytes) ? null : raw,
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

/** The first element of a SET OF that is not in the order of DER (X.690, section 11.6); null when all are. */
export function firstUnsorted(document: DerDocument, nodes: readonly DerNode[]): DerNode | null {
  const unsorted = nodes.find((node, index) => {
    const previous = nodes[index - 1];
    return previous !== undefined && hexOf(elementOf(document, previous)) > hexOf(elementOf(document, node));
  });
  return unsorted ?? null;
}
