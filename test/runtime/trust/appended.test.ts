import { describe, expect, test } from 'vitest';
import { type AppendedSpec, signAppended } from '../../../forge/appended.ts';
import { concatBytes, utf8 } from '../../../forge/bytes.ts';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { signPe } from '../../../forge/sign.ts';
import { countersignatureAttribute, rfc3161Attribute } from '../../../forge/timestamps.ts';
import { newSigner, type Signer } from '../../../forge/x509.ts';
import { type Bench, judge, newBench, outcomeOf, reasonCodes, signed, zbootOf } from '../../policy-case.ts';

const APPENDED = `param signers us
artifact zboot {
  require a: signed by us { scheme appended }
  require c: covered by us
  image { require i: size <= 1 GiB }
}
artifact image {
  require a: signed by us { scheme appended }
  require c: covered by us
}
artifact initrd {
  require a: signed by us { scheme appended }
  require c: covered by us
  cpio many
}
`;
const STAMPED = `param signers us
artifact image { require t: signed by us { timestamped } }
`;
const AT_SIGNING = `param signers us
artifact image { require t: signed by us { valid at signing } }
`;
const INITRD = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });

const bench: Bench = newBench();

describe('`scheme appended`', () => {
  const appended = (bytes: Uint8Array, how: Partial<AppendedSpec> = {}): Uint8Array =>
    signAppended(bytes, { signer: bench.us, ...how });
  const both = async (bytes: Uint8Array): Promise<readonly (string | null)[]> => {
    const verdict = await judge(APPENDED, bytes, bench);
    return [outcomeOf(verdict, 'a'), outcomeOf(verdict, 'c')];
  };

  test('holds on an Image, a zboot image and an initrd, and covers every byte', async () => {
    for (const bytes of [bench.image, zbootOf(bench), INITRD]) {
      expect(await both(appended(bytes))).toEqual(['satisfied', 'satisfied']);
      expect(await both(bytes)).toEqual(['violated', 'violated']);
    }
  });

  test('does not hold for a stranger, for altered bytes, or for what Linux refuses', async () => {
    const altered = appended(bench.image);
    altered[30_000] = (altered[30_000] ?? 0) ^ 1;
    const refused = [
      altered,
      appended(bench.image, { signer: bench.them }),
      appended(bench.image, { signature: 'broken' }),
      appended(bench.image, { attributes: 'usual' }),
      appended(bench.image, { structure: Uint8Array.of(0, 0, 2, 0, 0, 0, 0, 1) }),
      concatBytes(appended(bench.image), Uint8Array.of(0)),
    ];
    for (const bytes of refused) expect(await both(bytes)).toEqual(['violated', 'violated']);
  });

  test('does not exempt bytes behind the CMS', async () => {
    expect(await both(appended(bench.image, { junk: utf8('TRAILER!') }))).toEqual(['violated', 'violated']);
  });

  test('is not Authenticode, nor the other way round', async () => {
    const policy = 'param signers us\nartifact image { require s: signed by us }\n';
    expect(outcomeOf(await judge(policy, appended(bench.image), bench), 's')).toBe('violated');
    expect(await both(signed(bench.image, bench.us))).toEqual(['violated', 'satisfied']);
  });

  test('takes a signer whose chain is embedded', async () => {
    const leaf = newSigner({ subject: 'Leaf', key: 'p256', issuer: bench.us });
    const bytes = signAppended(bench.image, { signer: leaf, embed: [leaf.certificateDer] });
    // the bench's signer is no CA
    expect((await both(bytes))[0]).toBe('violated');
    const root = newSigner({ subject: 'Root', key: 'p256', ca: true });
    const child = newSigner({ subject: 'Child', key: 'p256', issuer: root });
    const chained = signAppended(bench.image, { signer: child, embed: [child.certificateDer] });
    const verdict = await judge(APPENDED, chained, { ...bench, us: root });
    expect(outcomeOf(verdict, 'a')).toBe('satisfied');
  });

  test('counts for nothing behind a PE signature that is made afterwards, which covers it', async () => {
    const bytes = signed(appended(bench.image), bench.us);
    expect(await both(bytes)).toEqual(['violated', 'satisfied']);
    const verdict = await judge(APPENDED, bytes, bench);
    expect(reasonCodes(verdict)).toContain('appended-not-last');
  });

  test('covers a PE signature that was there before', async () => {
    expect(await both(appended(signed(bench.image, bench.them)))).toEqual(['satisfied', 'satisfied']);
  });

  test('needs the last of several to be ours', async () => {
    const theirs = appended(appended(bench.image), { signer: bench.them });
    expect(await both(theirs)).toEqual(['violated', 'violated']);
    const ours = appended(appended(bench.image, { signer: bench.them }));
    expect(await both(ours)).toEqual(['satisfied', 'satisfied']);
  });
});

describe('`timestamped`', () => {
  const authorityOf = (how: Partial<Parameters<typeof newSigner>[0]>): Signer =>
    newSigner({ subject: 'TSA', key: 'p256', eku: ['timeStamping'], ekuCriticality: 'critical', ...how });
  const stamped = (authority: Signer, at = '2025-01-02T03:04:05Z', signer = bench.us): Uint8Array =>
    signPe(bench.image, {
      signers: [{ signer, countersigned: (value) => [rfc3161Attribute(value, { authority, at: new Date(at) })] }],
    });
  const outcome = async (bytes: Uint8Array, policy = STAMPED): Promise<string | null> =>
    outcomeOf(await judge(policy, bytes, bench), 't');

  test('holds when the authority leads to the same signers', async () => {
    const ca = newSigner({ subject: 'CA', key: 'p256', ca: true });
    const signer = newSigner({ subject: 'Signer', key: 'p256', issuer: ca });
    const authority = authorityOf({ issuer: ca });
    const ours = { ...bench, us: ca };
    expect(outcomeOf(await judge(STAMPED, stamped(authority, undefined, signer), ours), 't')).toBe('satisfied');
    const counter = signPe(bench.image, {
      signers: [
        {
          signer,
          embed: [signer.certificateDer, authority.certificateDer],
          countersigned: (value) => [countersignatureAttribute(value, { authority, at: new Date('2025-01-02') })],
        },
      ],
    });
    expect(outcomeOf(await judge(STAMPED, counter, ours), 't')).toBe('satisfied');
  });

  test('does not hold without a timestamp, or with one by a stranger, or out of its authority’s days', async () => {
    expect(await outcome(signed(bench.image, bench.us))).toBe('violated');
    const verdict = await judge(STAMPED, stamped(authorityOf({})), bench);
    expect(reasonCodes(verdict)).toContain('timestamp-unknown');
    const ca = newSigner({ subject: 'CA', key: 'p256', ca: true });
    const signer = newSigner({ subject: 'Signer', key: 'p256', issuer: ca });
    const early = stamped(authorityOf({ issuer: ca }), '2023-12-31T23:59:59Z', signer);
    expect(reasonCodes(await judge(STAMPED, early, { ...bench, us: ca }))).toContain('certificate-expired');
    const first = stamped(authorityOf({ issuer: ca }), '2024-01-01T00:00:00Z', signer);
    expect(outcomeOf(await judge(STAMPED, first, { ...bench, us: ca }), 't')).toBe('satisfied');
  });

  test('`valid at signing` believes a trusted timestamp before what the signer claims', async () => {
    const ca = newSigner({ subject: 'CA', key: 'p256', ca: true });
    const expired = newSigner({ subject: 'Old', key: 'p256', issuer: ca, notAfter: new Date('2024-06-01T00:00:00Z') });
    const authority = authorityOf({ issuer: ca });
    const claimed = (stamps: 'stamped' | 'bare'): Uint8Array =>
      signPe(bench.image, {
        signers: [
          {
            signer: expired,
            signingTime: new Date('2024-03-01T00:00:00Z'),
            countersigned: (value) =>
              stamps === 'bare' ? [] : [rfc3161Attribute(value, { authority, at: new Date('2025-03-01T00:00:00Z') })],
          },
        ],
      });
    const ours = { ...bench, us: ca };
    expect(outcomeOf(await judge(AT_SIGNING, claimed('bare'), ours), 't')).toBe('satisfied');
    expect(outcomeOf(await judge(AT_SIGNING, claimed('stamped'), ours), 't')).toBe('violated');
  });
});
