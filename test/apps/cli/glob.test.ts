import { describe, expect, test } from 'vitest';
import type { CommandIo } from '../../../apps/cli/io.ts';
import { forgeDeb } from '../../../forge/deb.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const KERNEL = forgeImage({ arch: 'arm64', size: 20_000 });
const FILES: MemoryFiles = {
  'p.bootpol': text('language 1\npolicy p\nartifact image {\n  require a: arch in { arm64 }\n}\n'),
  'boot/a.efi': KERNEL,
  'boot/b.efi': KERNEL,
  'boot/deep/c.efi': KERNEL,
  'boot/notes.txt': text('x'),
  'boot/odd[1].efi': KERNEL,
};

describe('patterns as operands', () => {
  test.each([
    ['boot/*.efi', ['boot/a.efi', 'boot/b.efi', 'boot/odd[1].efi']],
    ['boot/**/*.efi', ['boot/a.efi', 'boot/b.efi', 'boot/deep/c.efi', 'boot/odd[1].efi']],
    ['boot/{a,b}.efi', ['boot/a.efi', 'boot/b.efi']],
    ['boot/?.efi', ['boot/a.efi', 'boot/b.efi']],
  ])('`%s` is %j', async (pattern, names) => {
    const { code, out } = await run(['verify', '-p', 'p.bootpol', pattern], FILES);
    expect(code).toBe(0);
    expect([...out.matchAll(/^ACCEPT {2}(\S+)/gm)].map(([, name]) => name)).toEqual(names);
  });

  test('a file that has that very name is that file', async () => {
    const { code, out } = await run(['verify', '-p', 'p.bootpol', 'boot/odd[1].efi'], FILES);
    expect([code, out.includes('1 file: 1 accepted')]).toEqual([0, true]);
  });

  test('one that matches nothing is undecided, so that no run passes for want of files', async () => {
    const { code, err } = await run(['verify', '-p', 'p.bootpol', 'boot/*.img'], FILES);
    expect([code, err]).toEqual([3, 'bootpol: no file matches `boot/*.img`\n']);
  });

  test('a file of that very name is not passed over for others when it cannot be read', async () => {
    const files: MemoryFiles = {
      ...FILES,
      'boot/odd1.efi': KERNEL,
      'boot/odd[1].efi': { unreadable: 'permission denied' },
    };
    const { code, err } = await run(['verify', '-p', 'p.bootpol', 'boot/odd[1].efi'], files);
    expect([code, err]).toEqual([3, 'bootpol: cannot read `boot/odd[1].efi`: permission denied\n']);
    const readable = { ...files, 'boot/odd[1].efi': KERNEL };
    expect((await run(['verify', '-p', 'p.bootpol', 'boot/odd[1].efi'], readable)).code).toBe(0);
  });

  test('a directory that cannot be read is in the way, and links are counted', async () => {
    const list: CommandIo['list'] = (path) => {
      if (path === 'boot/deep') return 'permission denied';
      return path === 'boot'
        ? [
            { name: 'a.efi', kind: 'file' },
            { name: 'deep', kind: 'directory' },
            { name: 'l.efi', kind: 'link' },
          ]
        : null;
    };
    const { code, out, err } = await run(['verify', '-p', 'p.bootpol', 'boot/**/*.efi'], FILES, { list });
    expect([code, err]).toEqual([3, 'bootpol: cannot read `boot/deep`: permission denied\n']);
    expect(out).toContain('passed over: 1 symbolic link');
    expect(out).toContain('2 files: 1 accepted, 1 undecided');
  });

  test('a file in a package may have any name', async () => {
    const deb = forgeDeb({ compression: 'gzip', files: [{ name: './boot/k[1]', data: KERNEL }] });
    const { code, out } = await run(['verify', '-p', 'p.bootpol', 'a.deb!/boot/k[1]'], { ...FILES, 'a.deb': deb });
    expect([code, out.includes('1 file: 1 accepted')]).toEqual([0, true]);
  });
});
