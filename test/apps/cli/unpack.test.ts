import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processIo } from '../../../apps/cli/process-io.ts';
import { namesDirectory, unpack } from '../../../apps/cli/unpack.ts';
import { patched, utf8 } from '../../../forge/bytes.ts';
import { type CpioEntry, forgeCpio, forgeInitrd } from '../../../forge/initrd.ts';
import { type ArchiveMember, DEFAULT_LIMITS, factsOf, findLayer, nativeEngine } from '../../../index.ts';
import { run } from './run-in-memory.ts';

const DIRECTORY = 0o040755;
const SYMLINK = 0o120777;

function membersOf(archive: Uint8Array): Iterable<ArchiveMember> {
  const found = findLayer(
    factsOf(archive, { limits: DEFAULT_LIMITS, engine: nativeEngine() }),
    'initrd/cpio',
    'decoded',
  );
  if (found.kind !== 'layer' || found.members === null) throw new Error('no archive');
  return found.members();
}

describe('unpacking an archive', () => {
  let folder = '';
  const at = (name: string): string => join(folder, name);
  const into = (name: string, entries: readonly CpioEntry[]) => unpack(at(name), membersOf(forgeInitrd({ entries })));
  const contents = (name: string): string => readFileSync(at(name), 'utf8');

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'bootpol-unpack-')));
    writeFileSync(at('victim'), 'old');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('writes files and directories, and neither links nor devices', () => {
    const result = into('out/', [
      { name: '.', mode: DIRECTORY },
      { name: 'init', data: '#!/bin/sh\n', mode: 0o104755 },
      { name: 'etc', mode: DIRECTORY },
      { name: './etc/hostname', data: 'forged\n' },
      { name: '/usr/share/x', data: 'x' },
      { name: 'lib', data: 'usr/lib', mode: SYMLINK },
      { name: 'dev/console', mode: 0o020600 },
    ]);
    expect(result).toEqual({ ok: true, files: 3, directories: 3, special: 2, refused: [] });
    expect(readdirSync(at('out')).sort()).toEqual(['etc', 'init', 'usr']);
    expect([contents('out/etc/hostname'), contents('out/usr/share/x')]).toEqual(['forged\n', 'x']);
    expect(lstatSync(at('out/init')).mode & 0o7111).toBe(0o111);
    expect(lstatSync(at('out/etc/hostname')).mode & 0o7111).toBe(0);
  });

  test.each([['../victim'], ['a/../../victim'], ['/../victim'], ['a/..'], ['..']])('refuses the name %s', (name) => {
    const result = into('out/', [
      { name, data: 'new' },
      { name: 'kept', data: 'kept' },
    ]);
    expect(result).toMatchObject({ ok: true, files: 1, refused: [`\`${name}\`: the name leads out of the archive`] });
    expect([contents('victim'), contents('out/kept')]).toEqual(['old', 'kept']);
  });

  test('follows no link of the archive: what goes through one becomes a directory of its own', () => {
    mkdirSync(at('target'));
    const result = into('out/', [
      { name: 'link', data: at('target'), mode: SYMLINK },
      { name: 'link/file', data: 'new' },
      { name: 'out', data: '../victim', mode: SYMLINK },
      { name: 'out', data: 'new' },
    ]);
    expect(result).toMatchObject({ ok: true, files: 2, special: 2, refused: [] });
    expect(readdirSync(at('target'))).toEqual([]);
    expect(contents('victim')).toBe('old');
    expect(lstatSync(at('out/link')).isDirectory()).toBe(true);
  });

  test('lets a later member replace an earlier one, and refuses what cannot be', () => {
    const result = into('out/', [
      { name: 'a', data: 'first' },
      { name: './a', data: 'second' },
      { name: 'a/b', data: 'under a file' },
      { name: 'd', mode: DIRECTORY },
      { name: 'd', data: 'over a directory' },
    ]);
    expect(contents('out/a')).toBe('second');
    expect(result).toMatchObject({
      refused: [
        '`a/b`: a file of the archive has the name of its folder',
        '`d`: a directory of the archive has its name',
      ],
    });
  });

  test('makes names of one inode one file, whichever entry has the contents', () => {
    const archive = forgeCpio([{ name: 'a' }, { name: 'b', data: 'text' }, { name: 'c' }], 'newc');
    const linked = [0, 1, 2].reduce((bytes, index) => {
      // Entries of 112 and 116 bytes: header, name and data in fours. Inode is the first field, nlink the fifth.
      const start = index === 0 ? 0 : index === 1 ? 112 : 228;
      return patched(patched(bytes, start + 6, utf8('00000007')), start + 38, utf8('00000003'));
    }, archive);
    expect(unpack(at('out/'), membersOf(linked))).toMatchObject({ files: 3 });
    expect([contents('out/a'), contents('out/b'), contents('out/c')]).toEqual(['text', 'text', 'text']);
    expect(lstatSync(at('out/a')).ino).toBe(lstatSync(at('out/c')).ino);
  });

  test('wants a new or an empty directory, and no link on the way', () => {
    mkdirSync(at('empty'));
    mkdirSync(at('full'));
    writeFileSync(at('full/x'), '');
    symlinkSync('empty', at('link'));
    symlinkSync('nothing', at('dangling'));
    const entries = [{ name: 'a', data: 'a' }];
    const refusal = (name: string): string => {
      const result = into(name, entries);
      return result.ok ? 'written' : result.text;
    };
    expect(into('empty', entries)).toMatchObject({ ok: true });
    expect(into('full', entries)).toEqual({ ok: false, text: 'it is not empty' });
    for (const name of ['link', 'link/', 'dangling/', 'link/inner/']) expect(refusal(name)).toMatch(/symbolic link/);
    expect(into('victim/', entries)).toEqual({ ok: false, text: 'it is no directory' });
    expect(refusal('none/inner/')).toMatch(/no directory/);
    expect(existsSync(at('nothing'))).toBe(false);
    expect([namesDirectory(at('empty')), namesDirectory(at('victim')), namesDirectory(at('new/'))]).toEqual([
      ...[true, false, true],
    ]);
  });

  test('is what `extract` does where OUT is a directory, and not with --raw', async () => {
    const files = {
      initrd: forgeInitrd({ entries: [{ name: 'a', data: 'a' }, { name: '../b' }], compression: 'gzip' }),
    };
    const real = { namesDirectory, unpack, write: processIo().write };
    const done = await run(['extract', 'initrd', 'initrd/cpio', '-o', at('out/')], files, real);
    expect(done.code).toBe(3);
    expect(done.err).toMatch(
      /^bootpol: not written: `\.\.\/b`: the name leads out of the archive\n1 file and 0 directories/,
    );
    const raw = await run(['extract', 'initrd', 'initrd/cpio', '--raw', '-o', at('raw/')], files, real);
    expect(raw.code).toBe(2);
    const file = await run(['extract', 'initrd', 'initrd/cpio', '-o', at('archive')], files, real);
    expect([file.code, contents('archive').slice(0, 6)]).toEqual([0, '070701']);
  });

  test('of 2,000 names of one inode, each with contents, makes one file with the last', () => {
    const member = (index: number): ArchiveMember => {
      return { name: `n${index}`, kind: 'file', isExecutable: false, linkKey: 'k', bytes: utf8(`${index}`) };
    };
    expect(
      unpack(
        at('out/'),
        Array.from({ length: 2000 }, (_, index) => member(index)),
      ),
    ).toMatchObject({ files: 2000 });
    expect([lstatSync(at('out/n0')).nlink, contents('out/n0')]).toEqual([2000, '1999']);
  });
});
