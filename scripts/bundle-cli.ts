import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the command line into a folder: one small entry (`bootpol.js`) and chunks that each command loads when it
 * runs. Unbundled, the parser library alone would cost hundreds of file look-ups at every start.
 */
export async function bundleCli(outDirectory: string): Promise<void> {
  const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
  await build({
    entryPoints: [join('apps', 'cli', 'bootpol.ts')],
    outdir: outDirectory,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    chunkNames: 'chunks/[name]-[hash]',
    minify: true,
    legalComments: 'linked',
    define: { BOOTPOL_VERSION: JSON.stringify(versionOf(manifest)) },
    logLevel: 'warning',
  });
}

function versionOf(manifest: unknown): string {
  if (
    typeof manifest === 'object' &&
    manifest !== null &&
    'version' in manifest &&
    typeof manifest.version === 'string'
  ) {
    return manifest.version;
  }
  throw new Error('package.json has no version');
}
