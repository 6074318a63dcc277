// Runs a TypeScript script of this folder on any supported Node: `node scripts/run.mjs scripts/NAME.ts ARGUMENTS`.
// Node 20 cannot strip types, so the script is bundled first; packages stay outside the bundle.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const [script, ...rest] = process.argv.slice(2);
if (script === undefined) throw new Error('name a script: node scripts/run.mjs scripts/NAME.ts');

process.chdir(root);
const outfile = join(root, 'node_modules', '.cache', 'bootpol', `${script.replace(/\W+/g, '-')}-${process.pid}.mjs`);
await build({
  entryPoints: [join(root, script)],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.argv = [process.argv[0], script, ...rest];
try {
  await import(pathToFileURL(outfile).href);
} finally {
  const { rmSync } = await import('node:fs');
  rmSync(outfile, { force: true });
}
