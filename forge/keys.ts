import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/**
 * Makes an empty ring of key pairs.
 *
 * RSA keys take long to make, so a caller holds one ring for all that it forges: the same name and kind give the same
 * pair for as long as the ring lives. Keys are random and are never written anywhere.
 */
export function newKeyRing(): KeyRing {
  const pairs = new Map<string, KeyPair>();
  return {
    pair: (kind, name) => {
      const label = `${kind}/${name}`;
      const known = pairs.get(label);
      if (known !== undefined) return known;
      const made = generateKeyPair(kind);
      pairs.set(label, made);
      return made;
    },
  };
}

/** Key pairs by kind and name. */
export interface KeyRing {
  /** The pair of that kind and name, made on the first call. */
  pair(kind: KeyKind, name: string): KeyPair;
}

/** A private key and its public half. */
export interface KeyPair {
  readonly kind: KeyKind;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
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
