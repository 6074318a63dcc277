import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { footprintReportSchema } from '../../../runtime/report/footprint-schema.ts';
import { run, text } from './run-in-memory.ts';

const PROPOSALS = readdirSync('policies/kexec').map((file) => `policies/kexec/${file}`);
const FILES = Object.fromEntries(PROPOSALS.map((path) => [path, new Uint8Array(readFileSync(path))]));

async function viewsOf(policy: string) {
  const { code, out } = await run(['footprint', '--format', 'json', policy], FILES);
  expect(code).toBe(0);
  return footprintReportSchema.parse(JSON.parse(out)).policies.flatMap(({ views }) => views);
}

describe('bootpol footprint', () => {
  // The argument of the thread: what a kernel would have to carry, from nothing but the Image to all of it.
  test.each([
    ['user-space-emulator', ['pe'], []],
    ['status-quo-arm64', ['image'], []],
    ['inner-image-signed-trimmed', ['image'], []],
    ['zboot-gzip', ['zboot', 'image'], ['gzip']],
    ['zboot-gzip-xz', ['zboot', 'image'], ['gzip', 'xz']],
    ['zboot-gzip-zstd', ['zboot', 'image'], ['gzip', 'zstd']],
    ['uki-parser-gzip-zstd', ['zboot', 'uki', 'image'], ['gzip', 'zstd']],
    ['uki-parser', ['zboot', 'uki', 'image'], ['gzip', 'zstd', 'xz', 'lzma', 'lz4', 'lzo']],
    ['x86-bzimage', ['bzimage'], []],
    ['firmware-alone', ['pe'], []],
  ])('says that %s must carry parsers for %j and decoders for %j', async (policy, parsers, decoders) => {
    expect((await viewsOf(`policies/kexec/${policy}.bootpol`))[0]).toMatchObject({ parsers, decoders });
  });

  test('says that a point which enforces nothing need carry nothing', async () => {
    const [, kexec] = await viewsOf('policies/kexec/user-space-emulator.bootpol');
    expect(kexec).toMatchObject({ name: 'kexec', parsers: [], decoders: [], schemes: [], digests: [], keys: [] });
  });

  test('prints all proposals as a table of at most 80 columns', async () => {
    const { code, out } = await run(['footprint', ...PROPOSALS], FILES);
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(out).toContain('from no parsers and no decoders (user-space-emulator at kexec)');
    expect(out).toMatch(/^zboot-gzip-zstd at kexec +zboot image +gzip zstd$/m);
  });

  test('refuses the run when one policy does not compile, and says why', async () => {
    const { code, out, err } = await run(['footprint', 'broken.bootpol'], { 'broken.bootpol': text('policy') });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('error[BP');
  });

  test('takes the policies of a directory, and refuses one that holds none', async () => {
    const files = { 'd/a.bootpol': FILES['policies/kexec/zboot-gzip.bootpol'] ?? text(''), 'e/notes.txt': text('') };
    const { code, out } = await run(['footprint', 'd'], files);
    expect([code, out.includes('zboot-gzip at kexec')]).toEqual([0, true]);
    const none = await run(['footprint', 'd', 'e'], files);
    expect(none).toEqual({ code: 2, out: '', err: 'bootpol: `e` holds no policy (*.bootpol)\n' });
  });

  test('names the policy that it cannot read', async () => {
    expect(await run(['footprint', 'gone.bootpol'])).toMatchObject({
      code: 2,
      err: 'bootpol: cannot read policy `gone.bootpol`: no such file\n',
    });
  });
});
