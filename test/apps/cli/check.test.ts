import { describe, expect, test } from 'vitest';
import { run, text } from './run-in-memory.ts';

const SOUND =
  'language 1\npolicy sound version 2\nparam signers db\nartifact image {\n  require outer: signed by db\n}\n';
const FILES = {
  'sound.bootpol': text(SOUND),
  'slip.bootpol': text(SOUND.replace('signed by db', 'compression in { gzp }')),
};

describe('bootpol check', () => {
  test('ends with 0 for a sound policy and says what judging can cost', async () => {
    const { code, out, err } = await run(['check', 'sound.bootpol'], FILES);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^OK {2}sound\.bootpol {3}sound v2\n {4}at most 1 requirement/);
    expect(out).toMatch(/1 policy: 0 errors, 0 warnings\n$/);
  });

  test('keeps to 80 columns where the path is long', async () => {
    const path = `${'folder/'.repeat(9)}sound.bootpol`;
    const { out } = await run(['check', path], { [path]: FILES['sound.bootpol'] });
    expect(out.startsWith(`OK  ${path}\n    sound v2\n`)).toBe(true);
  });

  test('shows every diagnostic with its frame, and ends with 2', async () => {
    const { code, out } = await run(['check', 'slip.bootpol', 'sound.bootpol'], FILES);
    expect(code).toBe(2);
    expect(out).toMatch(/^error\[BP\d{4}\]: /);
    expect(out).toContain('slip.bootpol:5:');
    expect(out).toContain('OK  sound.bootpol');
    expect(out).toMatch(/2 policies: [12] errors?, \d+ warnings?\n$/);
  });

  test('names a policy that cannot be read, checks the others, and ends with 2', async () => {
    const { code, out, err } = await run(['check', 'none.bootpol', 'sound.bootpol'], FILES);
    expect(code).toBe(2);
    expect(err).toBe('bootpol: cannot read policy `none.bootpol`: no such file\n');
    expect(out).toContain('OK  sound.bootpol');
  });

  test('counts warnings, those that the policy allows, and those that can be mended; --max-warnings ends with 4', async () => {
    const lines = SOUND.replace('outer: signed by db', 'outer from 2020-01-01: signed by db');
    const allowed = lines.replace('by db', 'by db # bootpol: allow BP0523 because "REL-1"');
    const files = { 'w.bootpol': text(lines), 'a.bootpol': text(allowed) };
    const { code, out } = await run(['check', 'w.bootpol'], files);
    expect(code).toBe(0);
    expect(out).toMatch(/1 policy: 0 errors, 1 warning, 1 of them can be mended by --fix\n$/);
    expect((await run(['check', 'a.bootpol'], files)).out).toMatch(/1 policy: 0 errors, 0 warnings, 1 allowed\n$/);
    expect((await run(['check', '--max-warnings', '0', 'w.bootpol'], files)).code).toBe(4);
    expect((await run(['check', '--max-warnings', '0', 'a.bootpol'], files)).code).toBe(0);
    expect((await run(['check', '--max-warnings', '1', 'w.bootpol'], files)).code).toBe(0);
    expect((await run(['check', '--at', '2019-01-01', '--max-warnings', '0', 'w.bootpol'], files)).code).toBe(0);
  });

  test('--fix writes what is certain, in rounds, and checks the rest', async () => {
    const written: Record<string, string> = {};
    const rewrite = (path: string, bytes: Uint8Array): null => {
      written[path] = new TextDecoder().decode(bytes);
      return null;
    };
    const faulty = SOUND.replace('language 1\n', '').replace(
      'outer: signed by db',
      'outer from 2020-01-01: signed by db',
    );
    const { code, out } = await run(
      ['check', '--fix', 'f.bootpol', 'sound.bootpol'],
      { ...FILES, 'f.bootpol': text(faulty) },
      { rewrite },
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^fixed {2}f\.bootpol {3}2 fixes\nOK {2}f\.bootpol/);
    expect(out).toMatch(/2 policies: 0 errors, 0 warnings\n$/);
    expect(written).toEqual({ 'f.bootpol': SOUND });
  });

  test.each([
    [['--at', 'soon'], '`--at` wants a day as YYYY-MM-DD'],
    [['--max-warnings', 'few'], '`--max-warnings` wants a whole number'],
    [['--fix', '-'], '`--fix` needs a file, and standard input is none'],
  ])('refuses %j', async (words, message) => {
    const { code, err } = await run(['check', ...words, 'sound.bootpol'], FILES);
    expect([code, err]).toEqual([2, `bootpol: ${message}\n`]);
  });
});
