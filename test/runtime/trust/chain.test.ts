import { describe, expect, it } from 'vitest';
import { octetString } from '../../../forge/der.ts';
import { newKeyRing } from '../../../forge/keys.ts';
import { signPe } from '../../../forge/sign.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { extension, newSigner, type Signer, type SignerSpec } from '../../../forge/x509.ts';
import type { Anchor } from '../../../runtime/contract/anchor.ts';
import { LINK_CHECK_LIMIT } from '../../../runtime/trust/chain.ts';
import { anchorsOf, codesOf, judge, PLAIN } from './question.ts';

const RING = newKeyRing();
const PROGRAM = smallProgram({});

function certificate(subject: string, about: Partial<SignerSpec>): Signer {
  return newSigner({ subject, key: RING.pair('p256', subject), ...about });
}

function anchorOf(signer: Signer): Anchor {
  const [anchor] = anchorsOf(signer.certificateDer);
  if (anchor === undefined) throw new Error('no anchor');
  return anchor;
}

function signedWith(signer: Signer, ...embed: readonly Signer[]): Uint8Array {
  return signPe(PROGRAM, {
    signers: [{ signer, embed: [signer, ...embed].map(({ certificateDer }) => certificateDer) }],
  });
}

const ROOT = certificate('root', { ca: true });
const MIDDLE = certificate('middle', { ca: true, issuer: ROOT });
const LEAF = certificate('leaf', { issuer: MIDDLE });

describe('findChain', () => {
  it.each([
    ['the root', ROOT],
    ['the intermediate', MIDDLE],
    ['the leaf', LEAF],
  ])('ends in %s when that is the anchor', async (_, anchor) => {
    const ruling = await judge(signedWith(LEAF, MIDDLE, ROOT), { anchors: [anchorOf(anchor)] });
    expect(ruling).toMatchObject({
      outcome: 'true',
      reasons: [],
      rulings: [{ trusted: true, anchor: anchorOf(anchor) }],
    });
  });

  it('needs the intermediate between signer and root, and says where the chain ends', async () => {
    const anchors = [anchorOf(ROOT)];
    expect((await judge(signedWith(LEAF, MIDDLE), { anchors })).outcome).toBe('true');
    const without = await judge(signedWith(LEAF), { anchors });
    expect(without.reasons).toMatchObject([
      { code: 'signer-unknown', text: '`CN=leaf` leads to no trusted certificate' },
    ]);
  });

  it('finds an intermediate among the anchors that is not embedded', async () => {
    expect((await judge(signedWith(LEAF), { anchors: [anchorOf(MIDDLE)] })).outcome).toBe('true');
  });

  it('does not take a name for a key', async () => {
    const imposter = certificate('other key', { subject: 'root', ca: true });
    const ruling = await judge(signedWith(LEAF, MIDDLE), { anchors: [anchorOf(imposter)] });
    expect(ruling.outcome).toBe('false');
  });

  it('does not take a reissued certificate of the same name and key for the anchor', async () => {
    const good = certificate('good', { ca: true });
    const reissued = certificate('good', { ca: true, serial: Uint8Array.of(9) });
    expect((await judge(signedWith(good), { anchors: [anchorOf(good)] })).outcome).toBe('true');
    expect((await judge(signedWith(reissued), { anchors: [anchorOf(good)] })).outcome).toBe('false');
  });

  it('follows a certificate that a CA issued to its own name for a new key', async () => {
    const renewed = newSigner({ subject: 'root', key: RING.pair('p256', 'root, new'), ca: true, issuer: ROOT });
    const signer = certificate('of the new key', { issuer: renewed });
    expect((await judge(signedWith(signer, renewed), { anchors: [anchorOf(ROOT)] })).outcome).toBe('true');
  });

  it('does not count self-issued certificates in a path length', async () => {
    const narrow = certificate('narrow', { ca: true, pathLength: 0 });
    const renewed = newSigner({ subject: 'narrow', key: RING.pair('p256', 'narrow 2'), ca: true, issuer: narrow });
    const below = certificate('below', { ca: true, issuer: narrow });
    const anchors = [anchorOf(narrow)];
    expect((await judge(signedWith(certificate('x', { issuer: renewed }), renewed), { anchors })).outcome).toBe('true');
    const tooDeep = await judge(signedWith(certificate('y', { issuer: below }), below), { anchors });
    expect(codesOf(tooDeep)).toContain('chain-path-length');
  });

  it.each([
    ['an issuer that says it is no CA', { ca: false }, 'chain-not-ca'],
    ['an issuer whose key may not sign certificates', { ca: true, keyUsage: ['digitalSignature'] }, 'chain-not-ca'],
    [
      'an unknown critical extension',
      { ca: true, extraExtensions: [extension('1.2.3.4', octetString(new Uint8Array(1)), 'critical')] },
      'chain-critical-extension',
    ],
    ['a certificate signed over SHA-1', { ca: true, digest: 'sha1' }, 'certificate-digest-weak'],
  ] as const)('refuses %s', async (_, about, code) => {
    const odd = certificate('odd', { ...about, issuer: ROOT });
    const ruling = await judge(signedWith(certificate('z', { issuer: odd }), odd), { anchors: [anchorOf(ROOT)] });
    expect(codesOf(ruling)).toContain(code);
  });

  it('does not ask how the anchor itself was signed', async () => {
    const old = certificate('old root', { ca: true, digest: 'sha1' });
    const signer = certificate('new leaf', { issuer: old });
    expect((await judge(signedWith(signer), { anchors: [anchorOf(old)] })).outcome).toBe('true');
  });

  it('ends on certificates that issued each other', async () => {
    const first = certificate('first', { ca: true });
    const second = certificate('second', { ca: true, issuer: first });
    const loop = certificate('first', { ca: true, issuer: second });
    const signer = certificate('looped', { issuer: loop });
    const anchors = [anchorOf(ROOT)];
    const ruling = await judge(signedWith(signer, loop, second), { anchors });
    expect(codesOf(ruling)).toContain('signer-unknown');
    expect((await judge(signedWith(signer, loop, second), { anchors: [anchorOf(first)] })).outcome).toBe('true');
  });

  it('stops after a bounded number of checks among 50 intermediates of one name', async () => {
    const same = (index: number, issuer?: Signer): Signer =>
      newSigner({
        subject: 'same',
        key: RING.pair('p256', `same ${index}`),
        ca: true,
        serial: Uint8Array.of(1, index),
        ...(issuer === undefined ? {} : { issuer }),
      });
    const chain: Signer[] = [];
    for (let index = 0; index < 50; index += 1) chain.unshift(same(index, chain[0]));
    const [issuer, ...rest] = chain;
    if (issuer === undefined) throw new Error('no chain');
    const ruling = await judge(signedWith(certificate('a', { issuer }), issuer, ...rest), {
      anchors: [anchorOf(ROOT)],
    });
    expect(ruling.outcome).toBe('false');
    expect(ruling.reasons.length).toBeLessThan(LINK_CHECK_LIMIT * 50);
    expect(codesOf(ruling)).toContain('signer-unknown');
  });
});

describe('constraints', () => {
  const anchors = [anchorOf(ROOT)];
  const at = new Date('2030-06-01T00:00:00Z');

  it.each([
    ['the digest that was used', { digests: ['sha256'] }, 'true'],
    ['another digest', { digests: ['sha384', 'sha512'] }, 'false'],
    ['a smaller curve', { keys: [{ family: 'ec', leastBits: 256 }] }, 'true'],
    ['a larger curve', { keys: [{ family: 'ec', leastBits: 384 }] }, 'false'],
    ['another family', { keys: [{ family: 'rsa', leastBits: 2048 }] }, 'false'],
    [
      'either family',
      {
        keys: [
          { family: 'rsa', leastBits: 2048 },
          { family: 'ec', leastBits: 256 },
        ],
      },
      'true',
    ],
    ['one signer', { count: 1 }, 'true'],
    ['two signers', { count: 2 }, 'false'],
    ['a timestamp, which it lacks', { timestamped: true }, 'false'],
    ['the scheme `appended`, which is judged elsewhere', { scheme: 'appended' }, 'undecided'],
  ] as const)('asking for %s', async (_, about, outcome) => {
    const ruling = await judge(signedWith(LEAF, MIDDLE), { anchors, constraints: { ...PLAIN, ...about } });
    expect(ruling.outcome).toBe(outcome);
    expect(ruling.reasons.length === 0).toBe(outcome === 'true');
  });

  it('counts distinct signers and not entries', async () => {
    const constraints = { ...PLAIN, count: 2 };
    const other = certificate('other leaf', { issuer: ROOT });
    const twice = signPe(PROGRAM, { signers: [{ signer: other }, { signer: other }] });
    const two = signPe(PROGRAM, { signers: [{ signer: other }, { signer: LEAF }] });
    expect(codesOf(await judge(twice, { anchors, constraints }))).toContain('too-few-signers');
    expect((await judge(two, { anchors, constraints })).outcome).toBe('true');
  });

  it('takes SHA-1 only when it is named', async () => {
    const bytes = signPe(PROGRAM, { signers: [{ signer: ROOT, digest: 'sha1' }] });
    expect(codesOf(await judge(bytes, { anchors }))).toContain('digest-weak');
    const constraints = { ...PLAIN, digests: ['sha1', 'sha256'] as const };
    expect((await judge(bytes, { anchors, constraints })).outcome).toBe('true');
  });

  it.each([
    ['profile', 'true'],
    ['ignored', 'true'],
    ['now', 'false'],
    ['at-signing', 'true'],
  ] as const)('judges an expired signer with validity `%s`', async (validity, outcome) => {
    const expired = certificate('expired', { issuer: ROOT, notAfter: new Date('2026-01-01T00:00:00Z') });
    const signingTime = new Date('2025-06-01T00:00:00Z');
    const bytes = signPe(PROGRAM, { signers: [{ signer: expired, signingTime }] });
    const ruling = await judge(bytes, { anchors, at, constraints: { ...PLAIN, validity } });
    expect(ruling.outcome).toBe(outcome);
  });

  it('cannot tell validity at signing without a signing time', async () => {
    const constraints = { ...PLAIN, validity: 'at-signing' as const };
    expect(codesOf(await judge(signedWith(LEAF, MIDDLE), { anchors, constraints }))).toContain('no-signing-time');
  });
});

describe('revocation', () => {
  const anchors = [anchorOf(ROOT)];

  it.each([
    ['the signer', LEAF],
    ['the intermediate', MIDDLE],
    ['the root, which is the anchor', ROOT],
  ])('of %s refuses', async (_, revoked) => {
    const ruling = await judge(signedWith(LEAF, MIDDLE), { anchors, revoked: [anchorOf(revoked)] });
    expect(codesOf(ruling)).toEqual(['signer-revoked']);
  });

  it('of a stranger changes nothing', async () => {
    const stranger = certificate('stranger', { ca: true });
    expect((await judge(signedWith(LEAF, MIDDLE), { anchors, revoked: [anchorOf(stranger)] })).outcome).toBe('true');
  });

  it('of an issuer that is neither embedded nor in the trusted chain refuses too', async () => {
    const twin = newSigner({ subject: 'middle', key: RING.pair('p256', 'middle'), ca: true, serial: Uint8Array.of(7) });
    const ruling = await judge(signedWith(LEAF, MIDDLE), { anchors, revoked: [anchorOf(twin)] });
    expect(codesOf(ruling)).toEqual(['signer-revoked']);
  });

  it.each([
    [null, 'false'],
    ['2026-10-31T23:59:59.000Z', 'false'],
    ['2026-11-01T00:00:01.000Z', 'true'],
  ])('by TBS digest from %s on makes it %s', async (revokedFrom, outcome) => {
    const { createHash } = await import('node:crypto');
    for (const algorithm of ['sha256', 'sha384', 'sha512'] as const) {
      const hex = createHash(algorithm).update(MIDDLE.tbsDer).digest('hex');
      const revoked: readonly Anchor[] = [{ kind: 'tbs-digest', algorithm, hex, revokedFrom }];
      expect((await judge(signedWith(LEAF, MIDDLE), { anchors, revoked })).outcome).toBe(outcome);
    }
  });

  it('refuses every signature of a file that a revoked certificate signed too', async () => {
    const evil = certificate('withdrawn', {});
    const bytes = signPe(PROGRAM, { signers: [{ signer: ROOT }, { signer: evil }] });
    expect((await judge(bytes, { anchors })).outcome).toBe('true');
    expect(codesOf(await judge(bytes, { anchors, revoked: [anchorOf(evil)] }))).toContain('signer-revoked');
  });
});
