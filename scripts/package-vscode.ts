import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleCli } from './bundle-cli.ts';
import { bundleVscode } from './bundle-vscode.ts';

// Makes `dist/vscode/bootpol.vsix` with the packager of VS Code, which npx fetches: hundreds of packages that nothing else needs.
const folder = join('dist', 'vscode');
await bundleCli(join('dist', 'cli'));
await bundleVscode(join(folder, 'extension'), join('dist', 'cli'));
const options = ['package', '--no-dependencies', '--allow-missing-repository', '--out', join('..', 'bootpol.vsix')];
const packaged = spawnSync('npx', ['--yes', '@vscode/vsce@3.9.2', ...options], {
  cwd: join(folder, 'extension'),
  stdio: 'inherit',
});
process.exitCode = packaged.status ?? 1;
