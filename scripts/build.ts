import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleCli } from './bundle-cli.ts';
import { bundleWorker } from './bundle-worker.ts';

// Makes `dist/`: the library with its declarations (tsc) and the command line (esbuild).
rmSync('dist', { recursive: true, force: true });
const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
const compiled = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.dist.json'], { stdio: 'inherit' });
if (compiled.status !== 0) {
  process.exitCode = 1;
} else {
  rewriteDeclarations('dist');
  await bundleCli(join('dist', 'cli'));
  await bundleWorker(join('dist', 'lsp', 'worker.js'));
  chmodSync(join('dist', 'cli', 'bootpol.js'), 0o755);
}

/** The compiler turns `./name.ts` into `./name.js` in code but not in declarations, where older compilers trip over it. */
function rewriteDeclarations(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.name.endsWith('.d.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/((?:from|import)[ (]')(\.{1,2}\/[^']*)\.ts'/g, "$1$2.js'"));
  }
}
