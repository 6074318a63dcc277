import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
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
import { writeFile } from '../../../apps/cli/write-file.ts';

const BYTES = Uint8Array.of(1, 2, 3);

describe('writing a file', () => {
  let folder = '';
  const at = (name: string): string => join(folder, name);
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'bootpol-write-')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('makes a file that was not there', () => {
    expect(writeFile(at('out'), BYTES, 'new')).toBeNull();
    expect(Uint8Array.from(readFileSync(at('out')))).toEqual(BYTES);
  });

  test('leaves a file alone unless it may replace it, then leaves other names of it alone', () => {
    writeFileSync(at('out'), 'old');
    linkSync(at('out'), at('other name'));
    expect(writeFile(at('out'), BYTES, 'new')).toBe('it exists; `--force` replaces it');
    expect(readFileSync(at('out'), 'utf8')).toBe('old');
    expect(writeFile(at('out'), BYTES, 'replace')).toBeNull();
    expect(Uint8Array.from(readFileSync(at('out')))).toEqual(BYTES);
    expect(readFileSync(at('other name'), 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['other name', 'out']);
  });

  test('replaces nothing that is not there: it makes it', () => {
    expect(writeFile(at('out'), BYTES, 'replace')).toBeNull();
    expect(readdirSync(folder)).toEqual(['out']);
  });

  test.each(['new', 'replace'] as const)('refuses symbolic links, dangling or not (%s)', (mode) => {
    writeFileSync(at('victim'), 'old');
    symlinkSync('victim', at('link'));
    symlinkSync('nothing', at('dangling'));
    for (const name of ['link', 'dangling']) {
      expect(writeFile(at(name), BYTES, mode)).toMatch(/symbolic link/);
      expect(lstatSync(at(name)).isSymbolicLink()).toBe(true);
    }
    expect(readFileSync(at('victim'), 'utf8')).toBe('old');
    expect(existsSync(at('nothing'))).toBe(false);
  });

  test.each(['new', 'replace'] as const)('refuses a symbolic link on the way (%s)', (mode) => {
    mkdirSync(at('real/inner'), { recursive: true });
    symlinkSync('real', at('link'));
    expect(writeFile(at('link/out'), BYTES, mode)).toMatch(/a symbolic link is on its way/);
    expect(writeFile(at('link/inner/out'), BYTES, mode)).toMatch(/a symbolic link is on its way/);
    expect(writeFile(at('real/inner/out'), BYTES, mode)).toBeNull();
    expect(readdirSync(at('real')).sort()).toEqual(['inner']);
  });

  test.each(['new', 'replace'] as const)('refuses directories, pipes and paths that lead nowhere (%s)', (mode) => {
    mkdirSync(at('directory'));
    writeFileSync(at('file'), '');
    expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
    expect(writeFile(at('directory'), BYTES, mode)).toBe('it is a directory');
    expect(writeFile(at('pipe'), BYTES, mode)).toBe('it is no regular file');
    expect(writeFile(`${at('new')}/`, BYTES, mode)).toBe('it names a directory');
    expect(writeFile(at('missing/out'), BYTES, mode)).toMatch(/^there is no directory/);
    expect(writeFile(at('file/out'), BYTES, mode)).toMatch(/directory/);
  });
});
