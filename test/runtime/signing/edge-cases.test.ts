import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import type { SignerInfoSpec } from '../../../forge/cms.ts';
import { generateKeyPair, type KeyPair } from '../../../forge/keys.ts';
import { signPe } from '../../../forge/sign.ts';
import {
  ecdsaNumbers,
  ecdsaSignature,
  modulusOf,
  P256_ORDER,
  p256PublicKeyInfo,
  paddedEcdsaSignature,
  pkcs1Message,
  type Pkcs1Shape,
  pssAlgorithm,
  rawRsa,
  rsaPublicKeyInfo,
} from '../../../forge/signature-shapes.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { newSigner, type SignerSpec } from '../../../forge/x509.ts';
import { nativeEngine } from '../../../native-engine.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { collectSignatures } from '../../../runtime/signing/certificate-table.ts';

// Each is a whole signed file whose one fault is the value of the signature, or the key in the certificate.
const ENGINE = nativeEngine();
const PROGRAM = smallProgram({});
const RSA = generateKeyPair('rsa2048');
const CUBE = cubePair();
const P256 = generateKeyPair('p256');

/** `intact`, or the code of what is wrong. */
async function outcome(spec: SignerSpec, info: Omit<SignerInfoSpec, 'signer'>): Promise<string> {
  const file = signPe(PROGRAM, { signers: [{ signer: newSigner(spec), ...info }] });
  const { signatures } = await collectSignatures(readPe(file, 'pe'), ENGINE);
  const [signature] = signatures;
  if (signature === undefined) return 'none';
  return signature.intact ? 'intact' : signature.findings.map(({ code }) => code).join(' ');
}

function rsaShape(shape: Pkcs1Shape, { privateKey }: KeyPair): (message: Uint8Array) => Uint8Array {
  return (message) => rawRsa(privateKey, pkcs1Message(shape, message, 256));
}

describe('RSA PKCS#1 v1.5', () => {
  it.each([
    ['exponent 65537', RSA],
    ['exponent 3', CUBE],
  ])('is intact with the honest encoding and %s', async (_, key) => {
    expect(await outcome({ subject: 'R', key }, { signature: rsaShape('honest', key) })).toBe('intact');
  });

  it.each([
    'block-type-2',
    'padding-not-ff',
    'no-zero',
    'no-null',
    'other-digest',
    'garbage-behind',
    'short-padding',
    'empty-digest',
  ] as const)('is bad in the shape %s, with exponent 65537 and with 3', async (shape) => {
    for (const key of [RSA, CUBE]) {
      expect(await outcome({ subject: 'R', key }, { signature: rsaShape(shape, key) })).toBe('cms-signature-bad');
    }
  });

  it.each([
    ['an octet too long', (good: Uint8Array) => concatBytes(Uint8Array.of(0), good)],
    ['an octet too short', (good: Uint8Array) => good.subarray(1)],
    ['empty', () => new Uint8Array(0)],
    ['the modulus', () => Uint8Array.from(modulusOf(RSA.privateKey))],
    ['all ones', () => new Uint8Array(256).fill(0xff)],
    ['zero', () => new Uint8Array(256)],
  ])('is bad when its value is %s', async (_, change) => {
    const signature = (message: Uint8Array): Uint8Array => Uint8Array.from(change(rsaShape('honest', RSA)(message)));
    expect(await outcome({ subject: 'R', key: RSA }, { signature })).toBe('cms-signature-bad');
  });

  it.each([
    ['exponent 1, which signs for everybody', modulusOf(RSA.privateKey), 1],
    ['exponent 2', modulusOf(RSA.privateKey), 2],
    ['an even modulus', modulusOf(RSA.privateKey).with(255, 0xfe), 65537],
    ['a modulus of 8 bits', Uint8Array.of(0xc1), 3],
  ])('is bad under a key with %s', async (_, modulus, exponent) => {
    const signature = (message: Uint8Array): Uint8Array =>
      pkcs1Message('honest', message, modulus.length < 64 ? 64 : 256);
    const spec = { subject: 'R', key: RSA, publicKeyInfo: rsaPublicKeyInfo(modulus, exponent) };
    expect(await outcome(spec, { signature })).toBe('cms-signature-bad');
  });
});

describe('RSA-PSS', () => {
  const pss = (mask: 'sha1' | 'sha256', salt: number, trailer: number): Promise<string> =>
    outcome({ subject: 'P', key: RSA }, { algorithm: 'pss', algorithmIdentifier: pssAlgorithm(mask, salt, trailer) });
  it('is intact with the parameters that it was made with', async () => {
    expect(await pss('sha256', 32, 1)).toBe('intact');
  });

  it.each([
    ['another length of the salt', 'sha256', 20, 1],
    ['a salt of no octets', 'sha256', 0, 1],
    ['a salt longer than the modulus', 'sha256', 300, 1],
    ['another mask', 'sha1', 32, 1],
    ['another trailer', 'sha256', 32, 2],
  ] as const)('is not intact with %s', async (_, mask, salt, trailer) => {
    expect(await pss(mask, salt, trailer)).toMatch(/cms-signature-(bad|unsupported)$/);
  });
});

describe('ECDSA', () => {
  const numbers = (change: (r: bigint, s: bigint) => Uint8Array): Promise<string> =>
    outcome(
      { subject: 'E', key: P256 },
      {
        signature: (message) => {
          const { r, s } = ecdsaNumbers(P256.privateKey, message);
          return change(r, s);
        },
      },
    );

  it('is intact with its own numbers, and with the other s that stands for the same', async () => {
    expect(await numbers((r, s) => ecdsaSignature(r, s))).toBe('intact');
    expect(await numbers((r, s) => ecdsaSignature(r, P256_ORDER - s))).toBe('intact');
  });

  it.each([
    ['r is 0', (_r: bigint, s: bigint) => ecdsaSignature(0n, s)],
    ['s is 0', (r: bigint) => ecdsaSignature(r, 0n)],
    ['both are 0', () => ecdsaSignature(0n, 0n)],
    ['r is the order', (_r: bigint, s: bigint) => ecdsaSignature(P256_ORDER, s)],
    ['s is the order', (r: bigint) => ecdsaSignature(r, P256_ORDER)],
    ['r is above the order', (r: bigint, s: bigint) => ecdsaSignature(r + P256_ORDER, s)],
    ['s is above the order', (r: bigint, s: bigint) => ecdsaSignature(r, s + P256_ORDER)],
    ['r has a zero octet too many', (r: bigint, s: bigint) => paddedEcdsaSignature(r, s)],
    ['r and s change places', (r: bigint, s: bigint) => ecdsaSignature(s, r)],
    ['bytes follow', (r: bigint, s: bigint) => concatBytes(ecdsaSignature(r, s), Uint8Array.of(0))],
  ])('is bad when %s', async (_, change) => {
    expect(await numbers(change)).toBe('cms-signature-bad');
  });

  it.each([
    ['not on the curve', concatBytes(Uint8Array.of(4), new Uint8Array(64).fill(1))],
    ['the point at infinity', Uint8Array.of(0)],
    ['all zero', concatBytes(Uint8Array.of(4), new Uint8Array(64))],
    ['too short', concatBytes(Uint8Array.of(4), new Uint8Array(63).fill(1))],
  ])('is bad under a key whose point is %s', async (_, point) => {
    const spec = { subject: 'E', key: P256, publicKeyInfo: p256PublicKeyInfo(point) };
    expect(await outcome(spec, {})).toBe('cms-signature-bad');
  });
});

/** RSA with the exponent 3, for which forged paddings are made. */
function cubePair(): KeyPair {
  const pair: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicExponent: 3,
  });
  return { kind: 'rsa2048', ...pair };
}
