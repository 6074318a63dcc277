import { createHash, sign as nodeSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { integer, sequence } from '../../../forge/der.ts';
import { type KeyKind, newKeyRing } from '../../../forge/keys.ts';
import { signatureAlgorithm, signBytes } from '../../../forge/signature-algorithms.ts';
import { nativeEngine } from '../../../native-engine.ts';
import type { HashName } from '../../../runtime/bytes/engine.ts';
import { portableEngine } from '../../../runtime/codecs/portable-engine.ts';
import { readAlgorithm, schemeOf, type SignatureScheme } from '../../../runtime/signing/algorithms.ts';
import { checkSignature } from '../../../runtime/signing/check-signature.ts';
import { readDer } from '../../../runtime/signing/der.ts';
import { pkcs1Encoding } from '../../../runtime/signing/rsa.ts';

const ENGINE = nativeEngine();
const RING = newKeyRing();
const MESSAGE = new TextEncoder().encode('a message to be signed');

function spkiOf(kind: KeyKind): Uint8Array {
  return Uint8Array.from(RING.pair(kind, 'a').publicKey.export({ type: 'spki', format: 'der' }));
}

async function check(kind: KeyKind, scheme: SignatureScheme, signature: Uint8Array): Promise<string> {
  const answer = await checkSignature(
    { spki: spkiOf(kind), scheme, digest: null, message: MESSAGE, signature },
    ENGINE,
  );
  return answer.kind;
}

function changed(signature: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(signature);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

/** An encoded message raised to the private exponent: a signature whose padding is whatever is asked for. */
function rawRsa(encoded: Uint8Array): Uint8Array {
  const { privateKey } = RING.pair('rsa2048', 'a');
  const { n = '', d = '' } = privateKey.export({ format: 'jwk' });
  const number = (text: string): bigint => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);
  const modulus = number(n);
  let power = 1n;
  let base = BigInt(`0x${Buffer.from(encoded).toString('hex')}`);
  for (let exponent = number(d); exponent > 0n; exponent >>= 1n) {
    if (exponent % 2n === 1n) power = (power * base) % modulus;
    base = (base * base) % modulus;
  }
  return Uint8Array.from(Buffer.from(power.toString(16).padStart(512, '0'), 'hex'));
}

function honest(algorithm: HashName): Uint8Array {
  const digest = Uint8Array.from(createHash('sha256').update(MESSAGE).digest());
  return pkcs1Encoding(digest, algorithm, 256) ?? new Uint8Array();
}

const RSA_SHA256: SignatureScheme = { kind: 'rsa', digest: 'sha256' };

describe('checkSignature', () => {
  it.each([
    ['rsa1024', 'sha256'],
    ['rsa2048', 'md5'],
    ['rsa2048', 'sha1'],
    ['rsa2048', 'sha224'],
    ['rsa2048', 'sha256'],
    ['rsa2048', 'sha384'],
    ['rsa2048', 'sha512'],
    ['rsa2048', 'sha3-256'],
    ['rsa4096', 'sha512'],
  ] as const)('takes a PKCS#1 v1.5 signature by %s over %s, and no other', async (kind, digest) => {
    const signature = Uint8Array.from(nodeSign(digest, MESSAGE, RING.pair(kind, 'a').privateKey));
    const scheme: SignatureScheme = { kind: 'rsa', digest };
    expect(await check(kind, scheme, signature)).toBe('good');
    expect(await check(kind, scheme, changed(signature))).toBe('bad');
  });

  it.each(['sha256', 'sha384', 'sha512'] as const)('takes a PSS signature over %s, and no other', async (digest) => {
    const keys = RING.pair('rsa2048', 'a');
    const der = signatureAlgorithm({ keys, digest, scheme: 'pss' });
    const document = readDer(der, { layer: '', offsetBytes: 0 });
    const scheme = schemeOf(document, readAlgorithm(document, document.root));
    const signature = signBytes({ keys, digest, scheme: 'pss' }, MESSAGE);
    expect(await check('rsa2048', scheme, signature)).toBe('good');
    expect(await check('rsa2048', scheme, changed(signature))).toBe('bad');
    expect(await check('rsa2048', { kind: 'rsa', digest }, signature)).toBe('bad');
  });

  it.each([
    ['p256', 'sha256'],
    ['p256', 'sha384'],
    ['p384', 'sha384'],
    ['p521', 'sha512'],
  ] as const)('takes an ECDSA signature by %s over %s, and no other', async (kind, digest) => {
    const signature = Uint8Array.from(nodeSign(digest, MESSAGE, RING.pair(kind, 'a').privateKey));
    const scheme: SignatureScheme = { kind: 'ecdsa', digest };
    expect(await check(kind, scheme, signature)).toBe('good');
    expect(await check(kind, scheme, changed(signature))).toBe('bad');
  });

  it('gives the same answer with the portable engine', async () => {
    const signature = Uint8Array.from(nodeSign('sha256', MESSAGE, RING.pair('rsa2048', 'a').privateKey));
    const question = { spki: spkiOf('rsa2048'), scheme: RSA_SHA256, digest: null, message: MESSAGE, signature };
    expect((await checkSignature(question, portableEngine())).kind).toBe('good');
  });

  it('takes the honest padding, raised by hand', async () => {
    expect(await check('rsa2048', RSA_SHA256, rawRsa(honest('sha256')))).toBe('good');
  });

  it.each([
    ['block type 02', (em: Uint8Array) => em.with(1, 2)],
    ['a padding byte that is not ff', (em: Uint8Array) => em.with(100, 0xfe)],
    ['no zero after the padding', (em: Uint8Array) => em.with(em.length - 52, 0xff)],
    ['another digest algorithm', () => honest('sha384')],
    ['parameters that are absent', withoutNull],
    ['bytes after the digest, the padding short (Bleichenbacher 2006)', shortPadding],
  ])('refuses a PKCS#1 signature with %s', async (_, forge) => {
    expect(await check('rsa2048', RSA_SHA256, rawRsa(Uint8Array.from(forge(honest('sha256')))))).toBe('bad');
  });

  it('refuses a signature that is one byte longer or shorter than the modulus', async () => {
    const signature = rawRsa(honest('sha256'));
    expect(await check('rsa2048', RSA_SHA256, Uint8Array.of(0, ...signature))).toBe('bad');
    expect(await check('rsa2048', RSA_SHA256, signature.subarray(1))).toBe('bad');
  });

  it('refuses a signature that is the modulus too large', async () => {
    const { n = '' } = RING.pair('rsa2048', 'a').publicKey.export({ format: 'jwk' });
    expect(await check('rsa2048', RSA_SHA256, Uint8Array.from(Buffer.from(n, 'base64url')))).toBe('bad');
  });

  it.each([
    ['r of zero', sequence(integer(0), integer(1))],
    ['s of zero', sequence(integer(1), integer(0))],
    ['r longer than the curve', sequence(integer(1n << 256n), integer(1))],
    ['a negative r', Uint8Array.of(0x30, 6, 2, 1, 0x80, 2, 1, 1)],
    ['a third number', sequence(integer(1), integer(1), integer(1))],
    ['bytes after the signature', Uint8Array.of(...sequence(integer(1), integer(1)), 0)],
    ['no DER at all', new Uint8Array(64)],
  ])('refuses an ECDSA signature with %s', async (_, signature) => {
    expect(await check('p256', { kind: 'ecdsa', digest: 'sha256' }, signature)).toBe('bad');
  });

  it('refuses an ECDSA signature whose numbers are padded', async () => {
    const signature = nodeSign('sha256', MESSAGE, RING.pair('p256', 'a').privateKey);
    const s = signature.subarray(4 + (signature[3] ?? 0));
    const r = signature.subarray(4, 4 + (signature[3] ?? 0));
    const padded = Uint8Array.of(0x30, (signature[1] ?? 0) + 1, 2, r.length + 1, 0, ...r, ...s);
    expect(await check('p256', { kind: 'ecdsa', digest: 'sha256' }, padded)).toBe('bad');
  });

  it('refuses an RSA scheme with a curve and an ECDSA scheme with an RSA key', async () => {
    expect(await check('p256', RSA_SHA256, new Uint8Array(256))).toBe('bad');
    expect(await check('rsa2048', { kind: 'ecdsa', digest: 'sha256' }, new Uint8Array(64))).toBe('bad');
  });

  it('never calls good what it does not support', async () => {
    expect(await check('rsa2048', { kind: 'unsupported', oid: '1.3.101.112' }, new Uint8Array(64))).toBe('unsupported');
    expect(await check('p256', { kind: 'ecdsa', digest: 'sha3-256' }, new Uint8Array(64))).toBe('unsupported');
  });
});

function withoutNull(): readonly number[] {
  const digest = createHash('sha256').update(MESSAGE).digest();
  const info = Buffer.concat([
    Buffer.from('302f300b0609608648016503040201', 'hex'),
    Buffer.from('0420', 'hex'),
    digest,
  ]);
  return [0, 1, ...new Array<number>(256 - 3 - info.length).fill(0xff), 0, ...info];
}

function shortPadding(em: Uint8Array): readonly number[] {
  const info = em.subarray(em.indexOf(0, 2) + 1);
  return [0, 1, ...new Array<number>(8).fill(0xff), 0, ...info, ...new Array<number>(256 - 11 - info.length).fill(0)];
}
