import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../index.ts';
import { nativeEngine } from '../../../native-engine.ts';
import type { Layer } from '../../../runtime/formats/layer.ts';
import { readFile } from '../../../runtime/formats/read-file.ts';
import { type CollectedAppended, collectAppended } from '../../../runtime/signing/appended.ts';
import type { Signature } from '../../../runtime/signing/signature.ts';
import { checkWithSigner } from '../../../runtime/signing/signer-facts.ts';
import { anchorCertificate, certificateOf } from '../../../runtime/trust/anchor-certificate.ts';
import { PEOPLE, recipe } from '../../forge/recipe-bytes.ts';

const ENGINE = nativeEngine();

function layerOf(name: string): Layer {
  return readFile(recipe(name), { limits: DEFAULT_LIMITS, engine: ENGINE });
}

async function collect(name: string): Promise<CollectedAppended> {
  return collectAppended(layerOf(name), ENGINE);
}

/** The signature of a recipe, checked with the certificate that it names. */
async function checked(name: string, signer: 'good' | 'p384' | 'mldsa87' | 'mldsa65' = 'good'): Promise<Signature> {
  const { signatures } = await collect(name);
  const [first] = signatures;
  if (first === undefined) throw new Error(`no appended signature in ${name}`);
  const anchor = anchorCertificate(PEOPLE.get(signer).certificateDer, { layer: 'anchor', offsetBytes: 0 });
  return checkWithSigner(first, certificateOf(anchor), ENGINE);
}

function codes({ findings }: Signature): readonly string[] {
  return findings.map(({ code }) => code);
}

describe('an appended signature', () => {
  it.each([
    ['image-appended', 'good'],
    ['appended-program', 'good'],
    ['appended-zboot', 'good'],
    ['appended-bzimage', 'good'],
    ['appended-initrd', 'good'],
    ['appended-initrd-plain', 'good'],
    ['appended-embedded', 'good'],
    ['appended-ski', 'good'],
    ['appended-p384', 'p384'],
    ['appended-sha1', 'good'],
    ['appended-mldsa87', 'mldsa87'],
    ['appended-mldsa65-attributes', 'mldsa65'],
  ] as const)('is sound, covers all in front of it and has a region of its own: %s', async (name, signer) => {
    const signature = await checked(name, signer);
    expect(signature).toMatchObject({ scheme: 'appended', intact: true, digestMatches: true });
    expect(codes(signature)).toEqual([]);
    expect(signature.covers).toEqual([[0, signature.offsetBytes]]);
    const layer = layerOf(name);
    expect(layer.fault).toBeNull();
    const end = layer.bytes.length;
    expect(signature.offsetBytes + signature.sizeBytes).toBe(end);
    expect(layer.regions.filter(({ role }) => role === 'signature')).toEqual([
      { range: [signature.offsetBytes, end], role: 'signature', name: 'appended signature', zero: null },
    ]);
    expect(layer.regions.filter(({ role }) => role === 'stray')).toEqual([]);
    let cursor = 0;
    for (const { range } of layer.regions) {
      expect(range[0]).toBe(cursor);
      [, cursor] = range;
    }
    expect(cursor).toBe(end);
  });

  it('names its signer, who is usually not embedded', async () => {
    const { signatures } = await collect('appended-program');
    expect(signatures).toMatchObject([{ intact: false, signer: null, findings: [{ code: 'cms-signer-absent' }] }]);
    expect(signatures[0]?.absentSigner?.name).toMatch(/^issuer CN=Forge good, serial number/);
  });

  it.each([
    ['appended-evil', 'cms-signer-absent'],
    ['appended-broken', 'cms-signature-bad'],
    ['appended-other-bytes', 'cms-signature-bad'],
  ])('is not intact in %s: %s', async (name, code) => {
    const signature = await checked(name);
    expect(signature.intact).toBe(false);
    expect(codes(signature)).toEqual([code]);
  });

  it.each([
    ['appended-attributes', 'appended-signed-attributes'],
    ['appended-content', 'appended-content'],
    ['appended-type', 'appended-content'],
    ['appended-version', 'cms-version'],
    ['appended-id-type', 'appended-id-type'],
    ['appended-algo', 'appended-structure'],
    ['appended-pad', 'appended-structure'],
    ['appended-junk', 'appended-trailing-bytes'],
  ])('is intact in %s, but Linux refuses it: %s', async (name, code) => {
    const signature = await checked(name);
    expect(signature.intact).toBe(true);
    expect(codes(signature)).toContain(code);
  });

  it.each([
    ['appended-length-zero', 'appended-length'],
    ['appended-length-all', 'appended-length'],
    ['appended-length-little-endian', 'appended-length'],
    ['appended-garbage', 'der-truncated'],
    ['appended-magic-only', 'appended-length'],
  ])('is unreadable in %s, and its bytes are stray: %s', async (name, code) => {
    const { signatures, strayRanges } = await collect(name);
    expect(signatures).toMatchObject([{ intact: false, digestMatches: false }]);
    expect(signatures.flatMap(codes)).toContain(code);
    expect(strayRanges).not.toEqual([]);
    expect(layerOf(name).regions.some(({ role }) => role === 'signature')).toBe(false);
  });

  it.each(['appended-no-newline', 'appended-then-byte', 'good', 'unsigned'])('is not there in %s', async (name) => {
    expect(await collect(name)).toEqual({ signatures: [], strayRanges: [] });
  });

  it('of two is the last, which covers the other', async () => {
    const signature = await checked('appended-twice');
    expect(signature).toMatchObject({ intact: true });
    expect(recipe('appended-twice').length).toBe(signature.offsetBytes + signature.sizeBytes);
    expect(signature.covers[0]?.[1]).toBeGreaterThan(recipe('unsigned').length);
  });

  it('in front of a certificate table covers all but the two fields that signing as a PE file changes', async () => {
    const signature = await checked('appended-then-pe');
    expect(signature).toMatchObject({ intact: true });
    expect(codes(signature)).toEqual(['appended-not-last']);
    const { pe } = layerOf('appended-then-pe');
    expect(signature.covers).toEqual([
      [0, pe?.checksumRange[0]],
      [pe?.checksumRange[1], pe?.certificateDirectoryRange?.[0]],
      [pe?.certificateDirectoryRange?.[1], signature.offsetBytes],
    ]);
  });

  it('behind a certificate table covers the table too', async () => {
    const signature = await checked('pe-then-appended');
    expect(signature).toMatchObject({ intact: true, findings: [] });
    expect(signature.covers).toEqual([[0, signature.offsetBytes]]);
  });
});
