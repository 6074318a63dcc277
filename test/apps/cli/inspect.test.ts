import { beforeAll, describe, expect, test } from 'vitest';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { newSigner } from '../../../forge/x509.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { inspectionReportSchema } from '../../../runtime/report/inspection-schema.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

describe('bootpol inspect', () => {
  let files: MemoryFiles = {};

  beforeAll(() => {
    const signer = newSigner({ subject: 'Sample', key: 'p256' });
    const zboot = forgeZboot({ image: forgeImage({ arch: 'arm64', size: 20_000 }), compression: 'gzip' });
    const uki = forgeUki({ linux: zboot, arch: 'arm64', osrel: 'ID=sample\nNAME="\u202ex"\n', cmdline: 'quiet' });
    files = {
      'uki.efi': uki,
      'a.efi': signPe(zboot, { signers: [{ signer }] }),
      'a.txt': text('hello\n'),
      empty: new Uint8Array(),
    };
  });

  test('shows layers, the signature and its coverage', async () => {
    const { code, out, err } = await run(['inspect', 'a.efi'], files);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^zboot {2}arm64 gzip signed/m);
    expect(out).toMatch(/^└─ image {2}arm64/m);
    expect(out).toContain('signature 1  authenticode, sha256, ec 256: intact, digest matches');
    expect(out).toMatch(/zboot 1 +▒?█+/);
    expect(out).toMatch(/1 file: 1 inspected\n$/);
  });

  test.each(['a.txt', 'empty'])('shows what is wrong with %s and ends with 0: it was read', async (name) => {
    const { code, out } = await run(['inspect', name], files);
    expect(code).toBe(0);
    expect(out).toContain('findings');
  });

  test('names a file that cannot be read, shows the others, and ends with 3', async () => {
    const { code, out, err } = await run(['inspect', 'none.efi', 'a.efi'], files);
    expect(code).toBe(3);
    expect(err).toBe('bootpol: cannot read `none.efi`: no such file\n');
    expect(out).toMatch(/2 files: 1 inspected, 1 failed\n$/);
  });

  test('shows the tree alone with --tree, the byte map alone with --bytes, both with both', async () => {
    const tree = (await run(['inspect', '--tree', 'a.efi'], files)).out;
    const bytes = (await run(['inspect', '--bytes', 'a.efi'], files)).out;
    const both = (await run(['inspect', '--bytes', '--tree', 'a.efi'], files)).out;
    expect(tree).toMatch(/^└─ image {2}arm64/m);
    expect(tree).not.toMatch(/signature 1|coverage|0x0000000 0x/);
    expect(bytes).toMatch(/^ {2}0x0000000 0x[0-9a-f]{7} +[\d,]+ {2}header +a {3}DOS and PE headers$/m);
    expect(bytes).toMatch(/^ {2}A {2}zboot 1: CN=Sample$/m);
    expect(bytes).not.toContain('└─');
    expect(both).toMatch(/└─ image[^]+ {2}A {2}zboot 1/);
  });

  test('shows one layer with --layer, with its contents where they are text', async () => {
    const { code, out } = await run(['inspect', '--layer', 'uki/.osrel', 'uki.efi'], files);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}place +0x[0-9a-f]{7} of uki$/m);
    expect(out).toContain('  contents\n    ID=sample\n    NAME="\\u{202e}x"\n');
    expect(out).not.toContain('.cmdline');
    const json = (await run(['inspect', '--layer', 'uki/.osrel', '--format', 'json', 'uki.efi'], files)).out;
    const report = inspectionReportSchema.parse(JSON.parse(json));
    expect(report.files[0]?.layers).toMatchObject([{ path: 'uki/.osrel', text: 'ID=sample\nNAME="\u202ex"\n' }]);
  });

  test('says which layers there are when --layer names none, and ends with 2', async () => {
    const { code, out, err } = await run(['inspect', '--layer', 'zboot/imge', 'a.efi'], files);
    expect([code, out]).toEqual([2, '1 file: 0 inspected, 1 failed\n']);
    expect(err).toBe(
      'bootpol: `a.efi` has no layer `zboot/imge`; did you mean `zboot/image`?\nits layers are:\n  zboot\n  zboot/image\n',
    );
  });

  test('names in JSON who signs each region with --bytes', async () => {
    const { out } = await run(['inspect', '--bytes', '--format', 'json', 'a.efi'], files);
    const [zboot] = inspectionReportSchema.parse(JSON.parse(out)).files[0]?.layers ?? [];
    expect(zboot?.regions[0]?.signedBy).toEqual([{ layer: 'zboot', signature: 1, extent: 'part' }]);
    expect(zboot?.children[0]?.regions[0]?.signedBy).toEqual([{ layer: 'zboot', signature: 1, extent: 'whole' }]);
  });

  test('prints JSON of the published shape', async () => {
    const { code, out } = await run(['inspect', '--format', 'json', 'a.efi', 'a.txt', 'none.efi'], files);
    const report = inspectionReportSchema.parse(JSON.parse(out));
    expect(code).toBe(3);
    const [zboot] = report.files[0]?.layers ?? [];
    expect(zboot).toMatchObject({ path: 'zboot', kind: 'zboot', arch: 'arm64', compression: 'gzip' });
    expect(zboot?.signatures[0]).toMatchObject({ scheme: 'authenticode', digestMatches: true, intact: true });
    expect(zboot?.children[0]).toMatchObject({ path: 'zboot/image', kind: 'image' });
    expect(report.files[2]).toMatchObject({ file: 'none.efi', size: null, layers: [] });
  });
});
