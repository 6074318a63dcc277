import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

/** What the entry loads when it is needed: each becomes one self-contained file, since every further file costs start-up. */
const LAZY: Readonly<Record<string, string>> = {
  ...Object.fromEntries(commandFiles().map((name) => [`./${name}`, `apps/cli/${name}`])),
  '../../compiler/index.ts': 'compiler/index.ts',
};

/** A package that commands load when they need it, as its import names it. */
const ML_DSA = '@noble/post-quantum/ml-dsa.js';
const ML_DSA_FILE = 'ml-dsa';
const SERVER = 'apps/cli/lsp.ts';

/**
 * Bundles the command line into a folder: one small entry (`bootpol.js`) and a file for each command. Unbundled, the
 * parser library alone would cost hundreds of file look-ups at every start.
 */
export async function bundleCli(outDirectory: string): Promise<void> {
  const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
  const common: BuildOptions = {
    outdir: outDirectory,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'linked',
    define: { BOOTPOL_VERSION: JSON.stringify(versionOf(manifest)) },
    logLevel: 'warning',
  };
  const threads = readdirSync('apps/cli').filter((name) => name.endsWith('-worker.ts'));
  const sources = [
    ...Object.values(LAZY).filter((source) => source !== SERVER),
    ...threads.map((name) => `apps/cli/${name}`),
  ];
  const lazy = sources.map((source) => ({ in: source, out: lazyName(source) }));
  await build({ ...common, entryPoints: [join('apps', 'cli', 'bootpol.ts')], plugins: [lazyImports] });
  await build({ ...common, entryPoints: lazy, plugins: [lazyPackage] });
  await bundleServer(common);
  await build({ ...common, entryPoints: [{ in: ML_DSA, out: join('commands', ML_DSA_FILE) }] });
}

/** The library of the language server is CommonJS, asks for modules of Node when it runs, and has its licence in a file. */
async function bundleServer(common: BuildOptions): Promise<void> {
  const banner = `/*! ${licenceOf('vscode-languageserver')} */\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`;
  await build({
    ...common,
    entryPoints: [{ in: SERVER, out: lazyName(SERVER) }],
    plugins: [lazyPackage],
    banner: { js: banner },
  });
}

/** The licence of one of the packages of the language server and its client, which are of one hand and say it in a file. */
export function licenceOf(name: string): string {
  const text = readFileSync(join('node_modules', name, 'License.txt'), 'utf8').trim();
  return `${name}, vscode-languageserver-protocol, -types, -textdocument and vscode-jsonrpc\n\n${text}`;
}

/** The files that the table of commands loads, in whichever of its files. */
function commandFiles(): readonly string[] {
  return readdirSync('apps/cli')
    .filter((name) => name.endsWith('commands.ts'))
    .map((name) => readFileSync(join('apps', 'cli', name), 'utf8'))
    .flatMap((table) => [...table.matchAll(/import\('\.\/([\w-]+\.ts)'\)/g)].map(([, name = '']) => name));
}

function lazyName(source: string): string {
  return join('commands', source.replace(/^apps\/cli\//, '').replace(/\/index\.ts$|\.ts$/, ''));
}

/** Commands lie in one folder, and the package beside them. */
const lazyPackage: Plugin = {
  name: 'lazy-package',
  setup: (bundler) => {
    bundler.onResolve({ filter: /^@noble\/post-quantum\/ml-dsa\.js$/ }, () => ({
      path: `./${ML_DSA_FILE}.js`,
      external: true,
    }));
  },
};

const lazyImports: Plugin = {
  name: 'lazy-imports',
  setup: (bundler) => {
    bundler.onResolve({ filter: /\.ts$/ }, ({ path, kind }) => {
      const source = LAZY[path];
      if (kind !== 'dynamic-import' || source === undefined) return null;
      return { path: `./${lazyName(source)}.js`, external: true };
    });
  },
};

/** The version in a manifest. @throws Error for one without. */
export function versionOf(manifest: unknown): string {
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
