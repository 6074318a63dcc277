import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { signPe } from '../../../forge/sign.ts';
import { newSigner } from '../../../forge/x509.ts';
import { bundleCli } from '../../../scripts/bundle-cli.ts';

const POLICY = 'language 1\npolicy p\nparam signers db\nartifact image {\n  require outer: signed by db\n}\n';

describe('the bundled command line, as a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-cli-'));
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    const signer = newSigner({ subject: 'Sample', key: 'p256' });
    const image = forgeImage({ arch: 'arm64', size: 20_000 });
    writeFileSync(at('signed.efi'), signPe(image, { signers: [{ signer }] }));
    writeFileSync(at('unsigned.efi'), image);
    writeFileSync(at('db.pem'), signer.certificatePem);
    writeFileSync(at('p.bootpol'), POLICY);
    writeFileSync(at('package.json'), '{ "type": "module" }');
    mkdirSync(at('folder'));
    await bundleCli(at('cli'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('prints its version', () => {
    const { status, stdout } = bootpol(['--version']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^bootpol \d/);
  });

  test('judges real files, with the exit codes of the help', () => {
    expect(bootpol(verify('signed.efi'))).toMatchObject({ status: 0, stderr: '' });
    expect(bootpol(verify('unsigned.efi'))).toMatchObject({ status: 1, stderr: '' });
    expect(bootpol(verify('signed.efi', 'folder'))).toMatchObject({
      status: 3,
      stderr: 'bootpol: `folder` holds no kernel, UKI or EFI program\n',
    });
    expect(bootpol(['verify', '-p', 'folder', 'signed.efi'])).toMatchObject({
      status: 2,
      stderr: 'bootpol: cannot read policy `folder`: it is a directory\n',
    });
  });

  test('reads a file from standard input', () => {
    const { status, stdout } = spawnSync(
      'bash',
      ['-c', `cat signed.efi | node cli/bootpol.js ${verify('-').join(' ')}`],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    expect([status, stdout]).toEqual([0, 'ACCEPT  -   p   at file\n1 file: 1 accepted\n']);
  });

  test('keeps its exit code when nobody reads its output', () => {
    const many = Array.from({ length: 400 }, () => 'unsigned.efi');
    const script = `node cli/bootpol.js ${verify('--explain', ...many).join(' ')} | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect(stdout.trim().split('\n').at(-1)).toBe('1');
    expect(stderr).toBe('');
  });

  function verify(...words: readonly string[]): readonly string[] {
    return ['verify', '-p', 'p.bootpol', '--bind', 'db=db.pem', ...words];
  }

  function bootpol(words: readonly string[]) {
    return spawnSync(process.execPath, [join('cli', 'bootpol.js'), ...words], { cwd: folder, encoding: 'utf8' });
  }
});
