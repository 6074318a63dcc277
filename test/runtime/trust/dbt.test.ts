import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { forgeEsl } from '../../../forge/esl.ts';
import { type KeyKind, newKeyRing } from '../../../forge/keys.ts';
import { signPe } from '../../../forge/sign.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { countersignatureAttribute, rfc3161Attribute, type TimestampSpec } from '../../../forge/timestamps.ts';
import { chainOf, newSigner, type Signer, type SignerSpec } from '../../../forge/x509.ts';
import type { Anchor } from '../../../runtime/contract/anchor.ts';
import { decisiveReason, judgeAs } from '../../../runtime/trust/judge-enforcer.ts';
import { anchorsOf, ENGINE } from './question.ts';

const RING = newKeyRing();
const PROGRAM = smallProgram({});
const REVOKED_AT = '2025-03-04T05:06:07Z';

function certificate(subject: string, about: Partial<SignerSpec> = {}, kind: KeyKind = 'rsa1024'): Signer {
  return newSigner({ subject, key: RING.pair(kind, subject), ...about });
}

const SIGNER = certificate('Signer');
const TIME_ROOT = certificate('Time root', { ca: true });
const PAST = { notBefore: new Date('2010-01-01'), notAfter: new Date('2012-01-01') };
const AUTHORITY = certificate('Time authority', { issuer: TIME_ROOT, eku: ['timeStamping'], ...PAST });
const STRANGER = certificate('Another authority', { eku: ['timeStamping'], ekuCriticality: 'critical' });

function anchors(...signers: readonly Signer[]): readonly Anchor[] {
  return signers.flatMap(({ certificateDer }) => anchorsOf(certificateDer));
}

function revocation(signer: Signer, at: string | null): readonly Anchor[] {
  const data = Uint8Array.from(createHash('sha256').update(signer.tbsDer).digest());
  return anchorsOf(forgeEsl({ type: 'x509-sha256', data, ...(at === null ? {} : { revokedAt: new Date(at) }) }));
}

function stamped(at: string, about: Partial<TimestampSpec> = {}): Uint8Array {
  const spec = { authority: AUTHORITY, at: new Date(at), ...about };
  return signPe(PROGRAM, { signers: [{ signer: SIGNER, countersigned: (value) => [rfc3161Attribute(value, spec)] }] });
}

/** What EDK2 says: `A`, or the reason. */
async function said(
  bytes: Uint8Array,
  revoked = revocation(SIGNER, REVOKED_AT),
  dbt: readonly Anchor[] = anchors(TIME_ROOT),
): Promise<string> {
  const asked = { bytes, layer: 'pe', anchors: anchors(SIGNER), revoked, engine: ENGINE, machine: { dbt } };
  const reason = decisiveReason(await judgeAs('edk2', asked));
  return reason === null ? 'A' : `${reason.code}: ${reason.text}`;
}

describe('a revocation with a time, in EDK2', () => {
  test.each([
    ['before it', '2025-03-04T05:06:06Z'],
    ['in its second', '2025-03-04T05:06:07.900Z'],
  ])('leaves alone what an authority of dbt says was signed %s', async (_, at) => {
    expect(await said(stamped(at))).toBe('A');
    expect(await said(stamped(at), revocation(SIGNER, REVOKED_AT), anchors(AUTHORITY))).toBe('A');
  });

  test.each([
    ['a second later', () => stamped('2025-03-04T05:06:08Z'), /says 2025-03-04T05:06:08/],
    ['by nobody', () => signPe(PROGRAM, { signers: [{ signer: SIGNER }] }), /has no timestamp that EDK2 reads/],
    ['by a stranger', () => stamped('2020-01-01', { authority: STRANGER }), /leads to nobody in dbt/],
    ['of another signature', () => stamped('2020-01-01', { about: new Uint8Array(128) }), /does not hold/],
    ['with a bit flipped', () => stamped('2020-01-01', { info: { signature: 'broken' } }), /does not hold/],
  ])('refuses what was signed %s', async (_, build, why) => {
    const answer = await said(build());
    expect(answer).toMatch(
      /^revoked-tbs: `CN=Signer` is revoked by its TBS digest since 2025-03-04T05:06:07.000Z, and /,
    );
    expect(answer).toMatch(why);
  });

  test('refuses what has a countersignature, or two signers: EDK2 looks for one token of one signer', async () => {
    const authority = { authority: AUTHORITY, at: new Date('2020-01-01') };
    const countersigned = signPe(PROGRAM, {
      signers: [
        {
          signer: SIGNER,
          embed: [...chainOf(SIGNER), ...chainOf(AUTHORITY)],
          countersigned: (value) => [countersignatureAttribute(value, authority)],
        },
      ],
    });
    expect(await said(countersigned)).toMatch(/has no timestamp that EDK2 reads/);
    const token = (value: Uint8Array): readonly Uint8Array[] => [rfc3161Attribute(value, authority)];
    const two = signPe(PROGRAM, {
      signers: [{ signer: SIGNER, countersigned: token, coSigners: [{ signer: SIGNER, countersigned: token }] }],
    });
    expect(await said(two)).toMatch(/has no timestamp that EDK2 reads/);
    expect(await said(two, [])).toBe('A');
  });

  test('looks at the last token alone', async () => {
    const token = (at: string) => (value: Uint8Array) =>
      rfc3161Attribute(value, { authority: AUTHORITY, at: new Date(at) });
    const [early, late] = [token('2020-01-01'), token('2030-01-01')];
    const both = (value: Uint8Array): readonly Uint8Array[] => [early(value), late(value)];
    const turned = (value: Uint8Array): readonly Uint8Array[] => [late(value), early(value)];
    expect(await said(signPe(PROGRAM, { signers: [{ signer: SIGNER, countersigned: both }] }))).toMatch(/says 2030/);
    expect(await said(signPe(PROGRAM, { signers: [{ signer: SIGNER, countersigned: turned }] }))).toBe('A');
  });

  test('asks the first entry of dbx that lists the certificate, and no other', async () => {
    const [timed, always] = [revocation(SIGNER, REVOKED_AT), revocation(SIGNER, null)];
    const good = stamped('2020-01-01');
    expect(await said(good, [...timed, ...always])).toBe('A');
    expect(await said(good, [...always, ...timed])).toMatch(/revoked by its TBS digest$/);
  });

  test('says so where there is no dbt', async () => {
    expect(await said(stamped('2020-01-01'), revocation(SIGNER, REVOKED_AT), [])).toMatch(/and there is no dbt$/);
  });

  test('of the trusted certificate is asked likewise', async () => {
    const root = certificate('Root', { ca: true });
    const leaf = certificate('Leaf', { issuer: root });
    const file = (at: string): Uint8Array =>
      signPe(PROGRAM, {
        signers: [
          {
            signer: leaf,
            countersigned: (value) => [rfc3161Attribute(value, { authority: AUTHORITY, at: new Date(at) })],
          },
        ],
      });
    const machine = { dbt: anchors(TIME_ROOT) };
    const asked = {
      layer: 'pe',
      anchors: anchors(root),
      revoked: revocation(root, REVOKED_AT),
      engine: ENGINE,
      machine,
    };
    const early = await judgeAs('edk2', { ...asked, bytes: file('2020-01-01') });
    const late = await judgeAs('edk2', { ...asked, bytes: file('2030-01-01') });
    expect(decisiveReason(early)).toBeNull();
    expect(decisiveReason(late)?.text).toMatch(/`CN=Root` is revoked .+ says 2030/);
  });
});
