import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anchorsOf, newBench, signed } from '../../policy-case.ts';
import { run, text } from './run-in-memory.ts';

const bench = newBench();
const POLICY = `language 1
policy example version 3 "kernels"
signers us = file "keys/us.pem"
param signers ring
artifact image {
  require outer: any of { signed by us, signed by ring }
}
at firmware sees file enforce { outer }
waive outer until 2026-12-31 for sha256:${'a'.repeat(64)} because "x"
assert no uncovered byte at firmware
`;

/** Runs `build`, keeping what it writes. */
async function build(
  words: readonly string[],
  path = 'p/example.bootpol',
  there: Readonly<Record<string, string>> = {},
) {
  const written: Record<string, string> = {};
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const contents = (): Readonly<Record<string, Uint8Array>> => ({
    [path]: text(POLICY),
    [`${folder}keys/us.pem`]: text(bench.us.certificatePem),
    ...Object.fromEntries(Object.entries({ ...there, ...written }).map(([name, content]) => [name, text(content)])),
  });
  const readNow = (name: string) => {
    const bytes = contents()[name];
    return bytes === undefined ? ({ ok: false, text: 'no such file' } as const) : ({ ok: true, bytes } as const);
  };
  const result = await run(
    ['build', path, ...words],
    {},
    {
      readNow,
      read: (name) => Promise.resolve(readNow(name)),
      makeDirectory: () => null,
      write: (name, bytes) => {
        written[name] = new TextDecoder().decode(bytes);
        return null;
      },
    },
  );
  return { ...result, written };
}

describe('bootpol build', () => {
  test('writes a module and its declarations, named after the policy', async () => {
    const { code, out, written } = await build(['-o', 'out']);
    expect([code, out, Object.keys(written)]).toEqual([
      0,
      'out/example.js\nout/example.d.ts\n',
      ['out/example.js', 'out/example.d.ts'],
    ]);
  });

  test('writes the same bytes wherever the policy lies', async () => {
    const here = await build(['-o', 'out']);
    const there = await build(['-o', 'out'], '../else/where/example.bootpol');
    const plain = await build(['-o', 'out'], 'example.bootpol');
    expect(there.written).toEqual(here.written);
    expect(plain.written).toEqual(here.written);
    expect(here.written['out/example.js']).not.toContain('p/example');
  });

  test('replaces what it wrote itself, and anything else only by --force', async () => {
    const { written } = await build(['-o', 'out']);
    expect((await build(['-o', 'out'], undefined, written)).code).toBe(0);
    const foreign = await build(['-o', 'out'], undefined, { 'out/example.d.ts': 'export {};' });
    expect([foreign.code, foreign.written]).toEqual([2, {}]);
    expect(foreign.err).toBe('bootpol: `out/example.d.ts` was not written by `build`; `--force` replaces it\n');
    expect((await build(['-o', 'out', '--force'], undefined, { 'out/example.d.ts': 'export {};' })).code).toBe(0);
  });

  test('writes nothing of a policy with errors', async () => {
    const { code, err } = await run(['build', 'p', '-o', 'out'], { p: text('language 1\n') });
    expect([code, err.includes('BP0303')]).toEqual([2, true]);
  });
});

describe('the module that is built', () => {
  let here = '';
  beforeAll(async () => {
    // Within the package, so that `bootpol/runtime` is what the package exports.
    here = mkdtempSync(join('dist', 'built-'));
    const { written } = await build(['-o', '.']);
    for (const [name, content] of Object.entries(written)) writeFileSync(join(here, name), content);
    writeFileSync(join(here, 'image'), signed(bench.image, bench.us));
    writeFileSync(join(here, 'unsigned'), bench.image);
    writeFileSync(join(here, 'ring.json'), JSON.stringify(anchorsOf(bench.them)));
  });
  afterAll(() => {
    rmSync(here, { recursive: true, force: true });
  });

  test('runs from the package as it is published, where no text can become code', () => {
    writeFileSync(
      join(here, 'run.js'),
      `import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from 'bootpol/runtime';
import { policy, verify } from './example.js';
const trust = { ring: JSON.parse(readFileSync(new URL('ring.json', import.meta.url), 'utf8')) };
const judge = async (name) => {
  const bytes = new Uint8Array(readFileSync(new URL(name, import.meta.url)));
  return (await verify(bytes, { trust, at: new Date('2026-06-01'), limits: DEFAULT_LIMITS })).verdict;
};
console.log(policy.name, policy.version, await judge('image'), await judge('unsigned'));
`,
    );
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--disallow-code-generation-from-strings', join(here, 'run.js')],
      { encoding: 'utf8' },
    );
    expect([stdout, stderr]).toEqual(['example 3 accept reject\n', '']);
  });

  test('has declarations by which TypeScript finds what a caller forgot', () => {
    const consumers = { right: '{ ring }', none: '{}', other: '{ rign: ring }' };
    const paths = Object.entries(consumers).map(([name, trust]) => {
      writeFileSync(join(here, `${name}.ts`), consumerText(trust));
      return join(here, `${name}.ts`);
    });
    const program = ts.createProgram(paths, {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
    });
    const faults = ts.getPreEmitDiagnostics(program);
    const codesIn = (name: string): readonly number[] =>
      faults.filter(({ file }) => file?.fileName.endsWith(`/${name}.ts`) === true).map(({ code }) => code);
    // 2741: a property is missing. 2353: an object may only have known properties.
    expect([codesIn('right'), codesIn('none'), codesIn('other')]).toEqual([[], [2741], [2353]]);
    expect(faults).toHaveLength(2);
  });
});

function consumerText(trust: string): string {
  return `import { DEFAULT_LIMITS, type Anchor, type Verdict } from 'bootpol/runtime';
import { policy, verify } from './example.js';
declare const ring: readonly Anchor[];
const name: 'example' = policy.name;
export const verdict: Promise<Verdict> = verify(new Uint8Array(), { trust: ${trust}, at: new Date(), limits: DEFAULT_LIMITS });
export { name };
`;
}
