import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import * as rollup from 'rollup';
import * as vite from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootpol } from '../../../apps/unplugin/index.ts';
import type { Verdict, VerifyOptions } from '../../../index.ts';
import { newBench, signed } from '../../policy-case.ts';

const bench = newBench();
const BASE = 'language 1\npolicy base\nsigners us = file "keys/us.pem"\n';
const ENTRY = "export { policy, verify } from './kernels.bootpol';\n";
const EXTERNAL = /^bootpol\/runtime$/;

/** The exports of a bundle. */
interface Bundled {
  readonly policy: { readonly name: string };
  readonly verify: (bytes: Uint8Array, options: VerifyOptions) => Promise<Verdict>;
}

function policyText(condition: string, digest: string): string {
  return `language 1
policy kernels
import "common/base.bootpol" sha256:${digest}
artifact image {
  require outer: ${condition}
}
`;
}

/** Each bundles the entry of a folder to `out.mjs` there; what it complains of is thrown. */
const BUNDLERS: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  esbuild: async (folder) => {
    await esbuild.build({
      entryPoints: [join(folder, 'entry.js')],
      outfile: join(folder, 'out.mjs'),
      bundle: true,
      format: 'esm',
      external: ['bootpol/runtime'],
      plugins: [bootpol.esbuild()],
      logLevel: 'silent',
    });
  },
  rollup: async (folder) => {
    const bundle = await rollup.rollup({
      input: join(folder, 'entry.js'),
      external: EXTERNAL,
      plugins: [bootpol.rollup()],
    });
    await bundle.write({ file: join(folder, 'out.mjs'), format: 'es' });
  },
  vite: async (folder) => {
    await vite.build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [bootpol.vite()],
      build: {
        outDir: folder,
        emptyOutDir: false,
        minify: false,
        lib: { entry: join(folder, 'entry.js'), formats: ['es'], fileName: () => 'out.mjs' },
        rolldownOptions: { external: EXTERNAL },
      },
    });
  },
};

describe.each(Object.entries(BUNDLERS))('the plugin for %s', (_, bundle) => {
  let folder = '';
  beforeAll(async () => {
    const { createHash } = await import('node:crypto');
    // Within the package, so that the bundle finds `bootpol/runtime` as the package exports it.
    folder = join(process.cwd(), mkdtempSync(join('dist', 'bundled-')));
    mkdirSync(join(folder, 'common', 'keys'), { recursive: true });
    writeFileSync(join(folder, 'common', 'keys', 'us.pem'), bench.us.certificatePem);
    writeFileSync(join(folder, 'common', 'base.bootpol'), BASE);
    writeFileSync(join(folder, 'entry.js'), ENTRY);
    digest = createHash('sha256').update(BASE).digest('hex');
  });
  let digest = '';
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('gives the verifier of a policy, with what it imports and the keys in it', async () => {
    writeFileSync(join(folder, 'kernels.bootpol'), policyText('signed by us', digest));
    await bundle(folder);
    expect(readFileSync(join(folder, 'out.mjs'), 'utf8')).toContain('CN=Us');
    // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- what the bundle exports is what is tested
    const { policy, verify }: Bundled = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'out.mjs')).href);
    const { DEFAULT_LIMITS } = await import('../../../index.ts');
    const options = { trust: {}, at: new Date('2026-06-15'), limits: DEFAULT_LIMITS };
    const verdicts = [await verify(signed(bench.image, bench.us), options), await verify(bench.image, options)];
    expect([policy.name, ...verdicts.map(({ verdict }) => verdict)]).toEqual(['kernels', 'accept', 'reject']);
  });

  test('fails the build with the frame of a diagnostic', async () => {
    writeFileSync(join(folder, 'kernels.bootpol'), policyText('signed by su', digest));
    const fault: unknown = await bundle(folder).then(
      () => null,
      (error: unknown) => error,
    );
    const text = fault instanceof Error ? fault.message : '';
    expect(text).toContain('error[BP0101]: no signers are named `su`');
    expect(text).toContain('5 │   require outer: signed by su');
    expect(text).toContain('kernels.bootpol');
  });
});

test('rollup watches the policy, what it imports and its signer files', async () => {
  const folder = join(process.cwd(), mkdtempSync(join('dist', 'bundled-')));
  try {
    writeFileSync(join(folder, 'us.pem'), bench.us.certificatePem);
    writeFileSync(join(folder, 'entry.js'), ENTRY);
    writeFileSync(
      join(folder, 'kernels.bootpol'),
      'language 1\npolicy p\nsigners us = file "us.pem"\nartifact image { require outer: signed by us }\n',
    );
    const { watchFiles } = await rollup.rollup({
      input: join(folder, 'entry.js'),
      external: EXTERNAL,
      plugins: [bootpol.rollup()],
    });
    expect(watchFiles.map((path) => path.slice(folder.length + 1)).sort()).toEqual([
      'entry.js',
      'kernels.bootpol',
      'us.pem',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
