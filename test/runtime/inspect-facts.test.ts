import { describe, expect, test } from 'vitest';
import { forgeShim } from '../../forge/boot-programs.ts';
import { forgeEsl } from '../../forge/esl.ts';
import { forgeImage } from '../../forge/kernel-image.ts';
import { forgeUki } from '../../forge/uki.ts';
import { newSigner } from '../../forge/x509.ts';
import { forgeZboot } from '../../forge/zboot.ts';
import { DEFAULT_LIMITS, inspect, type InspectedLayer, inspectionReport, nativeEngine } from '../../index.ts';
import { inspectionReportSchema } from '../../runtime/report/inspection-schema.ts';
import { renderInspectionText, USUAL_PARTS } from '../../runtime/report/inspection-text.ts';
import { plainPaint } from '../../runtime/report/paint.ts';

const SIGNER = newSigner({ subject: 'Vendor CA', key: 'p256', ca: true });
const IMAGE = forgeImage({ arch: 'arm64', size: 0x8000 });

async function inspected(bytes: Uint8Array) {
  return inspect(bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
}

async function rootOf(bytes: Uint8Array): Promise<InspectedLayer> {
  return (await inspected(bytes)).root;
}

describe('the lists that shim was built with', () => {
  const dbx = forgeEsl(
    { type: 'sha256', data: new Uint8Array(32).fill(7) },
    { type: 'x509', data: SIGNER.certificateDer },
  );

  test.each([
    ['a certificate', SIGNER.certificateDer],
    ['signature lists', forgeEsl({ type: 'x509', data: SIGNER.certificateDer })],
  ])('name whom it trusts: %s', async (_name, vendorDb) => {
    const { vendor, findings } = await rootOf(forgeShim({ vendorDb, vendorDbx: dbx }));
    expect(findings).toEqual([]);
    expect(vendor?.authorized.certificates.map(({ subject }) => subject)).toEqual(['CN=Vendor CA']);
    expect(vendor?.deauthorized.digests).toEqual([`sha256:${'07'.repeat(32)}`]);
    expect(vendor?.deauthorized.certificates).toHaveLength(1);
  });

  test('are a finding when they are neither', async () => {
    const { vendor, findings } = await rootOf(forgeShim({ vendorDb: SIGNER.certificateDer.slice(0, -1) }));
    expect(vendor?.authorized).toEqual({ certificates: [], digests: [] });
    expect(findings.map(({ code }) => code)).toEqual(['shim-vendor-list']);
  });

  test('are shown in text and in JSON', async () => {
    const inspection = await inspected(forgeShim({ vendorDb: SIGNER.certificateDer, vendorDbx: dbx }));
    const text = renderInspectionText('shim.efi', inspection, { paint: plainPaint, parts: USUAL_PARTS, layer: null });
    expect(text).toContain('program       shim 16.1 (section .vendor_cert)');
    expect(text).toContain('sbat          sbat 1, shim 4, shim.forge 1');
    expect(text).toContain('vendor db     CN=Vendor CA');
    expect(text).toContain('vendor dbx    1 certificate, 1 digest');
    const report = inspectionReport([{ file: 'shim.efi', inspection }]);
    expect(inspectionReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.files[0]?.layers[0]?.program).toEqual({
      name: 'shim',
      version: '16.1',
      evidence: 'section .vendor_cert',
    });
  });
});

test('an os-release text is shown by its fields, and one that readers disagree on is a finding', async () => {
  const osrel = async (text: string): Promise<InspectedLayer | undefined> =>
    (await rootOf(forgeUki({ arch: 'arm64', linux: IMAGE, osrel: text }))).children.find(
      ({ kind }) => kind === 'osrel',
    );
  expect((await osrel('ID=a\nNAME="A B"\n'))?.fields).toEqual({ ID: 'a', NAME: 'A B' });
  const bad = await osrel('ID=a b\n');
  expect(bad?.fields).toBeNull();
  expect(bad?.findings.map(({ code }) => code)).toEqual(['os-release-line']);
});

test('properties are shown where a layer has them', async () => {
  const root = await rootOf(forgeZboot({ image: IMAGE, compression: 'gzip' }));
  expect(root.properties).toMatchObject({ 'nx-compat': true, 'arch-agrees': true, 'section-alignment': 4096 });
  expect(root.properties['compression-ratio']).toBeGreaterThan(1);
  expect(root.children[0]?.properties).toMatchObject({ 'image-size': 0x9000 });
});

test('a program of another architecture is a finding, once, on the layer around it', async () => {
  const strange = forgeImage({ arch: 'riscv64', size: 0x8000 });
  const root = await rootOf(forgeUki({ arch: 'arm64', linux: forgeUki({ arch: 'arm64', linux: strange }) }));
  const all = (layer: InspectedLayer): readonly string[] => [
    ...layer.findings.map(({ code, layer: path }) => `${code} ${path}`),
    ...layer.children.flatMap(all),
  ];
  expect(all(root)).toEqual(['arch-mismatch uki/.linux/uki/.linux/image']);
  expect(root.findings).toHaveLength(1);
  expect(all(await rootOf(forgeUki({ arch: 'arm64', linux: IMAGE })))).toEqual([]);
});
