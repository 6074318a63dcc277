import { beforeAll, describe, expect, test } from 'vitest';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { newSigner } from '../../../forge/x509.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { inspectionReportSchema } from '../../../runtime/report/inspection-schema.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

describe('bootpol inspect', () => {
  let files: MemoryFiles = {};

  beforeAll(() => {
    const signer = newSigner({ subject: 'Sample', key: 'p256' });
    const zboot = forgeZboot({ image: forgeImage({ arch: 'arm64', size: 20_000 }), compression: 'gzip' });
    files = { 'a.efi': signPe(zboot, { signers: [{ signer }] }), 'a.txt': text('hello\n'), empty: new Uint8Array() };
  });

  test('shows layers, the signature and its coverage', async () => {
    const { code, out, err } = await run(['inspect', 'a.efi'], files);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^zboot {2}arm64 gzip signed/m);
    expect(out).toMatch(/^└─ image {2}arm64/m);
    expect(out).toContain('signature 1  authenticode, sha256, ec 256: intact, digest matches');
    expect(out).toMatch(/zboot 1 +▒?█+/);
    expect(out).toMatch(/1 file inspected\n$/);
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
    expect(out).toMatch(/2 files inspected, 1 of them unreadable\n$/);
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
