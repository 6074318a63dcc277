import { describe, expect, it } from 'vitest';
import { nativeEngine } from '../../../native-engine.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { collectSignatures } from '../../../runtime/signing/certificate-table.ts';
import type { Signature, Timestamp } from '../../../runtime/signing/signature.ts';
import { checkWithSigner } from '../../../runtime/signing/signer-facts.ts';
import { anchorCertificate, certificateOf } from '../../../runtime/trust/anchor-certificate.ts';
import { PEOPLE, recipe } from '../../forge/recipe-bytes.ts';

const ENGINE = nativeEngine();

async function firstOf(name: string): Promise<Signature> {
  const { signatures } = await collectSignatures(readPe(recipe(name), 'pe'), ENGINE);
  const [first] = signatures;
  if (first === undefined) throw new Error(`no signature in ${name}`);
  return first;
}

function codes({ findings }: Pick<Signature, 'findings'>): readonly string[] {
  return findings.map(({ code }) => code);
}

describe('ML-DSA', () => {
  it.each([
    ['mldsa44', 'ml-dsa-44'],
    ['mldsa65', 'ml-dsa-65'],
    ['mldsa87', 'ml-dsa-87'],
  ] as const)('is checked: %s', async (name, keyAlgorithm) => {
    const signature = await firstOf(name);
    expect(signature).toMatchObject({ intact: true, digestMatches: true, keyAlgorithm, keyBits: null });
    expect(codes(signature)).toEqual([]);
  });

  it('is not intact with one bit flipped', async () => {
    expect(codes(await firstOf('mldsa65-broken'))).toEqual(['cms-signature-bad']);
  });

  it('is pointed out with another digest than SHA-512 over attributes, which Linux refuses', async () => {
    const signature = await firstOf('mldsa65-sha256');
    expect(signature.intact).toBe(true);
    expect(codes(signature)).toEqual(['cms-ml-dsa-digest']);
  });
});

describe('timestamps', () => {
  const sound = { intact: true, imprintMatches: true, purposeFits: true, time: '2025-03-04T05:06:07.250Z' };
  it.each([
    ['timestamp-rfc3161', [{ kind: 'rfc3161', digestAlgorithm: 'sha256', ...sound }]],
    ['timestamp-rfc3161-sha512', [{ kind: 'rfc3161', digestAlgorithm: 'sha512', ...sound }]],
    ['timestamp-countersignature', [{ kind: 'countersignature', ...sound, time: '2025-03-04T05:06:07.000Z' }]],
    ['timestamp-two', [{ kind: 'rfc3161' }, { kind: 'countersignature' }]],
    ['good', []],
  ])('are read and checked in %s', async (name, expected) => {
    const signature = await firstOf(name);
    expect(signature.timestamps).toMatchObject(expected);
    expect(signature.timestamps).toHaveLength(expected.length);
    expect(signature.timestamps.flatMap(codes)).toEqual([]);
    expect(codes(signature)).toEqual([]);
  });

  it.each([
    ['timestamp-other-signature', { imprintMatches: false, intact: true }, 'timestamp-imprint'],
    ['timestamp-broken', { imprintMatches: true, intact: false }, 'cms-signature-bad'],
    ['timestamp-two-purposes', { imprintMatches: true, intact: true, purposeFits: false }, 'timestamp-purpose'],
    ['timestamp-code-signer', { imprintMatches: true, intact: true, purposeFits: false }, 'timestamp-purpose'],
    ['timestamp-countersignature-other', { imprintMatches: false, intact: false }, 'cms-message-digest'],
    ['timestamp-malformed', { intact: false, time: null }, 'cms-not-signed-data'],
  ] satisfies readonly [string, Partial<Timestamp>, string][])('are not sound in %s', async (name, expected, code) => {
    const signature = await firstOf(name);
    const [timestamp] = signature.timestamps;
    expect(timestamp).toMatchObject(expected);
    expect(timestamp && codes(timestamp)).toContain(code);
    // nobody who boots looks at them: the signature itself is as good as before
    expect(signature.intact).toBe(true);
    expect(codes(signature)).toEqual([]);
  });
});

describe('nested signatures', () => {
  it.each([
    ['nested-evil-in-good', 'CN=Forge good', 'CN=Forge evil'],
    ['nested-good-in-evil', 'CN=Forge evil', 'CN=Forge good'],
  ])('are checked, shown and not counted in %s', async (name, outer, inner) => {
    const collected = await collectSignatures(readPe(recipe(name), 'pe'), ENGINE);
    expect(collected.signatures.map(({ signer }) => signer?.subject)).toEqual([outer]);
    const nested = collected.signatures.flatMap((signature) => signature.nested);
    expect(nested).toMatchObject([{ intact: true, digestMatches: true, signer: { subject: inner } }]);
  });

  it('that cannot be read are shown as such', async () => {
    const { nested } = await firstOf('nested-malformed');
    expect(nested).toMatchObject([{ intact: false, findings: [{ code: 'cms-not-signed-data' }] }]);
  });
});

describe('a signer that is not embedded', () => {
  it.each([
    ['no-certificates', /^issuer CN=Forge good, serial number [0-9a-f]+$/],
    ['ski-no-certificates', /^key identifier [0-9a-f]{40}$/],
  ])('is named in %s, and checked when its certificate is had', async (name, text) => {
    const signature = await firstOf(name);
    expect(signature).toMatchObject({ intact: false, signer: null });
    expect(signature.absentSigner?.name).toMatch(text);
    const found = await checkWithSigner(signature, certificate('good'), ENGINE);
    expect(found).toMatchObject({ intact: true, digestMatches: true, absentSigner: null, keyBits: 2048 });
    expect(codes(found)).not.toContain('cms-signer-absent');
    expect(await checkWithSigner(signature, certificate('good2'), ENGINE)).toBe(signature);
  });

  it('is not replaced by a namesake with another key', async () => {
    const signature = await firstOf('ski-no-certificates');
    expect(await checkWithSigner(signature, certificate('imposter'), ENGINE)).toBe(signature);
  });

  function certificate(name: 'good' | 'good2' | 'imposter'): Parameters<typeof checkWithSigner>[1] {
    return certificateOf(anchorCertificate(PEOPLE.get(name).certificateDer, { layer: 'anchor', offsetBytes: 0 }));
  }
});

describe('BER', () => {
  it.each([
    ['good', []],
    ['ber-indefinite', ['cms-not-der']],
    ['ber-long-lengths', ['cms-not-der']],
    ['ber-pieces', ['cms-not-der', 'cms-string-in-pieces']],
    ['ber-attributes-reencoded', ['cms-not-der', 'cms-attributes-reencoded']],
    ['ber-attributes-raw', ['cms-not-der', 'cms-attributes-raw']],
    ['cms-70k', ['cms-too-long']],
  ])('is read as some enforcer reads it, and pointed out: %s', async (name, expected) => {
    const signature = await firstOf(name);
    expect(signature).toMatchObject({ intact: true, digestMatches: true });
    expect(codes(signature)).toEqual(expected);
  });

  it('is refused where nobody can read it', async () => {
    expect(await firstOf('ber-spoilt')).toMatchObject({ intact: false, findings: [{ code: 'der-length' }] });
  });
});
