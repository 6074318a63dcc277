import type { HashName } from '../bytes/engine.ts';
import { fieldsOf, objectIdentifier, smallInteger, TAG } from './der-fields.ts';
import type { DerDocument, DerNode } from './der.ts';

/** An AlgorithmIdentifier (RFC 5280, section 4.1.1.2). */
export interface Algorithm {
  /** Dotted decimals. */
  readonly oid: string;
  readonly parameters: DerNode | null;
}

/** How a signature is made, as far as its algorithm identifier says; a null digest is named elsewhere. */
export type SignatureScheme =
  | { readonly kind: 'rsa'; readonly digest: HashName | null }
  | { readonly kind: 'rsa-pss'; readonly digest: HashName; readonly mask: HashName; readonly saltBytes: number }
  | { readonly kind: 'ecdsa'; readonly digest: HashName | null }
  /** Pure ML-DSA with an empty context: it signs the message itself. */
  | { readonly kind: 'ml-dsa'; readonly set: MlDsaSet; readonly digest: null }
  | { readonly kind: 'unsupported'; readonly oid: string };

/** Parameter sets of FIPS 204. */
export type MlDsaSet = 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87';

/** Reads `SEQUENCE { OBJECT IDENTIFIER, parameters OPTIONAL }`. @throws FormatError `asn1-field`. */
export function readAlgorithm(document: DerDocument, node: DerNode): Algorithm {
  const fields = fieldsOf(document, node);
  const oid = objectIdentifier(document, fields.take(TAG.objectIdentifier, 'algorithm'));
  const parameters = node.children.length > 1 ? fields.takeAny('parameters') : null;
  fields.done('algorithm');
  return { oid, parameters };
}

/** Whether the parameters are absent or NULL, as RFC 5754 has them for digests, PKCS#1 v1.5 and ECDSA. */
export function hasPlainParameters({ parameters }: Algorithm): boolean {
  return parameters === null || parameters.tag === TAG.null;
}

/** The digest that an OID names; null when bootpol does not know it. */
export function digestOf(oid: string): HashName | null {
  return DIGESTS.get(oid) ?? null;
}

/** The scheme that an AlgorithmIdentifier names. @throws FormatError `asn1-field` for malformed PSS parameters. */
export function schemeOf(document: DerDocument, algorithm: Algorithm): SignatureScheme {
  if (algorithm.oid === RSASSA_PSS) return pssScheme(document, algorithm);
  const set = ML_DSA_SETS.get(algorithm.oid);
  if (set !== undefined && algorithm.parameters === null) return { kind: 'ml-dsa', set, digest: null };
  return SCHEMES.get(algorithm.oid) ?? { kind: 'unsupported', oid: algorithm.oid };
}

/** RFC 4055, section 3.1: every field defaults to SHA-1 and a salt of 20 bytes. */
function pssScheme(document: DerDocument, { oid, parameters }: Algorithm): SignatureScheme {
  const unsupported: SignatureScheme = { kind: 'unsupported', oid };
  if (parameters === null || parameters.tag !== TAG.sequence) return unsupported;
  const fields = fieldsOf(document, parameters);
  const hash = fields.takeIf(TAG.explicit0);
  const maskGeneration = fields.takeIf(TAG.explicit1);
  const salt = fields.takeIf(TAG.explicit2);
  const trailer = fields.takeIf(TAG.explicit3);
  fields.done('PSS parameters');
  const digest = hash === null ? 'sha1' : digestOf(explicitAlgorithm(document, hash).oid);
  const mask = maskGeneration === null ? 'sha1' : maskDigest(document, maskGeneration);
  const saltBytes = salt === null ? 20 : explicitInteger(document, salt);
  if (digest === null || mask === null || (trailer !== null && explicitInteger(document, trailer) !== 1)) {
    return unsupported;
  }
  return { kind: 'rsa-pss', digest, mask, saltBytes };
}

function maskDigest(document: DerDocument, node: DerNode): HashName | null {
  const { oid, parameters } = explicitAlgorithm(document, node);
  if (oid !== MGF1 || parameters === null) return null;
  return digestOf(readAlgorithm(document, parameters).oid);
}

function explicitAlgorithm(document: DerDocument, node: DerNode): Algorithm {
  return readAlgorithm(document, fieldsOf(document, node).take(TAG.sequence, 'algorithm'));
}

function explicitInteger(document: DerDocument, node: DerNode): number {
  return smallInteger(document, fieldsOf(document, node).take(TAG.integer, 'number'));
}

export const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
export const RSASSA_PSS = '1.2.840.113549.1.1.10';
export const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
export const ED25519 = '1.3.101.112';
/** RFC 9881, section 2; RFC 9882, section 3: keys and signatures share an identifier, without parameters. */
export const ML_DSA_SETS: ReadonlyMap<string, MlDsaSet> = new Map([
  ['2.16.840.1.101.3.4.3.17', 'ml-dsa-44'],
  ['2.16.840.1.101.3.4.3.18', 'ml-dsa-65'],
  ['2.16.840.1.101.3.4.3.19', 'ml-dsa-87'],
]);
const MGF1 = '1.2.840.113549.1.1.8';

/** RFC 1321, RFC 3370, RFC 5754, NIST Computer Security Objects Register. */
const DIGESTS: ReadonlyMap<string, HashName> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
  ['2.16.840.1.101.3.4.2.8', 'sha3-256'],
  ['2.16.840.1.101.3.4.2.9', 'sha3-384'],
  ['2.16.840.1.101.3.4.2.10', 'sha3-512'],
]);

/** RFC 8017 appendix C, RFC 5758, NIST Computer Security Objects Register. */
const SCHEMES: ReadonlyMap<string, SignatureScheme> = new Map([
  [RSA_ENCRYPTION, { kind: 'rsa', digest: null }],
  ['1.2.840.113549.1.1.4', { kind: 'rsa', digest: 'md5' }],
  ['1.2.840.113549.1.1.5', { kind: 'rsa', digest: 'sha1' }],
  ['1.2.840.113549.1.1.14', { kind: 'rsa', digest: 'sha224' }],
  ['1.2.840.113549.1.1.11', { kind: 'rsa', digest: 'sha256' }],
  ['1.2.840.113549.1.1.12', { kind: 'rsa', digest: 'sha384' }],
  ['1.2.840.113549.1.1.13', { kind: 'rsa', digest: 'sha512' }],
  ['2.16.840.1.101.3.4.3.14', { kind: 'rsa', digest: 'sha3-256' }],
  ['2.16.840.1.101.3.4.3.15', { kind: 'rsa', digest: 'sha3-384' }],
  ['2.16.840.1.101.3.4.3.16', { kind: 'rsa', digest: 'sha3-512' }],
  [EC_PUBLIC_KEY, { kind: 'ecdsa', digest: null }],
  ['1.2.840.10045.4.1', { kind: 'ecdsa', digest: 'sha1' }],
  ['1.2.840.10045.4.3.1', { kind: 'ecdsa', digest: 'sha224' }],
  ['1.2.840.10045.4.3.2', { kind: 'ecdsa', digest: 'sha256' }],
  ['1.2.840.10045.4.3.3', { kind: 'ecdsa', digest: 'sha384' }],
  ['1.2.840.10045.4.3.4', { kind: 'ecdsa', digest: 'sha512' }],
]);
