import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { generateMlDsaKeyPair, type MlDsaKeyPair, mlDsaPublicKeyInfo, type MlDsaKind } from './ml-dsa-keys.ts';

/**
 * Makes an empty ring of key pairs.
 *
 * RSA keys take long to make, so a caller holds one ring for all that it forges: the same name and kind give the same
 * pair for as long as the ring lives. Keys are random and are never written anywhere.
 */
export function newKeyRing(): KeyRing {
  const pairs = new Map<string, KeyPair>();
  const others = new Map<string, SigningKeys>();
  const signingKeys: KeyRing['signingKeys'] = (kind, name) => {
    if (!isMlDsaKind(kind)) return ring.pair(kind, name);
    const known = others.get(`${kind}/${name}`) ?? generateMlDsaKeyPair(kind);
    others.set(`${kind}/${name}`, known);
    return known;
  };
  const ring: KeyRing = {
    signingKeys,
    pair: (kind, name) => {
      const label = `${kind}/${name}`;
      const known = pairs.get(label);
      if (known !== undefined) return known;
      const made = generateKeyPair(kind);
      pairs.set(label, made);
      return made;
    },
  };
  return ring;
}

/** Key pairs by kind and name. */
export interface KeyRing {
  /** The pair of that kind and name, made on the first call. */
  pair(kind: KeyKind, name: string): KeyPair;
  /** The same for any kind. */
  signingKeys(kind: KeyKind | MlDsaKind, name: string): SigningKeys;
}

/** A private key and its public half. */
export interface KeyPair {
  readonly kind: KeyKind;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A key that somebody brings: of a file, or, with a null private half, of a token that signs elsewhere. */
export interface OwnKeys {
  readonly kind: 'rsa' | 'ec';
  readonly privateKey: KeyObject | null;
  readonly publicKey: KeyObject;
}

/** Any pair that signs. */
export type SigningKeys = KeyPair | MlDsaKeyPair | OwnKeys;

/** A new pair of any kind. */
export function generateSigningKeys(kind: KeyKind | MlDsaKind): SigningKeys {
  return isMlDsaKind(kind) ? generateMlDsaKeyPair(kind) : generateKeyPair(kind);
}

/** Whether the pair is one of ML-DSA. */
export function isMlDsa(keys: SigningKeys): keys is MlDsaKeyPair {
  return isMlDsaKind(keys.kind);
}

/** SubjectPublicKeyInfo of a pair (RFC 5280, section 4.1.2.7). */
export function publicKeyInfo(keys: SigningKeys): Uint8Array {
  return isMlDsa(keys)
    ? mlDsaPublicKeyInfo(keys)
    : Uint8Array.from(keys.publicKey.export({ type: 'spki', format: 'der' }));
}

function isMlDsaKind(kind: SigningKeys['kind']): kind is MlDsaKind {
  return kind.startsWith('mldsa');
}

/** Kinds of key that the forge signs with. */
export type KeyKind = 'rsa1024' | 'rsa2048' | 'rsa3072' | 'rsa4096' | 'p256' | 'p384' | 'p521' | 'ed25519';

/** Makes a new random key pair. */
export function generateKeyPair(kind: KeyKind): KeyPair {
  switch (kind) {
    case 'rsa1024':
    case 'rsa2048':
    case 'rsa3072':
    case 'rsa4096':
      return { kind, ...generateKeyPairSync('rsa', { modulusLength: Number(kind.slice(3)) }) };
    case 'p256':
    case 'p384':
    case 'p521':
      return { kind, ...generateKeyPairSync('ec', { namedCurve: CURVES[kind] }) };
    case 'ed25519':
      return { kind, ...generateKeyPairSync('ed25519') };
  }
}

const CURVES = { p256: 'prime256v1', p384: 'secp384r1', p521: 'secp521r1' } as const;
