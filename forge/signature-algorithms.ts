import { constants, sign } from 'node:crypto';
import { context, integer, nullValue, oid, sequence } from './der.ts';
import { isMlDsa, type SigningKeys } from './keys.ts';
import { mlDsaAlgorithm, signWithMlDsa } from './ml-dsa-keys.ts';

/** Digest algorithms by the name that `node:crypto` gives them. */
export type DigestName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** Object identifiers of the digests (RFC 3370, section 2.1; RFC 5754, section 2). */
export const DIGEST_OIDS: Readonly<Record<DigestName, string>> = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

/** AlgorithmIdentifier of a digest, with NULL parameters as Authenticode signers write it. */
export function digestAlgorithm(digest: DigestName): Uint8Array {
  return sequence(oid(DIGEST_OIDS[digest]), nullValue());
}

/** With what a signature is made. */
export interface SigningMethod {
  readonly keys: SigningKeys;
  readonly digest: DigestName;
  /** Padding of RSA signatures, default `pkcs1`; other keys know one way only. */
  readonly scheme?: 'pkcs1' | 'pss';
}

/** Signs the bytes: PKCS#1 v1.5 or PSS with a salt of the digest's length, DER-encoded ECDSA, plain Ed25519 or ML-DSA. */
export function signBytes(method: SigningMethod, bytes: Uint8Array): Uint8Array {
  const { keys, digest, scheme } = method;
  if (isMlDsa(keys)) return signWithMlDsa(keys, bytes);
  const key = keys.privateKey;
  if (key === null) throw new Error('the private key is elsewhere');
  if (keys.kind === 'ed25519') return Uint8Array.from(sign(null, bytes, key));
  if (!keys.kind.startsWith('rsa')) return Uint8Array.from(sign(digest, bytes, key));
  const padding = scheme === 'pss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  return Uint8Array.from(sign(digest, bytes, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }));
}

/** AlgorithmIdentifier of a signature that names its digest too, as certificates carry it (RFC 4055, 5758, 8410). */
export function signatureAlgorithm(method: SigningMethod): Uint8Array {
  const { keys, digest, scheme } = method;
  if (isMlDsa(keys)) return mlDsaAlgorithm(keys);
  if (keys.kind === 'ed25519') return sequence(oid('1.3.101.112'));
  if (!keys.kind.startsWith('rsa')) return sequence(oid(ECDSA_OIDS[digest]));
  if (scheme === 'pss') return pssAlgorithm(digest);
  return sequence(oid(RSA_OIDS[digest]), nullValue());
}

/** AlgorithmIdentifier of the bare key, as PKCS#7 signers write it for RSA: rsaEncryption, id-ecPublicKey. */
export function keyAlgorithm(keys: SigningKeys): Uint8Array {
  if (isMlDsa(keys)) return mlDsaAlgorithm(keys);
  if (keys.kind === 'ed25519') return sequence(oid('1.3.101.112'));
  return keys.kind.startsWith('rsa')
    ? sequence(oid('1.2.840.113549.1.1.1'), nullValue())
    : sequence(oid('1.2.840.10045.2.1'));
}

/** RFC 4055, section 3.1: digest, mask generation with the same digest, length of the salt. */
function pssAlgorithm(digest: DigestName): Uint8Array {
  const parameters = sequence(
    context(0, digestAlgorithm(digest)),
    context(1, sequence(oid('1.2.840.113549.1.1.8'), digestAlgorithm(digest))),
    context(2, integer(DIGEST_SIZES[digest])),
  );
  return sequence(oid('1.2.840.113549.1.1.10'), parameters);
}

/** Length of each digest in bytes. */
export const DIGEST_SIZES: Readonly<Record<DigestName, number>> = {
  md5: 16,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

const RSA_OIDS: Readonly<Record<DigestName, string>> = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha224: '1.2.840.113549.1.1.14',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
};

const ECDSA_OIDS: Readonly<Record<DigestName, string>> = {
  md5: '1.2.840.10045.4.1', // no such algorithm: the identifier of ecdsa-with-SHA1
  sha1: '1.2.840.10045.4.1',
  sha224: '1.2.840.10045.4.3.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
