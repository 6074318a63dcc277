import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { octetString, sequence } from '../../../forge/der.ts';
import { type EslEntry, forgeEsl } from '../../../forge/esl.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { newKeyRing } from '../../../forge/keys.ts';
import { signPe } from '../../../forge/sign.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { extension, newSigner, type Signer } from '../../../forge/x509.ts';
import type { Engine } from '../../../runtime/bytes/engine.ts';
import type { Anchor } from '../../../runtime/contract/anchor.ts';
import type { EnforcerQuestion } from '../../../runtime/trust/enforcer.ts';
import { judgeAs } from '../../../runtime/trust/judge-enforcer.ts';
import { anchorsOf, codesOf, ENGINE, judge, PLAIN } from './question.ts';
import { answer, answers, DB, ENFORCERS, recipe } from './table-d/rows.ts';

const RING = newKeyRing();
const PROGRAM = smallProgram({});
const ROOT = newSigner({ subject: 'Root', key: RING.pair('rsa1024', 'root'), ca: true });

function key(name: string): ReturnType<typeof RING.pair> {
  return RING.pair('rsa1024', name);
}

function anchors(...signers: readonly Signer[]): readonly Anchor[] {
  return signers.flatMap(({ certificateDer }) => anchorsOf(certificateDer));
}

function signedBy(signer: Signer, embed: readonly Signer[], program = PROGRAM): Uint8Array {
  return signPe(program, { signers: [{ signer, embed: embed.map(({ certificateDer }) => certificateDer) }] });
}

describe('keys', () => {
  test('on elliptic curves are taken by EDK2 on x86-64 and not on arm64, by Linux on both', async () => {
    const signer = newSigner({ subject: 'Curve', key: RING.pair('p256', 'curve') });
    const image = forgeImage({ arch: 'arm64', size: 20_000 });
    const trust = { anchors: anchors(signer), revoked: [] };
    expect(await answers(signedBy(signer, [signer]), trust)).toBe('A A elliptic-curve');
    expect(await answers(signedBy(signer, [signer], image), trust)).toBe('elliptic-curve A elliptic-curve');
  });

  test('of RSA have sizes that Linux does not take: 1536 bits are, 1280 and 2040 bits are not', async () => {
    for (const [bits, said] of [
      [1536, 'A A A'],
      [1280, 'A certificate-self-signature A'],
      [2040, 'A certificate-self-signature A'],
    ] as const) {
      const pair = { kind: 'rsa2048', ...generateKeyPairSync('rsa', { modulusLength: bits }) } as const;
      const signer = newSigner({ subject: `RSA ${bits}`, key: pair });
      expect(await answers(signedBy(signer, [signer]), { anchors: anchors(signer), revoked: [] })).toBe(said);
    }
  });
});

describe('certificates', () => {
  test('have UTCTime before 2050 in Linux, and not GeneralizedTime, also where nobody needs them', async () => {
    const signer = newSigner({ subject: 'Timely', key: key('timely') });
    for (const [timeForm, said] of [
      ['general', 'A certificate-time A'],
      ['usual', 'A A A'],
    ] as const) {
      const other = newSigner({ subject: 'Other time', key: key('other time'), timeForm });
      expect(await answers(signedBy(signer, [signer, other]), { anchors: anchors(signer), revoked: [] })).toBe(said);
    }
  });

  test('with keys on other curves make Linux refuse the message, also when nobody needs them', async () => {
    const signer = newSigner({ subject: 'Rounded', key: key('rounded') });
    const trust = { anchors: anchors(signer), revoked: [] };
    for (const [curve, said] of [
      ['secp256k1', 'A certificate-algorithm A'],
      ['prime256v1', 'A A A'],
    ] as const) {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
      const publicKeyInfo = Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }));
      const other = newSigner({ subject: 'Curved', key: key('curved'), issuer: ROOT, publicKeyInfo });
      expect(await answers(signedBy(signer, [signer, other]), trust)).toBe(said);
    }
  });

  test('with ML-DSA keys sign attributes with SHA-512 in Linux', async () => {
    const signer = newSigner({ subject: 'Lattice', key: 'mldsa44' });
    const trust = { anchors: anchors(signer), revoked: [] };
    for (const [digest, said] of [
      ['sha256', 'key-algorithm cms-ml-dsa-digest key-algorithm'],
      ['sha512', 'key-algorithm A image-digest-mismatch'],
    ] as const) {
      expect(await answers(signPe(PROGRAM, { signers: [{ signer, digest }] }), trust)).toBe(said);
    }
  });
});

describe('chains', () => {
  test('keep the embedded issuers of a trusted leaf in OpenSSL, and 3.5 checks them too (measured)', async () => {
    const notCa = newSigner({ subject: 'Not CA', key: key('notca'), issuer: ROOT, ca: false });
    const leaf = newSigner({ subject: 'Leaf', key: key('leaf'), issuer: notCa });
    const trust = { anchors: anchors(leaf), revoked: [] };
    expect(await answers(signedBy(leaf, [leaf, notCa]), trust)).toBe('chain-not-ca A A');
    expect(await answers(signedBy(leaf, [leaf]), trust)).toBe('A A A');
  });

  test('take the first certificate of the right name in OpenSSL, and never try the next', async () => {
    const good = newSigner({ subject: 'Twin', key: key('twin'), issuer: ROOT, ca: true });
    const other = newSigner({ subject: 'Twin', key: key('other twin'), issuer: ROOT, ca: true });
    const leaf = newSigner({ subject: 'Leaf of Twin', key: key('leaf'), issuer: good });
    const trust = { anchors: anchors(ROOT), revoked: [] };
    // The authority key identifier tells the twins apart, so both orders are good.
    expect(await answers(signedBy(leaf, [leaf, other, good]), trust)).toBe('A A A');
    expect(await answers(signedBy(leaf, [leaf, other]), trust)).toBe('signer-unknown signer-unknown signer-unknown');
  });

  test('go to a trusted certificate below an embedded one in shim, whose OpenSSL begins with what is embedded', async () => {
    const root = newSigner({ subject: 'Far root', key: key('far'), ca: true });
    const middle = newSigner({ subject: 'Middle', key: key('middle'), issuer: root, ca: true });
    const leaf = newSigner({ subject: 'Leaf of Middle', key: key('leaf'), issuer: middle });
    for (const embed of [[leaf], [leaf, middle], [leaf, middle, root]]) {
      expect(await answers(signedBy(leaf, embed), { anchors: anchors(middle), revoked: [] })).toBe('A A A');
      expect(await answer('shim', signedBy(leaf, embed), { anchors: anchors(ROOT), revoked: [] })).toBe(
        'signer-unknown',
      );
    }
  });

  test('end at an unknown critical extension in OpenSSL', async () => {
    const odd = extension('1.3.6.1.4.1.99999.7', octetString(new Uint8Array(2)), 'critical');
    const mild = extension('1.3.6.1.4.1.99999.7', octetString(new Uint8Array(2)), 'non-critical');
    for (const [extra, said] of [
      [odd, 'chain-critical-extension A chain-critical-extension'],
      [mild, 'A A A'],
    ] as const) {
      const leaf = newSigner({ subject: 'Odd', key: key('odd'), issuer: ROOT, extraExtensions: [extra] });
      expect(await answers(signedBy(leaf, [leaf]), { anchors: anchors(ROOT), revoked: [] })).toBe(said);
    }
  });

  test('with constrained names are refused where OpenSSL evaluates them', async () => {
    const constraints = extension('2.5.29.30', sequence(), 'non-critical');
    const ca = newSigner({ subject: 'Named', key: key('named'), ca: true, extraExtensions: [constraints] });
    const leaf = newSigner({ subject: 'Leaf of Named', key: key('leaf'), issuer: ca });
    const said = await answers(signedBy(leaf, [leaf]), { anchors: anchors(ca), revoked: [] });
    expect(said).toBe('chain-name-constraints A chain-name-constraints');
  });

  test('begin at no certificate for signing modules in shim', async () => {
    for (const [eku, said] of [
      ['1.3.6.1.4.1.2312.16.1.2', 'A A anchor-for-modules'],
      ['1.3.6.1.5.5.7.3.3', 'A A A'],
    ] as const) {
      const signer = newSigner({ subject: 'Modules', key: key('modules'), eku: [eku] });
      expect(await answers(signedBy(signer, [signer]), { anchors: anchors(signer), revoked: [] })).toBe(said);
    }
  });

  test('begin at no certificate in shim whose length is not of two octets', async () => {
    for (const [bytes, said] of [
      [70_000, ['A', 'anchor-length-form']],
      [30_000, ['A', 'A']],
    ] as const) {
      const large = extension('1.3.6.1.4.1.99999.8', octetString(new Uint8Array(bytes)), 'non-critical');
      const issuer = newSigner({ subject: 'Large', key: key('large'), ca: true, extraExtensions: [large] });
      const signer = newSigner({ subject: 'Leaf of Large', key: key('leaf'), issuer });
      const trust = { anchors: anchors(issuer), revoked: [] };
      const file = signedBy(signer, [signer]);
      expect([await answer('edk2', file, trust), await answer('shim', file, trust)]).toEqual(said);
    }
  });

  test('begin at the first certificate of a signature list in shim, and at no other', async () => {
    const [first, second] = ['First', 'Other'].map((subject) => newSigner({ subject, key: key(subject) }));
    if (first === undefined || second === undefined) throw new Error('no signers');
    const entry = ({ certificateDer: data }: Signer): EslEntry => ({ type: 'x509', data, list: 'shared' });
    expect(first.certificateDer).toHaveLength(second.certificateDer.length);
    const one = anchorsOf(forgeEsl(entry(first), entry(second)));
    const two = [first, second].flatMap((signer) => anchorsOf(forgeEsl(entry(signer))));
    const said = async (signer: Signer, list: readonly Anchor[]): Promise<string> =>
      answers(signedBy(signer, [signer]), { anchors: list, revoked: [] });
    expect(await said(first, one)).toBe('A A A');
    expect(await said(second, one)).toBe('A A anchor-behind-first');
    expect(await said(second, two)).toBe('A A A');
  });

  test('that lead to a certificate behind the first of a list of dbx are no reason for shim to refuse', async () => {
    const [first, second] = ['First', 'Other'].map((subject) => newSigner({ subject, key: key(subject) }));
    if (first === undefined || second === undefined) throw new Error('no signers');
    const entry = ({ certificateDer: data }: Signer): EslEntry => ({ type: 'x509', data, list: 'shared' });
    const said = async (signer: Signer, ...entries: readonly EslEntry[]): Promise<string> =>
      answers(signedBy(signer, [signer]), { anchors: anchors(signer), revoked: anchorsOf(forgeEsl(...entries)) });
    expect(await said(second, entry(first), entry(second))).toBe('revoked-certificate A A');
    expect(await said(second, entry(second), entry(first))).toBe('revoked-certificate A revoked-certificate');
  });
});

describe('revocation', () => {
  const trust = { anchors: DB };

  test('by a TBS digest counts from any time in EDK2, for there is no dbt', async () => {
    const signer = newSigner({ subject: 'Timed', key: key('timed') });
    const data = Uint8Array.from(createHash('sha256').update(signer.tbsDer).digest());
    const revoked = anchorsOf(forgeEsl({ type: 'x509-sha256', data, revokedAt: new Date('2030-01-01') }));
    const said = await answers(signedBy(signer, [signer]), { anchors: anchors(signer), revoked });
    expect(said).toBe('revoked-tbs A A');
  });

  test('makes unreadable signers fatal in EDK2, and is the reason only where there is a dbx', async () => {
    expect(await answer('edk2', recipe('ski'), { ...trust, revoked: [] })).toBe('cms-signer-identifier');
    expect(await answer('edk2', recipe('ski'), { ...trust, revoked: anchors(ROOT) })).toBe('signers-unreadable');
    expect(await answer('edk2', recipe('good'), { ...trust, revoked: anchors(ROOT) })).toBe('A');
  });

  test('is consulted by Linux only if it is built so', async () => {
    const revoked = anchorsOf(recipeCertificate());
    const asked = { bytes: recipe('good'), layer: 'pe', anchors: DB, revoked, engine: ENGINE };
    const plain = await judgeAs('linux', { ...asked, machine: {} });
    const listed = await judgeAs('linux', { ...asked, machine: { linuxRevocationList: 'yes' } });
    expect(plain.entries[0]?.trusted).toBe('yes');
    expect(listed.entries[0]?.objections[0]?.code).toBe('revoked-certificate');
  });

  test('by SBAT is a matter of the level that is set, and of whether shim boots the image itself', async () => {
    const asked = { bytes: recipe('sbat-old'), layer: 'pe', anchors: DB, revoked: [], engine: ENGINE };
    const low = await judgeAs('shim', { ...asked, machine: { sbatLevel: new Map([['grub', 1]]) } });
    expect(low.blocked).toEqual([]);
    const without = { ...asked, bytes: recipe('good') };
    expect((await judgeAs('shim', { ...without, machine: {} })).blocked).toEqual([]);
    expect((await judgeAs('shim', { ...without, machine: { sbatAbsent: 'refused' } })).blocked).toMatchObject([
      { code: 'sbat' },
    ]);
  });
});

describe('in a policy', () => {
  test('the demands of the policy come on top of the profile', async () => {
    const about = { anchors: DB, profile: 'edk2' } as const;
    expect(await judge(recipe('good'), about)).toMatchObject({ outcome: 'true', rulings: [{ trusted: true }] });
    const sha512 = await judge(recipe('good'), { ...about, constraints: { ...PLAIN, digests: ['sha512'] } });
    expect([sha512.outcome, codesOf(sha512)]).toEqual(['false', ['digest-not-allowed']]);
    const large = await judge(recipe('good'), {
      ...about,
      constraints: { ...PLAIN, keys: [{ family: 'rsa', leastBits: 3072 }] },
    });
    expect([large.outcome, codesOf(large)]).toEqual(['false', ['key-not-allowed']]);
    const now = await judge(recipe('cert-expired'), { ...about, constraints: { ...PLAIN, validity: 'now' } });
    expect([now.outcome, codesOf(now)]).toEqual(['false', ['certificate-expired']]);
    expect((await judge(recipe('cert-expired'), about)).outcome).toBe('true');
  });

  test('two signers are counted over all entries by EDK2, and over the first by Linux', async () => {
    const constraints = { ...PLAIN, count: 2 };
    for (const [profile, outcome] of [
      ['edk2', 'true'],
      ['linux', 'false'],
    ] as const) {
      const ruling = await judge(recipe('two-good-good2'), { anchors: DB, profile, constraints });
      expect(ruling.outcome).toBe(outcome);
    }
  });

  test('image digests allow in `allowed by` alone, and never in Linux', async () => {
    const bytes = recipe('imghash-db-unsigned');
    const ask = async (profile: 'edk2' | 'linux' | 'shim', allowDigests: 'yes' | 'no'): Promise<string> =>
      (await judge(bytes, { anchors: DB, profile, allowDigests })).outcome;
    expect([await ask('edk2', 'yes'), await ask('edk2', 'no')]).toEqual(['true', 'false']);
    expect([await ask('shim', 'yes'), await ask('shim', 'no')]).toEqual(['true', 'false']);
    expect([await ask('linux', 'yes'), await ask('linux', 'no')]).toEqual(['false', 'false']);
  });

  test('what Linux takes though no reader collected it is covered all the same', async () => {
    const ruling = await judge(recipe('wclen-7'), { anchors: DB, profile: 'linux' });
    expect(ruling).toMatchObject({ outcome: 'true', rulings: [] });
    expect(ruling.covers.length).toBeGreaterThan(0);
  });
});

test('no bytes make an enforcer throw', async () => {
  const bytes = recipe('chain-root-in-db');
  let state = 12345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state % below;
  };
  for (let round = 0; round < 300; round += 1) {
    const mutated = Uint8Array.from(round % 3 === 0 ? bytes.subarray(0, random(bytes.length)) : bytes);
    for (let flips = random(4); flips > 0 && mutated.length > 0; flips -= 1) {
      mutated[random(mutated.length)] = random(256);
    }
    const trust = { anchors: anchors(ROOT), revoked: [] };
    for (const enforcer of ENFORCERS) expect(typeof (await answer(enforcer, mutated, trust))).toBe('string');
  }
});

function recipeCertificate(): Uint8Array {
  const [good] = DB.filter((anchor) => anchor.kind === 'certificate');
  if (good?.kind !== 'certificate') throw new Error('no certificate');
  return Uint8Array.from(Buffer.from(good.der, 'base64'));
}

describe('strict, of the certificates in the first entry', () => {
  const leaf = newSigner({ subject: 'Leaf', key: key('strict-leaf'), issuer: ROOT });
  const other = newSigner({ subject: 'Other root', key: key('strict-other'), ca: true });
  const embedding = (certificate: Uint8Array): Uint8Array =>
    signPe(PROGRAM, { signers: [{ signer: leaf, embed: [leaf.certificateDer, certificate] }] });
  const broken = Uint8Array.from(other.certificateDer);
  broken.set([(broken.at(-1) ?? 0) ^ 1], broken.length - 1);

  test('takes one that nobody needs when it signed itself, and refuses it when it did not', async () => {
    const trust = { anchors: anchors(ROOT), revoked: [] };
    expect(codesOf(await judge(embedding(other.certificateDer), trust))).toEqual([]);
    expect(codesOf(await judge(embedding(broken), trust))).toEqual(['certificate-self-signature']);
    expect(await answers(embedding(broken), trust)).toBe('A certificate-self-signature A');
  });
});

describe('the digests of an unsigned file', () => {
  const hashed = async (question: Partial<EnforcerQuestion>): Promise<readonly string[]> => {
    const algorithms: string[] = [];
    const engine: Engine = {
      ...ENGINE,
      digest: (algorithm, chunks) => {
        algorithms.push(algorithm);
        return ENGINE.digest(algorithm, chunks);
      },
    };
    const asked = { bytes: PROGRAM, layer: 'pe', anchors: [], revoked: [], machine: {}, ...question };
    await judgeAs('edk2', { ...asked, engine });
    return algorithms;
  };
  const listed = (algorithm: 'sha256' | 'sha384'): Anchor => ({ kind: 'image-digest', algorithm, hex: '00' });

  test('are computed by the algorithms of which db or dbx holds one', async () => {
    expect(await hashed({ anchors: anchors(ROOT) })).toEqual([]);
    expect(await hashed({ anchors: [listed('sha256')], revoked: [listed('sha384')] })).toEqual(['sha384', 'sha256']);
  });
});
