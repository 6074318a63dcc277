import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { type KeyPair, newKeyRing } from '../../../forge/keys.ts';
import { pcrPublicKeyPem, withPcrSignatures } from '../../../forge/pcr.ts';
import { forgeUki, type UkiSpec } from '../../../forge/uki.ts';
import { newSigner } from '../../../forge/x509.ts';
import {
  type Anchor,
  compile,
  DEFAULT_LIMITS,
  factsOf,
  nativeEngine,
  readAnchorFile,
  type Verdict,
} from '../../../index.ts';
import { newBench, reasonCodes, signed, TODAY, ukiOf } from '../../policy-case.ts';

const RING = newKeyRing();
const KEY = RING.pair('rsa2048', 'pcr');
const OTHER = RING.pair('rsa2048', 'other');
const UKI: UkiSpec = { linux: forgeBzImage({}), osrel: 'ID=forge\n', cmdline: 'quiet', uname: '6' };
const SIGNING = { key: KEY, banks: ['sha256'], phases: ['enter-initrd'] } as const;

function anchorsIn(text: string): readonly Anchor[] {
  const file = readAnchorFile(Buffer.from(text), 'keys.pem');
  if (!file.ok) throw new Error(file.text);
  return file.anchors;
}

function keyAnchors(...keys: readonly KeyPair[]): readonly Anchor[] {
  return anchorsIn(keys.map(pcrPublicKeyPem).join(''));
}

const OPTIONS = { limits: DEFAULT_LIMITS, engine: nativeEngine() };

interface Trust {
  readonly s: readonly Anchor[];
  readonly gone?: readonly Anchor[];
}

async function judge(condition: string, bytes: Uint8Array, { s, gone = [] }: Trust): Promise<Verdict> {
  const { verifier, diagnostics } = compile(`language 1
policy pcr
param signers s
param signers gone
artifact uki { require c: ${condition}  otherwise allow }
at tpm sees file revoked by gone enforce { c }
`);
  if (verifier === null) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
  return verifier.judge(factsOf(bytes, OPTIONS), { trust: { s, gone }, at: TODAY });
}

async function said(condition: string, spec: UkiSpec, trust: Trust): Promise<string> {
  const verdict = await judge(condition, forgeUki(spec), trust);
  return [verdict.verdict, ...new Set(reasonCodes(verdict))].join(' ');
}

const PCR = 'signed by s { scheme pcr }';

describe('scheme pcr', () => {
  test('holds for a bare key that signed a value of the image, and for no other key', async () => {
    const spec = withPcrSignatures(UKI, SIGNING);
    expect(await said(PCR, spec, { s: keyAnchors(KEY) })).toBe('accept');
    expect(await said(PCR, spec, { s: keyAnchors(OTHER, KEY) })).toBe('accept');
    expect(await said(PCR, spec, { s: keyAnchors(OTHER) })).toBe('reject no-signature pcr-key-unknown');
    expect(await said(PCR, spec, { s: [] })).toBe('reject no-signature pcr-key-unknown');
  });

  test('does not hold without a signature, or for an image that was changed after signing', async () => {
    const trust = { s: keyAnchors(KEY) };
    expect(await said(PCR, UKI, trust)).toBe('reject no-signature');
    expect(await said(PCR, { ...withPcrSignatures(UKI, SIGNING), cmdline: 'quieT' }, trust)).toBe(
      'reject no-signature pcr-policy-mismatch',
    );
    const forged = { ...withPcrSignatures(UKI, SIGNING), pcrpkey: pcrPublicKeyPem(OTHER) };
    expect(await said(PCR, forged, { s: keyAnchors(OTHER) })).toMatch(/^reject no-signature /);
  });

  test('asks for a signature of every profile', async () => {
    const profiles = [{ profile: 'ID=a' }, { profile: 'ID=b', cmdline: 'rescue' }];
    const both = withPcrSignatures({ ...UKI, profiles }, SIGNING);
    const trust = { s: keyAnchors(KEY) };
    expect(await said(PCR, both, trust)).toBe('accept');
    const first = withPcrSignatures({ ...UKI, profiles: profiles.slice(0, 1) }, SIGNING);
    expect(await said(PCR, first, trust)).toBe('accept');
    const second = { ...first, profiles: [...(first.profiles ?? []), { profile: 'ID=c', cmdline: 'init=/bin/sh' }] };
    expect(await said(PCR, second, trust)).toBe('reject no-signature');
  });

  test.each([
    ['key rsa >= 2048', 'accept'],
    ['key rsa >= 3072', 'reject no-signature key-not-allowed'],
    ['key ec >= 256', 'reject no-signature key-not-allowed'],
    ['digest in { sha256 }', 'accept'],
    ['digest in { sha384 }', 'reject no-signature digest-not-allowed'],
    ['count >= 1', 'accept'],
    ['count >= 2', 'reject no-signature'],
  ])('with `%s`: %s', async (constraint, expected) => {
    const trust = { s: keyAnchors(KEY) };
    expect(await said(`signed by s { scheme pcr  ${constraint} }`, withPcrSignatures(UKI, SIGNING), trust)).toBe(
      expected,
    );
  });

  test('does not hold for a revoked key, bare or in a certificate', async () => {
    const spec = withPcrSignatures(UKI, SIGNING);
    const certificate = anchorsIn(newSigner({ subject: 'TPM', key: KEY }).certificatePem);
    const s = keyAnchors(KEY);
    expect(await said(PCR, spec, { s, gone: keyAnchors(OTHER) })).toBe('accept');
    expect(await said(PCR, spec, { s, gone: keyAnchors(KEY) })).toBe('reject no-signature pcr-key-revoked');
    expect(await said(PCR, spec, { s, gone: certificate })).toBe('reject no-signature pcr-key-revoked');
    expect(await said(PCR, spec, { s: certificate })).toBe('reject no-signature pcr-key-unknown');
  });

  test.each([
    ['another key', OTHER, 'accept'],
    ['the key', KEY, 'reject no-signature pcr-key-revoked'],
  ])('heeds what the policy that the signers come from revokes: %s', async (_name, revoked, expected) => {
    const files = new Map([
      ['keys.pem', pcrPublicKeyPem(KEY)],
      ['gone.pem', pcrPublicKeyPem(revoked)],
      ['base', 'language 1\npolicy base\nsigners tpm = file "keys.pem"\nrevoked = file "gone.pem"\n'],
    ]);
    const digest = createHash('sha256')
      .update(files.get('base') ?? '')
      .digest('hex');
    const text = `language 1
policy pcr
import "base" sha256:${digest}
artifact uki { require c: signed by tpm { scheme pcr }  otherwise allow }
at tpm sees file enforce { c }
`;
    const { verifier, diagnostics } = compile(text, { readFile: (path) => Buffer.from(files.get(path) ?? '') });
    if (verifier === null) throw new Error(diagnostics.map(({ title }) => title).join('\n'));
    const image = factsOf(forgeUki(withPcrSignatures(UKI, SIGNING)), OPTIONS);
    const verdict = await verifier.judge(image, { trust: {}, at: TODAY });
    expect([verdict.verdict, ...new Set(reasonCodes(verdict))].join(' ')).toBe(expected);
  });

  test('covers nothing, and protects no byte', async () => {
    const spec = withPcrSignatures(UKI, SIGNING);
    const trust = { s: keyAnchors(KEY) };
    expect(await said('covered by s', spec, trust)).toMatch(/^reject /);
    const { verifier } = compile(`language 1
policy pcr
param signers s
artifact uki { require c: ${PCR}  otherwise allow }
at tpm sees file enforce { c }
`);
    const facts = factsOf(forgeUki(spec), OPTIONS);
    const asked = { trust, at: TODAY, fileDigest: 'when-needed' } as const;
    const examination = await verifier?.examine(facts, asked);
    expect(examination?.gaps[0]?.gaps.length).toBeGreaterThan(0);
  });
});

describe('a bare key', () => {
  const bench = newBench();
  const image = signed(ukiOf(bench), bench.us);
  const { publicKey } = new X509Certificate(bench.us.certificateDer);
  const own = anchorsIn(publicKey.export({ type: 'spki', format: 'pem' }).toString());

  test.each(['signed by s', 'allowed by s', 'covered by s', 'signed by s { scheme appended }'])(
    'never makes `%s` hold, though it is the key of the signer',
    async (condition) => {
      expect((await judge(condition, image, { s: own })).verdict).toBe('reject');
    },
  );

  test('that is revoked takes the certificates with it that have it', async () => {
    const s = anchorsIn(bench.us.certificatePem);
    expect((await judge('signed by s', image, { s, gone: keyAnchors(OTHER) })).verdict).toBe('accept');
    const verdict = await judge('signed by s', image, { s, gone: own });
    expect(reasonCodes(verdict)).toContain('signer-revoked');
  });
});
