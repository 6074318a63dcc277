import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { gapReportSchema } from '../../../runtime/report/gap-schema.ts';
import { forgeProposalImages, type ProposalImages } from '../../policies/proposal-images.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

describe('bootpol gap', () => {
  let forged: ProposalImages;
  let files: MemoryFiles;
  beforeAll(() => {
    forged = forgeProposalImages();
    const policies = ['inner-image-signed-trimmed', 'uki-parser', 'user-space-emulator'].map((name) => {
      const path = `policies/kexec/${name}.bootpol`;
      return [path, new Uint8Array(readFileSync(path))] as const;
    });
    files = {
      ...Object.fromEntries(policies),
      'uki.efi': forged.images.D,
      'zboot.efi': forged.images.A,
      'ring.pem': text(`${forged.db.certificatePem}${forged.modules.certificatePem}`),
    };
  });

  const gap = (policy: string, ...words: readonly string[]) =>
    run(['gap', `policies/kexec/${policy}.bootpol`, ...words, '--bind', 'ring=ring.pem'], files);

  // The key sentence of the thread.
  test('shows the initrd of a UKI that is signed outside only unprotected where the inner Image is to be signed', async () => {
    const { code, out } = await gap('inner-image-signed-trimmed', 'uki.efi');
    expect(code).toBe(1);
    expect(out).toContain('uki.efi   at kexec   refused: inner');
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      '! uki/.initrd 187 bytes was covered by the outer signature (on uki, by CN=Firmware db), which kexec does not see',
    );
  });

  test('and protected where the kernel parses the UKI', async () => {
    const { code, out } = await gap('uki-parser', 'uki.efi');
    expect(code).toBe(0);
    expect(out).toContain('✓ no byte is loaded that a requirement does not cover');
    expect(out).not.toContain('initrd');
  });

  test('shows the initrd beside a kernel, which nothing of the kernel covers', async () => {
    const initrd = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });
    files = { ...files, 'initrd.img': initrd, 'image.efi': forged.images.F };
    const { code, out } = await gap('inner-image-signed-trimmed', 'image.efi', '--initrd', 'initrd.img');
    expect(out).toContain('image.efi   at kexec   accepted');
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      `! beside/initrd ${initrd.length} bytes handed on beside the file: no requirement that kexec enforces covers it`,
    );
    expect(code).toBe(1);
    expect((await gap('inner-image-signed-trimmed', 'image.efi')).code).toBe(0);
  });

  test('names the initrd beside the files with its digest in JSON', async () => {
    const initrd = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });
    files = { ...files, 'initrd.img': initrd, 'image.efi': forged.images.F };
    const words = ['inner-image-signed-trimmed', 'image.efi', '--format', 'json'] as const;
    const report = gapReportSchema.parse(JSON.parse((await gap(...words, '--initrd', 'initrd.img')).out));
    expect(report.initrd).toEqual(['initrd.img']);
    expect(report.initrdSha256).toBe(createHash('sha256').update(initrd).digest('hex'));
    expect(gapReportSchema.parse(JSON.parse((await gap(...words)).out)).initrdSha256).toBeUndefined();
  });

  test('takes directories as they are', async () => {
    files = { ...files, 'boot/uki.efi': forged.images.D, 'boot/notes.txt': text('notes') };
    const { code, out } = await gap('uki-parser', 'boot');
    expect(out).toContain('boot/uki.efi   at kexec   accepted');
    expect(out).toContain('passed over: 1 other file');
    expect(code).toBe(0);
  });

  test('names every byte where nothing is enforced', async () => {
    const { code, out } = await gap('user-space-emulator', 'uki.efi', '--format', 'json');
    const report = gapReportSchema.parse(JSON.parse(out));
    const kexec = report.files[0]?.views.find(({ name }) => name === 'kexec');
    expect(kexec?.gaps).toMatchObject([{ layer: 'uki', uncoveredBytes: forged.images.D.length }]);
    expect(code).toBe(1);
  });

  test('says what a policy leaves open whatever the file, without any key', async () => {
    const { code, out } = await run(['gap', 'policies/kexec/inner-image-signed-trimmed.bootpol'], files);
    expect(code).toBe(1);
    expect(out).toContain('uki/initrd, uki/ucode, uki/cmdline');
    expect(out).toContain('beside/initrd');
    expect(await run(['gap', 'policies/kexec/uki-parser.bootpol'], files)).toMatchObject({ code: 0 });
  });

  test('goes on after a file that cannot be read', async () => {
    const { code, err, out } = await gap('uki-parser', 'gone.efi', 'zboot.efi');
    expect(code).toBe(3);
    expect(err).toBe('bootpol: cannot read `gone.efi`: no such file\n');
    expect(out).toContain('zboot.efi   at kexec   accepted');
  });

  test('fits 80 columns', async () => {
    const { out } = await gap('inner-image-signed-trimmed', 'uki.efi', 'zboot.efi');
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('needs keys only where there is a file', async () => {
    const { code, err } = await run(['gap', 'policies/kexec/uki-parser.bootpol', 'uki.efi'], files);
    expect(code).toBe(2);
    expect(err).toContain('--bind ring=FILE');
    expect((await run(['gap'], files)).err).toBe('bootpol: `gap` needs a POLICY\n');
  });
});
