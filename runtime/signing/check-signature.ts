import type { Engine, HashName } from '../bytes/engine.ts';
import type { MlDsaSet, SignatureScheme } from './algorithms.ts';
import { sameBytes } from './der-fields.ts';
import { readDer } from './der.ts';
import { checkEcdsa } from './ecdsa.ts';
import { checkMlDsa } from './ml-dsa.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';
import { matchesPss, openRsaSignature, pkcs1Encoding } from './rsa.ts';

/** One cryptographic signature over one message. */
export interface SignatureQuestion {
  /** SubjectPublicKeyInfo of the signer. */
  readonly spki: Uint8Array;
  readonly scheme: SignatureScheme;
  /** The digest, where the scheme leaves it open. */
  readonly digest: HashName | null;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** `good`, or why not; `unsupported` is never good. */
export type SignatureAnswer =
  | { readonly kind: 'good' }
  | { readonly kind: 'bad' | 'unsupported'; readonly text: string };

/**
 * Checks a signature: RSA PKCS#1 v1.5 and PSS with every digest, ECDSA on P-256, P-384 and P-521, ML-DSA.
 *
 * @throws FormatError when the key cannot be read; certificates that were read once have a readable one.
 */
export async function checkSignature(question: SignatureQuestion, engine: Engine): Promise<SignatureAnswer> {
  const { scheme } = question;
  const document = readDer(question.spki, { layer: '', offsetBytes: 0 });
  const key = readPublicKey(document, document.root);
  if (scheme.kind === 'unsupported') return unsupported(`the signature algorithm ${scheme.oid}`);
  if (scheme.kind === 'ml-dsa') return checkWithMlDsa(key, scheme.set, question);
  const digest = scheme.digest ?? question.digest;
  if (digest === null) return unsupported('the digest of the signature');
  if (scheme.kind === 'ecdsa') return checkWithCurve(key, digest, question);
  if (key.kind !== 'rsa' && key.kind !== 'rsa-pss') return bad(`an RSA signature, but the key is ${key.kind}`);
  if (scheme.kind === 'rsa' && key.kind === 'rsa-pss') return bad('a PKCS#1 v1.5 signature by a key for PSS only');
  const opened = openRsaSignature(key, question.signature);
  if (opened === null) return bad('the RSA signature is no number below the modulus');
  const messageDigest = await engine.digest(digest, [question.message]);
  if (scheme.kind === 'rsa') {
    const honest = pkcs1Encoding(messageDigest, digest, opened.length);
    return honest !== null && sameBytes(opened, honest) ? GOOD : bad('the RSA signature does not verify');
  }
  const pss = { ...scheme, messageDigest, bits: key.bits, engine };
  return (await matchesPss(opened, pss)) ? GOOD : bad('the RSA-PSS signature does not verify');
}

async function checkWithCurve(key: PublicKey, digest: HashName, question: SignatureQuestion): Promise<SignatureAnswer> {
  if (key.kind !== 'ec') return bad(`an ECDSA signature, but the key is ${key.kind}`);
  const { curve, point } = key;
  if (curve === null) return unsupported('the curve of the key');
  const { message, signature } = question;
  const answer = await checkEcdsa({ curve, point, digest, message, signature });
  if (answer === 'unsupported') return unsupported(`ECDSA with ${digest}`);
  return answer === 'good' ? GOOD : bad('the ECDSA signature does not verify');
}

async function checkWithMlDsa(key: PublicKey, set: MlDsaSet, question: SignatureQuestion): Promise<SignatureAnswer> {
  if (key.kind !== set || !('encoded' in key)) return bad(`an ${set} signature, but the key is ${key.kind}`);
  const { message, signature } = question;
  const answer = await checkMlDsa({ set, key: key.encoded, message, signature });
  return answer === 'good' ? GOOD : bad(`the ${set} signature does not verify`);
}

const GOOD: SignatureAnswer = { kind: 'good' };

function bad(text: string): SignatureAnswer {
  return { kind: 'bad', text };
}

function unsupported(what: string): SignatureAnswer {
  return { kind: 'unsupported', text: `${what} is not supported` };
}
