import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { newSigner } from '../../../forge/x509.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { bundleCli } from '../../../scripts/bundle-cli.ts';

const POLICIES = ['zboot-gzip', 'uki-parser', 'status-quo-arm64'].flatMap((name) => [
  '-p',
  resolve('policies', 'kexec', `${name}.bootpol`),
]);

describe('simulate and merge, bundled, in threads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-simulate-'));
  beforeAll(async () => {
    const signer = newSigner({ subject: 'Sample', key: 'p256' });
    mkdirSync(join(folder, 'images'));
    const image = forgeImage({ arch: 'arm64', size: 20_000 });
    const zboot = forgeZboot({ image, compression: 'gzip' });
    const files = { image, zboot, signed: signPe(zboot, { signers: [{ signer }] }), broken: zboot.subarray(0, 3000) };
    for (const [name, bytes] of Object.entries(files)) {
      for (const number of [1, 2, 3]) writeFileSync(join(folder, 'images', `${name}-${String(number)}.efi`), bytes);
    }
    writeFileSync(join(folder, 'ring.pem'), signer.certificatePem);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    await bundleCli(join(folder, 'cli'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('two threads give what one gives, and files that are missing stop neither', () => {
    const [one, two] = ['1', '2'].map((jobs) => simulate('images', 'gone.efi', 'images/image-1.efi', '--jobs', jobs));
    expect(two).toEqual(one);
    expect(one).toMatchObject({ status: 3, stderr: 'bootpol: cannot read `gone.efi`: no such file\n' });
    expect(one?.stdout).toContain('of 14 files, 1 of them unreadable');
  });

  test('verify in two threads says what it says in one', () => {
    const policy = resolve('policies', 'kexec', 'status-quo-arm64.bootpol');
    const words = ['verify', '-p', policy, '--bind', 'ring=ring.pem', 'images', 'gone.efi', '--at', '2026-06-01'];
    const one = bootpol([...words, '--format', 'json']);
    expect(bootpol([...words, '--format', 'json', '--jobs', '2'])).toEqual(one);
    expect(bootpol([...words, '-j', '3'])).toEqual(bootpol(words));
    expect(one).toMatchObject({ status: 1, stderr: 'bootpol: cannot read `gone.efi`: no such file\n' });
  });

  test('all shards merged are the whole run, in any format', () => {
    for (const index of [1, 2, 3]) {
      const { status } = simulate(
        'images',
        '--shard',
        `${String(index)}/3`,
        '--format',
        'json',
        '-o',
        `s${String(index)}.json`,
        '--at',
        '2026-06-01',
      );
      expect(status).toBe(0);
    }
    for (const format of ['json', 'text', 'html']) {
      const whole = simulate('images', '--format', format, '--at', '2026-06-01');
      const merged = bootpol(['merge', 's3.json', 's1.json', 's2.json', '--format', format]);
      expect(merged).toEqual(whole);
      expect(whole.stdout.length).toBeGreaterThan(1000);
    }
  });

  test('writes the format of the suffix, and replaces a file only when told to', () => {
    expect(simulate('images/signed-1.efi', '-o', 'r.html')).toMatchObject({
      status: 0,
      stdout: '`r.html`: 1 file under 3 views: 2 of 3 accepted\n',
    });
    expect(simulate('images/signed-1.efi', 'images/none.efi', '-o', 'two.html').stdout).toBe(
      '`two.html`: 2 files under 3 views: 2 of 3 accepted; 1 file not read\n',
    );
    expect(readFileSync(join(folder, 'r.html'), 'utf8')).toMatch(/^<!doctype html>/);
    expect(simulate('images/signed-1.efi', '-o', 'r.html')).toMatchObject({
      status: 2,
      stderr: 'bootpol: `r.html` exists; `--force` replaces it\n',
    });
    expect(simulate('images/signed-1.efi', '-o', 'r.html', '--force').status).toBe(0);
    expect(simulate('images/signed-1.efi', '-o', 'no/r.html')).toMatchObject({ status: 2 });
  });

  function simulate(...words: readonly string[]) {
    return bootpol(['simulate', ...POLICIES, '--bind', 'ring=ring.pem', ...words]);
  }

  function bootpol(words: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join('cli', 'bootpol.js'), ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }
});
