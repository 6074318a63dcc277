import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { run } from '../apps/cli/run-in-memory.ts';

const FOLDERS = ['policies/kexec', 'policies/distro', 'policies/cookbook'];
const SHIPPED = FOLDERS.flatMap((folder) => readdirSync(folder).map((file) => `${folder}/${file}`));

describe('the tests of the shipped policies', () => {
  test.each(SHIPPED)('pass, and show every condition of %s true and false', async (path) => {
    const files = { [path]: readFileSync(path) };
    const { code, out, err } = await run(['test', '--min-coverage', '100', path], files);
    expect(err).toBe('');
    expect(out).toMatch(/outcomes shown: (\d+) of \1 \(100 %\)/);
    expect(code).toBe(0);
  });

  test('are told to lack something when one of them is taken away', async () => {
    const path = 'policies/kexec/status-quo-raw.bootpol';
    const text = readFileSync(path, 'utf8');
    const without = text.replace(/test "an unsigned Image is not" \{[^}]*\}/, '');
    expect(without).not.toBe(text);
    const { code, out } = await run(['test', '--min-coverage', '100', path], { [path]: Buffer.from(without) });
    expect(out).toMatch(/never false: signed by ring/);
    expect(code).toBe(1);
  });
});
