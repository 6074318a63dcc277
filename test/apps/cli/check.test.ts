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
});
