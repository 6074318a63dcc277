import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { type CpioEntry, forgeCpio, forgeInitrd } from '../../../forge/initrd.ts';
import { judge, newBench, outcomeOf } from '../../policy-case.ts';

const BENCH = newBench();
const ROOT: readonly CpioEntry[] = [
  { name: 'init', data: '#!/bin/sh\n', mode: 0o100755 },
  { name: 'etc', mode: 0o040755 },
  { name: 'etc/passwd', data: 'root::0:0\n' },
];
const outcome = async (condition: string, bytes: Uint8Array): Promise<string | null> =>
  outcomeOf(await judge(`artifact initrd { ${condition} }`, bytes, BENCH), 'r');

describe('replaced-members', () => {
  const clean = forgeInitrd({ entries: ROOT, compression: 'gzip' });
  const appended = forgeInitrd(
    { entries: ROOT, compression: 'gzip' },
    { entries: [{ name: './etc/../init', data: 'evil' }] },
  );

  test('forbids an archive that was appended to replace a member', async () => {
    expect(await outcome('forbid r: replaced-members', clean)).toBe('satisfied');
    expect(await outcome('forbid r: replaced-members', appended)).toBe('violated');
  });

  test('is asked of one archive alone in a block of `cpio`', async () => {
    const twice = forgeInitrd({ entries: [...ROOT, { name: 'init', data: 'evil' }] });
    expect(await outcome('cpio many { forbid r: replaced-members }', appended)).toBe('satisfied');
    expect(await outcome('cpio many { forbid r: replaced-members }', twice)).toBe('violated');
  });

  test('is undecided when an archive cannot be read', async () => {
    const broken = concatBytes(clean, new Uint8Array(1), compress('gzip', forgeCpio(ROOT, 'newc').subarray(0, 200)));
    expect(await outcome('forbid r: replaced-members', broken)).toBe('undecided');
    expect(await outcome('require r: replaced-members', broken)).toBe('undecided');
  });
});

describe('contains-member', () => {
  const bytes = forgeInitrd({ entries: [...ROOT, { name: 'opt/tool' }] });
  test.each([
    ['require r: contains-member "/init"', 'satisfied'],
    ['require r: contains-member "inix"', 'violated'],
    ['forbid r: contains-member "etc/ld.so.preload"', 'satisfied'],
    ['forbid r: contains-member "etc/./passwd"', 'violated'],
    ['require r: contains-member "opt/tool"', 'undecided'],
    ['forbid r: contains-member "opt/tool"', 'undecided'],
    ['require r: all of { contains-member "init", contains-member "etc" }', 'satisfied'],
    ['require r: all of { contains-member "init", contains-member "usr" }', 'violated'],
  ])('%s is %s', async (condition, expected) => {
    expect(await outcome(condition, bytes)).toBe(expected);
  });
});
