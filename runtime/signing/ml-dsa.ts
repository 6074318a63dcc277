import type { MlDsaSet } from './algorithms.ts';

/** What an ML-DSA signature is checked with. */
export interface MlDsaQuestion {
  readonly set: MlDsaSet;
  /** Encoded public key (FIPS 204, algorithm 22). */
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Checks a pure ML-DSA signature with an empty context (FIPS 204, section 5.3; RFC 9882, section 3.2).
 *
 * The package is loaded by the first signature of the kind, so that nobody else pays for it. Sizes are compared before:
 * everything else that the package would throw for is a signature or a key that is not good.
 */
export async function checkMlDsa({ set, key, message, signature }: MlDsaQuestion): Promise<'good' | 'bad'> {
  const { keyBytes, signatureBytes } = SIZES[set];
  if (key.length !== keyBytes || signature.length !== signatureBytes) return 'bad';
  const { ml_dsa44, ml_dsa65, ml_dsa87 } = await import('@noble/post-quantum/ml-dsa.js');
  const verifier = { 'ml-dsa-44': ml_dsa44, 'ml-dsa-65': ml_dsa65, 'ml-dsa-87': ml_dsa87 }[set];
  return verifier.verify(signature, message, key) ? 'good' : 'bad';
}

/** FIPS 204, table 2. */
const SIZES: Readonly<Record<MlDsaSet, { readonly keyBytes: number; readonly signatureBytes: number }>> = {
  'ml-dsa-44': { keyBytes: 1312, signatureBytes: 2420 },
  'ml-dsa-65': { keyBytes: 1952, signatureBytes: 3309 },
  'ml-dsa-87': { keyBytes: 2592, signatureBytes: 4627 },
};
