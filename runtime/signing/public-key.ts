import {
  EC_PUBLIC_KEY,
  ED25519,
  ML_DSA_SETS,
  type MlDsaSet,
  readAlgorithm,
  RSA_ENCRYPTION,
  RSASSA_PSS,
} from './algorithms.ts';
import { bitStringOctets, fieldsOf, objectIdentifier, TAG } from './der-fields.ts';
import { contentOf, type DerDocument, type DerNode, readDer } from './der.ts';

/** A SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), as far as signatures need it. */
export type PublicKey =
  | {
      readonly kind: 'rsa' | 'rsa-pss';
      /** Big-endian, without leading zeros. */
      readonly modulus: Uint8Array;
      readonly exponent: Uint8Array;
      readonly bits: number;
    }
  | {
      readonly kind: 'ec';
      /** Null for a curve that no checker of boot images takes. */
      readonly curve: 'P-256' | 'P-384' | 'P-521' | null;
      readonly curveOid: string;
      readonly bits: number | null;
      /** Encoded point (SEC 1, section 2.3.3). */
      readonly point: Uint8Array;
    }
  | { readonly kind: 'ed25519'; readonly bits: 256 }
  | { readonly kind: MlDsaSet; readonly bits: null; readonly encoded: Uint8Array }
  | { readonly kind: 'other'; readonly bits: null };

/** Reads a SubjectPublicKeyInfo. @throws FormatError `asn1-field`, `der-…` for a malformed RSA key. */
export function readPublicKey(document: DerDocument, node: DerNode): PublicKey {
  const fields = fieldsOf(document, node);
  const algorithm = readAlgorithm(document, fields.take(TAG.sequence, 'key algorithm'));
  const keyField = fields.take(TAG.bitString, 'public key');
  fields.done('public key');
  const key = bitStringOctets(document, keyField);
  switch (algorithm.oid) {
    case RSA_ENCRYPTION:
    case RSASSA_PSS: {
      const { layer, offsetBytes } = document.place;
      const place = { layer, offsetBytes: offsetBytes + keyField.contentStart + 1 };
      return { kind: algorithm.oid === RSASSA_PSS ? 'rsa-pss' : 'rsa', ...readRsaKey(readDer(key, place)) };
    }
    case EC_PUBLIC_KEY: {
      const named = algorithm.parameters;
      const oid = named?.tag === TAG.objectIdentifier ? objectIdentifier(document, named) : '';
      return { kind: 'ec', curve: null, bits: null, ...CURVES.get(oid), curveOid: oid, point: key };
    }
    case ED25519:
      return { kind: 'ed25519', bits: 256 };
    default: {
      const set = ML_DSA_SETS.get(algorithm.oid);
      return set === undefined ? { kind: 'other', bits: null } : { kind: set, bits: null, encoded: key };
    }
  }
}

/** RFC 8017, appendix A.1.1. */
function readRsaKey(document: DerDocument): { modulus: Uint8Array; exponent: Uint8Array; bits: number } {
  const fields = fieldsOf(document, document.root);
  const modulus = unsigned(contentOf(document, fields.take(TAG.integer, 'modulus')));
  const exponent = unsigned(contentOf(document, fields.take(TAG.integer, 'exponent')));
  fields.done('RSA key');
  return { modulus, exponent, bits: bitLength(modulus) };
}

/** Magnitude of a positive INTEGER; empty for zero and negative numbers, which verify nothing. */
function unsigned(content: Uint8Array): Uint8Array {
  if ((content[0] ?? 0x80) >= 0x80) return new Uint8Array();
  const first = content.findIndex((octet) => octet !== 0);
  return first === -1 ? new Uint8Array() : content.subarray(first);
}

function bitLength(magnitude: Uint8Array): number {
  const [first] = magnitude;
  return first === undefined ? 0 : (magnitude.length - 1) * 8 + (32 - Math.clz32(first));
}

type NamedCurve = { readonly curve: 'P-256' | 'P-384' | 'P-521' | null; readonly bits: number };

/** RFC 5480, section 2.1.1.1; RFC 5639. */
const CURVES: ReadonlyMap<string, NamedCurve> = new Map<string, NamedCurve>([
  ['1.2.840.10045.3.1.7', { curve: 'P-256', bits: 256 }],
  ['1.3.132.0.34', { curve: 'P-384', bits: 384 }],
  ['1.3.132.0.35', { curve: 'P-521', bits: 521 }],
  ['1.2.840.10045.3.1.1', { curve: null, bits: 192 }],
  ['1.3.132.0.33', { curve: null, bits: 224 }],
  ['1.3.132.0.10', { curve: null, bits: 256 }],
  ['1.3.36.3.3.2.8.1.1.7', { curve: null, bits: 256 }],
  ['1.3.36.3.3.2.8.1.1.11', { curve: null, bits: 384 }],
  ['1.3.36.3.3.2.8.1.1.13', { curve: null, bits: 512 }],
]);
