import { randomBytes } from 'node:crypto';
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { bitString, oid, sequence } from './der.ts';

/** Parameter sets of ML-DSA (FIPS 204, table 1). */
export type MlDsaKind = 'mldsa44' | 'mldsa65' | 'mldsa87';

/** An ML-DSA pair, which the oldest supported Node has no `KeyObject` for. */
export interface MlDsaKeyPair {
  readonly kind: MlDsaKind;
  readonly secretKey: Uint8Array;
  readonly encodedPublicKey: Uint8Array;
}

/** Makes a new random pair. */
export function generateMlDsaKeyPair(kind: MlDsaKind): MlDsaKeyPair {
  const { secretKey, publicKey } = SETS[kind].keygen(randomBytes(32));
  return { kind, secretKey, encodedPublicKey: publicKey };
}

/** Pure ML-DSA with an empty context (FIPS 204, section 5.2), not hedged. */
export function signWithMlDsa({ kind, secretKey }: MlDsaKeyPair, bytes: Uint8Array): Uint8Array {
  return SETS[kind].sign(bytes, secretKey, { extraEntropy: false });
}

/** AlgorithmIdentifier of keys and of signatures: no parameters (RFC 9881, section 2). */
export function mlDsaAlgorithm({ kind }: Pick<MlDsaKeyPair, 'kind'>): Uint8Array {
  return sequence(oid(MLDSA_OIDS[kind]));
}

/** SubjectPublicKeyInfo (RFC 9881, section 4). */
export function mlDsaPublicKeyInfo(keys: MlDsaKeyPair): Uint8Array {
  return sequence(mlDsaAlgorithm(keys), bitString(keys.encodedPublicKey));
}

const SETS = { mldsa44: ml_dsa44, mldsa65: ml_dsa65, mldsa87: ml_dsa87 } as const;

/** NIST Computer Security Objects Register, signature algorithms. */
const MLDSA_OIDS: Readonly<Record<MlDsaKind, string>> = {
  mldsa44: '2.16.840.1.101.3.4.3.17',
  mldsa65: '2.16.840.1.101.3.4.3.18',
  mldsa87: '2.16.840.1.101.3.4.3.19',
};
