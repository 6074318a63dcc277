import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleCli } from '../../scripts/bundle-cli.ts';
import { bundleVscode } from '../../scripts/bundle-vscode.ts';

test('the packager of VS Code takes the extension, with the server and the grammar in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-vscode-'));
  try {
    await bundleCli(join(folder, 'cli'));
    await bundleVscode(join(folder, 'extension'), join(folder, 'cli'));
    const out = join(folder, 'bootpol.vsix');
    const options = ['package', '--no-dependencies', '--allow-missing-repository', '--out', out];
    const packaged = spawnSync('npx', ['--yes', '@vscode/vsce@3.9.2', ...options], {
      cwd: join(folder, 'extension'),
      encoding: 'utf8',
    });
    expect([packaged.status, packaged.error]).toEqual([0, undefined]);
    // The names of a zip archive stand in it as they are.
    const archive = readFileSync(out);
    for (const name of [
      'package.json',
      'out/extension.cjs',
      'server/bootpol.js',
      'server/commands/lsp.js',
      'syntaxes/bootpol.tmLanguage.json',
    ]) {
      expect([name, archive.includes(`extension/${name}`)]).toEqual([name, true]);
    }
    const server = join(folder, 'extension', 'server', 'bootpol.js');
    expect(spawnSync(process.execPath, [server, '--version'], { encoding: 'utf8' }).stdout).toMatch(/^bootpol \d/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
