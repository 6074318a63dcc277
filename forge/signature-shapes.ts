import { createHash, type KeyObject, sign } from 'node:crypto';
import { concatBytes } from './bytes.ts';
import { bitString, context, element, integer, nullValue, oid, sequence, unsignedInteger } from './der.ts';
import { DIGEST_OIDS, digestAlgorithm } from './signature-algorithms.ts';

/** EMSA-PKCS1-v1_5 over SHA-256 (RFC 8017, section 9.2), with one thing wrong or none. */
export type Pkcs1Shape =
  | 'honest'
  | 'block-type-2'
  | 'padding-not-ff'
  | 'no-zero'
  | 'no-null'
  | 'other-digest'
  | 'garbage-behind'
  | 'short-padding'
  | 'empty-digest';

/** The encoded message of a shape, as long as the modulus. */
export function pkcs1Message(shape: Pkcs1Shape, message: Uint8Array, sizeBytes: number): Uint8Array {
  const digest = createHash('sha256').update(message).digest();
  const info = digestInfo(shape, digest);
  const padded = (length: number): Uint8Array =>
    concatBytes(Uint8Array.of(0, 1), new Uint8Array(length).fill(0xff), Uint8Array.of(0), info);
  if (shape === 'short-padding' || shape === 'garbage-behind') {
    // Bleichenbacher's forgery of 2006: what follows the digest is where a small exponent hides the rest of its cube
    const start = padded(shape === 'short-padding' ? 8 : sizeBytes - 35 - info.length);
    return concatBytes(start, new Uint8Array(sizeBytes - start.length).fill(0x41));
  }
  const honest = padded(sizeBytes - 3 - info.length);
  if (shape === 'block-type-2') return honest.with(1, 2);
  if (shape === 'padding-not-ff') return honest.with(20, 0xfe);
  return shape === 'no-zero' ? honest.with(honest.length - info.length - 1, 0xff) : honest;
}

/** An encoded message raised to the private exponent. */
export function rawRsa(privateKey: KeyObject, encoded: Uint8Array): Uint8Array {
  const { n = '', d = '' } = privateKey.export({ format: 'jwk' });
  const modulus = numberOf(Buffer.from(n, 'base64url'));
  let power = 1n;
  let base = numberOf(encoded) % modulus;
  for (let exponent = numberOf(Buffer.from(d, 'base64url')); exponent > 0n; exponent >>= 1n) {
    if (exponent % 2n === 1n) power = (power * base) % modulus;
    base = (base * base) % modulus;
  }
  return octetsOf(power, encoded.length);
}

/** The modulus of a pair, big-endian. */
export function modulusOf(privateKey: KeyObject): Uint8Array {
  return Buffer.from(privateKey.export({ format: 'jwk' }).n ?? '', 'base64url');
}

/** SubjectPublicKeyInfo of an RSA key with any numbers (RFC 8017, appendix A.1.1). */
export function rsaPublicKeyInfo(modulus: Uint8Array, exponent: number): Uint8Array {
  const algorithm = sequence(oid('1.2.840.113549.1.1.1'), nullValue());
  return sequence(algorithm, bitString(sequence(unsignedInteger(modulus), integer(exponent))));
}

/** SubjectPublicKeyInfo on P-256 with any octets for the point (RFC 5480, section 2). */
export function p256PublicKeyInfo(point: Uint8Array): Uint8Array {
  return sequence(sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')), bitString(point));
}

/** Order of P-256 (FIPS 186-4, section D.1.2.3). */
export const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The two numbers of an ECDSA signature over SHA-256, for others to be made of them. */
export function ecdsaNumbers(privateKey: KeyObject, message: Uint8Array): { readonly r: bigint; readonly s: bigint } {
  const raw = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return { r: numberOf(raw.subarray(0, 32)), s: numberOf(raw.subarray(32)) };
}

/** `SEQUENCE { r, s }` (RFC 3279, section 2.2.3). */
export function ecdsaSignature(r: bigint, s: bigint): Uint8Array {
  return sequence(integer(r), integer(s));
}

/** The same with a zero octet too many in front of r. */
export function paddedEcdsaSignature(r: bigint, s: bigint): Uint8Array {
  return sequence(element(0x02, Uint8Array.of(0, 0), octetsOf(r, 32)), integer(s));
}

/** AlgorithmIdentifier of RSASSA-PSS with any numbers (RFC 4055, section 3.1). */
export function pssAlgorithm(mask: 'sha1' | 'sha256', saltBytes: number, trailer: number): Uint8Array {
  return sequence(
    oid('1.2.840.113549.1.1.10'),
    sequence(
      context(0, digestAlgorithm('sha256')),
      context(1, sequence(oid('1.2.840.113549.1.1.8'), digestAlgorithm(mask))),
      context(2, integer(saltBytes)),
      ...(trailer === 1 ? [] : [context(3, integer(trailer))]),
    ),
  );
}

function digestInfo(shape: Pkcs1Shape, digest: Uint8Array): Uint8Array {
  const name = shape === 'other-digest' ? 'sha512' : 'sha256';
  const algorithm = shape === 'no-null' ? sequence(oid(DIGEST_OIDS.sha256)) : digestAlgorithm(name);
  return sequence(algorithm, element(0x04, shape === 'empty-digest' ? new Uint8Array(0) : digest));
}

function numberOf(octets: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(octets).toString('hex')}`);
}

function octetsOf(value: bigint, sizeBytes: number): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * sizeBytes, '0'), 'hex'));
}
