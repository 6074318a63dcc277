import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { licenceOf } from './bundle-cli.ts';

/** What the server needs of the bundled command line. */
const SERVER_FILES = ['bootpol.js', 'commands/lsp.js', 'commands/lsp.js.LEGAL.txt', 'commands/ml-dsa.js'];
const OWN_FILES = ['package.json', 'README.md', 'language-configuration.json', 'syntaxes'];

/** Lays the VS Code extension out in a folder, ready to be packaged: its own code in one file, the grammar, and the server. */
export async function bundleVscode(outDirectory: string, cliDirectory: string): Promise<void> {
  rmSync(outDirectory, { recursive: true, force: true });
  mkdirSync(join(outDirectory, 'server'), { recursive: true });
  for (const name of OWN_FILES) {
    cpSync(join('apps', 'vscode', name), join(outDirectory, name), { recursive: true });
  }
  cpSync('LICENSE', join(outDirectory, 'LICENSE'));
  for (const name of SERVER_FILES) cpSync(join(cliDirectory, name), join(outDirectory, 'server', name));
  writeFileSync(join(outDirectory, 'server', 'package.json'), '{ "type": "module" }\n');
  await build({
    entryPoints: [join('apps', 'vscode', 'extension.ts')],
    outfile: join(outDirectory, 'out', 'extension.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    external: ['vscode'],
    legalComments: 'linked',
    banner: { js: `/*! ${licenceOf('vscode-languageclient')} */` },
    logLevel: 'warning',
  });
}
