import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { newKeyRing } from '../../../forge/keys.ts';
import { forgePcr11, pcrPublicKeyPem, type PcrSignatureJson, signPcr, withPcrSignatures } from '../../../forge/pcr.ts';
import { forgeUki, type UkiSpec } from '../../../forge/uki.ts';
import { DEFAULT_LIMITS, inspect, type InspectedLayer, nativeEngine } from '../../../index.ts';

const KEYS = newKeyRing();
const KEY = KEYS.pair('rsa2048', 'pcr');
const UKI: UkiSpec = { linux: forgeBzImage({}), osrel: 'ID=forge\n', cmdline: 'quiet', uname: '6' };
const SIGNING = { key: KEY, banks: ['sha1', 'sha256', 'sha384', 'sha512'], phases: ['', 'enter-initrd'] } as const;
const PEM = pcrPublicKeyPem(KEY);

async function rootOf(bytes: Uint8Array): Promise<InspectedLayer> {
  const { root } = await inspect(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
  return root;
}

/** Inspects a UKI whose `.pcrsig` holds these entries for SHA-256. */
async function withEntries(entries: readonly unknown[], spec: UkiSpec = { pcrpkey: PEM }): Promise<InspectedLayer> {
  return rootOf(forgeUki({ ...UKI, pcrsig: JSON.stringify({ sha256: entries }), ...spec }));
}

function entryFor(phase: string): PcrSignatureJson {
  return signPcr(forgePcr11({ ...UKI, pcrpkey: PEM }, 'sha256', { phase }), 'sha256', KEY);
}

/** The faults of the first signature. */
function codes({ signatures }: InspectedLayer): readonly string[] {
  return signatures.flatMap(({ findings }) => findings.map(({ code }) => code));
}

describe('the signatures of `.pcrsig`', () => {
  it('are intact and match in each bank and phase, and cover the measured sections', async () => {
    const root = await rootOf(forgeUki(withPcrSignatures(UKI, SIGNING)));
    expect(
      root.signatures.map(({ pcr, scheme, intact, digestMatches }) => [
        scheme,
        pcr?.bank,
        pcr?.phase,
        intact,
        digestMatches,
      ]),
    ).toEqual(SIGNING.banks.flatMap((bank) => SIGNING.phases.map((phase) => ['pcr', bank, phase, true, true])));
    const measured = root.children
      .filter(({ kind }) => kind !== 'pcrsig')
      .map(({ offsetBytes, sizeBytes }) => [offsetBytes, offsetBytes + sizeBytes]);
    for (const { covers, keyAlgorithm, keyBits, signer } of root.signatures) {
      expect([keyAlgorithm, keyBits, signer]).toEqual(['rsa', 2048, null]);
      expect(covers.flat()[0]).toBe(measured.flat()[0]);
      expect(covers.reduce((sum, [start, end]) => sum + end - start, 0)).toBe(
        measured.reduce((sum, [start = 0, end = 0]) => sum + end - start, 0),
      );
    }
    expect(codes(root)).toEqual([]);
  });

  it('belong to the profile whose value they sign', async () => {
    const profiles = [{ profile: 'ID=a' }, { profile: 'ID=b', cmdline: 'rescue' }];
    const root = await rootOf(forgeUki(withPcrSignatures({ ...UKI, profiles }, { ...SIGNING, banks: ['sha256'] })));
    expect(root.signatures.map(({ pcr, digestMatches }) => [pcr?.profile, pcr?.phase, digestMatches])).toEqual([
      [0, '', true],
      [0, 'enter-initrd', true],
      [1, '', true],
      [1, 'enter-initrd', true],
    ]);
  });

  it('are found for the device tree that one of several signs', async () => {
    const spec = { ...UKI, dtbauto: ['one', 'two'], hwids: 'table' };
    const root = await rootOf(forgeUki(withPcrSignatures(spec, { ...SIGNING, choice: { dtbauto: 1 } })));
    expect(root.signatures.every(({ digestMatches }) => digestMatches)).toBe(true);
    const second = root.children.find(({ path }) => path.endsWith('.dtbauto#2'))?.offsetBytes ?? 0;
    const first = root.children.find(({ path }) => path.endsWith('.dtbauto'))?.offsetBytes ?? 0;
    const isCovered = (at: number) => root.signatures[0]?.covers.some(([start, end]) => start <= at && at < end);
    expect([isCovered(first), isCovered(second)]).toEqual([false, true]);
  });

  it('do not match a file in which one measured byte is another, and still are intact', async () => {
    const signed = withPcrSignatures(UKI, SIGNING);
    const root = await rootOf(forgeUki({ ...signed, cmdline: 'quieT' }));
    expect(root.signatures.every(({ digestMatches, intact }) => intact && !digestMatches)).toBe(true);
    expect(new Set(codes(root))).toEqual(new Set(['pcr-policy-mismatch']));
    expect(root.signatures.every(({ covers }) => covers.length === 0)).toBe(true);
  });

  it('do not match for a phase that systemd does not measure', async () => {
    expect(codes(await withEntries([entryFor('enter-initrd')]))).toEqual([]);
    expect(codes(await withEntries([entryFor('enter-initrD')]))).toEqual(['pcr-policy-mismatch']);
  });

  const good = entryFor('');
  const other = KEYS.pair('rsa2048', 'other');
  const flippedSignature = Buffer.from(good.sig, 'base64').map((byte, index) => (index === 40 ? byte ^ 1 : byte));
  it.each([
    [
      'one bit of the signature is flipped',
      { ...good, sig: Buffer.from(flippedSignature).toString('base64') },
      'pcr-signature-bad',
    ],
    [
      'it names another key',
      { ...good, pkfp: good.pkfp.replace(/^./, (c) => (c === '0' ? '1' : '0')) },
      'pcr-other-key',
    ],
    [
      'it is by another key that claims to be this one',
      { ...signPcr(forgePcr11({ ...UKI, pcrpkey: PEM }, 'sha256'), 'sha256', other), pkfp: good.pkfp },
      'pcr-signature-bad',
    ],
  ])('are not intact when %s', async (_, entry, code) => {
    const [signature] = (await withEntries([entry])).signatures;
    expect(signature).toMatchObject({ intact: false, digestMatches: true });
    expect(signature?.findings.map((finding) => finding.code)).toEqual([code]);
  });

  it.each([
    ['there is no key', {}, 'pcr-no-key'],
    ['the key is no PEM', { pcrpkey: 'key' }, 'pcr-no-key'],
  ])('are not intact when %s', async (_, spec, code) => {
    const root = await withEntries([good], spec);
    expect(root.signatures[0]?.intact).toBe(false);
    expect(codes(root)).toContain(code);
  });

  it('are not intact by a key that is no RSA key: systemd presents nothing else to a TPM', async () => {
    const key = KEYS.pair('p256', 'ec');
    const root = await rootOf(forgeUki(withPcrSignatures(UKI, { ...SIGNING, key, banks: ['sha256'] })));
    expect(root.signatures[0]).toMatchObject({ intact: false, digestMatches: true, keyAlgorithm: 'ec', keyBits: 256 });
    expect(new Set(codes(root))).toEqual(new Set(['pcr-key-unsupported']));
  });

  it('are about PCR 11 alone, in a bank that is known', async () => {
    expect(codes(await withEntries([{ ...good, pcrs: [7, 11] }]))).toEqual(['pcr-other-registers']);
    const sm3 = await rootOf(forgeUki({ ...UKI, pcrpkey: PEM, pcrsig: JSON.stringify({ sm3_256: [good] }) }));
    expect(codes(sm3)).toEqual(['pcr-bank-unsupported']);
    expect(sm3.signatures[0]).toMatchObject({ digestMatches: false, intact: true });
  });

  it('of a base `.pcrsig` are for the profiles without their own, and for nobody where all have one', async () => {
    const profiles = [{ profile: 'ID=a' }, { profile: 'ID=b', pcrsig: '{}' }];
    const parts = { ...UKI, pcrpkey: PEM };
    const entry = signPcr(forgePcr11({ ...parts, ...profiles[0] }, 'sha256'), 'sha256', KEY);
    const seen = await withEntries([entry], { pcrpkey: PEM, profiles });
    expect(seen.signatures).toMatchObject([{ digestMatches: true, pcr: { profile: 0 } }]);
    const own = profiles.map((profile) => ({ pcrsig: '{}', ...profile }));
    const unseen = await withEntries([entry], { pcrpkey: PEM, profiles: own });
    expect(codes(unseen)).toEqual(['pcr-unseen']);
  });
});

const FOLDER = process.env['BOOTPOL_IMAGES'] ?? '';
describe.skipIf(FOLDER === '')('the `.pcrsig` of real UKIs (BOOTPOL_IMAGES)', () => {
  const phases = [
    'enter-initrd',
    'enter-initrd:leave-initrd',
    'enter-initrd:leave-initrd:sysinit',
    'enter-initrd:leave-initrd:sysinit:ready',
  ];

  // The policies were computed by systemd-measure 262: they confirm `.uname`, `.sbat`, `.pcrpkey` and `.profile` too.
  it.each([
    ['uki/x64-pcrsig-3banks-2phases-unsigned.efi', ['sha1', 'sha256', 'sha384'], [null], phases.slice(0, 2)],
    ['uki/x64-profiles-pcrsig-262.efi', ['sha256'], [0, 1], phases],
  ] as const)('%s: every signature is intact and signs the predicted value', async (file, banks, profiles, signed) => {
    const { signatures, findings } = await rootOf(readFileSync(join(FOLDER, file)));
    expect(
      signatures.map(({ intact, digestMatches, pcr }) => [intact, digestMatches, pcr?.bank, pcr?.profile, pcr?.phase]),
    ).toEqual(
      banks.flatMap((bank) => profiles.flatMap((profile) => signed.map((phase) => [true, true, bank, profile, phase]))),
    );
    expect(findings.filter(({ code }) => code.startsWith('pcr'))).toEqual([]);
  });
});
