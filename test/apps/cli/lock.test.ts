import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const BASE = 'language 1\npolicy base\nartifact image { require small: size <= 64 MiB }\n';
const POLICY = `language 1
policy example
import "base.bootpol"   # reviewed by us
artifact image { require large: size >= 1 KiB }
`;

function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function locked(policy: string, base: string): string {
  return policy.replace('"base.bootpol"', `"base.bootpol" ${digestOf(base)}`);
}

/** Runs `lock`, keeping what it writes. */
async function lock(words: readonly string[], files: Record<string, string>) {
  const written: Record<string, string> = {};
  const contents = (): MemoryFiles =>
    Object.fromEntries(Object.entries({ ...files, ...written }).map(([path, content]) => [path, text(content)]));
  const result = await run(
    ['lock', ...words],
    {},
    {
      readNow: (path) => {
        const file = contents()[path];
        return file === undefined || 'unreadable' in file
          ? { ok: false, text: 'no such file' }
          : { ok: true, bytes: file };
      },
      rewrite: (path, bytes) => {
        written[path] = new TextDecoder().decode(bytes);
        return null;
      },
    },
  );
  return { ...result, written };
}

describe('bootpol lock', () => {
  test('writes the digest behind the path, and changes nothing else', async () => {
    const { code, out, written } = await lock(['p'], { p: POLICY, 'base.bootpol': BASE });
    expect([code, written['p']]).toEqual([0, locked(POLICY, BASE)]);
    expect(out).toBe(`p:3: \`base.bootpol\`\n  ${digestOf(BASE)}\n`);
  });

  test('writes a new digest over an old one, and then has nothing to do', async () => {
    const stale = await lock(['p'], { p: locked(POLICY, 'old'), 'base.bootpol': BASE });
    expect(stale.written['p']).toBe(locked(POLICY, BASE));
    const fresh = await lock(['p'], { p: locked(POLICY, BASE), 'base.bootpol': BASE });
    expect([fresh.code, fresh.written, fresh.out]).toEqual([0, {}, 'p: 1 import locked, nothing to do\n']);
  });

  test.each([
    ['missing', POLICY, 1],
    ['stale', locked(POLICY, 'old'), 1],
    ['right', locked(POLICY, BASE), 0],
  ])('--check writes nothing; of a %s digest', async (_, policy, expected) => {
    const { code, written } = await lock(['--check', 'p'], { p: policy, 'base.bootpol': BASE });
    expect([code, written]).toEqual([expected, {}]);
  });

  test('of the policies named, locks those first that others import', async () => {
    const inner = POLICY.replace('policy example', 'policy inner').replace('large', 'other');
    const outer = POLICY.replace('base.bootpol', 'inner.bootpol');
    const files = { 'x/outer': outer, 'x/inner.bootpol': inner, 'x/base.bootpol': BASE };
    const { written } = await lock(['x/outer', './x/inner.bootpol'], { ...files, './x/inner.bootpol': inner });
    expect(Object.keys(written)).toEqual(['./x/inner.bootpol', 'x/outer']);
  });

  test('touches nothing when an imported file is missing, or the text has a slip', async () => {
    const missing = await lock(['p'], { p: POLICY });
    expect([missing.code, missing.written]).toEqual([2, {}]);
    expect(missing.err).toBe('bootpol: cannot read `base.bootpol`, which `p` imports: no such file\n');
    const slip = await lock(['p'], { p: `${POLICY}}`, 'base.bootpol': BASE });
    expect([slip.code, slip.written]).toEqual([2, {}]);
    expect(slip.err).toContain('error[BP0021]');
  });

  test('is what `check` and `verify` want', async () => {
    const files = { p: text(locked(POLICY, BASE)), 'base.bootpol': text(BASE) };
    expect((await run(['check', 'p'], files)).code).toBe(0);
    const stale = await run(['check', 'p'], { ...files, 'base.bootpol': text(`${BASE}# new\n`) });
    expect([stale.code, stale.out.includes('BP0703')]).toEqual([2, true]);
  });

  test('a policy whose import cannot be read is told of in one line', async () => {
    const { code, err } = await run(['verify', '-p', 'p', 'x'], { p: text(locked(POLICY, BASE)) });
    expect([code, err]).toEqual([
      2,
      'bootpol: cannot read imported policy `base.bootpol`, which policy `p` names: no such file\n',
    ]);
  });
});
