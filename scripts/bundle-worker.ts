import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { licenceOf, versionOf } from './bundle-cli.ts';

/** Bundles the language server for a browser's worker into one file, which `new Worker(URL)` starts. */
export async function bundleWorker(outFile: string): Promise<void> {
  const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
  await build({
    entryPoints: ['apps/lsp/worker.ts'],
    outfile: outFile,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'linked',
    banner: { js: `/*! ${licenceOf('vscode-languageserver')} */` },
    define: { BOOTPOL_VERSION: JSON.stringify(versionOf(manifest)) },
    logLevel: 'warning',
  });
}
