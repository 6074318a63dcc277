import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { rewriteFile } from '../../../apps/cli/rewrite-file.ts';
import { run, text } from './run-in-memory.ts';

const UGLY = 'language   1\npolicy p\nparam signers db\nartifact image{require outer:signed by db}\n';
const NEAT = 'language 1\npolicy p\nparam signers db\n\nartifact image {\n  require outer: signed by db\n}\n';
const FILES = {
  'ugly.bootpol': text(UGLY),
  'neat.bootpol': text(NEAT),
  'slip.bootpol': text('language  1\npolicy p\nsigners = file "a"\n'),
  'folder/a.bootpol': text(UGLY),
  'folder/inner/b.bootpol': text(NEAT),
  'folder/notes.txt': text('not a policy'),
  'empty/notes.txt': text('not a policy'),
  'latin.bootpol': new Uint8Array([0x23, 0xe4]),
};

describe('bootpol fmt', () => {
  test('prints one file, or standard input, in its layout', async () => {
    expect(await run(['fmt', 'ugly.bootpol'], FILES)).toEqual({ code: 0, out: NEAT, err: '' });
    expect(await run(['fmt', '--stdin'], { '-': text(UGLY) })).toEqual({ code: 0, out: NEAT, err: '' });
    expect(await run(['fmt', '-'], { '-': text(UGLY) })).toEqual({ code: 0, out: NEAT, err: '' });
  });

  test('--check shows what would change and ends with 1, and says nothing of a file that is formatted', async () => {
    const { code, out } = await run(['fmt', '--check', 'neat.bootpol', 'ugly.bootpol'], FILES);
    expect(code).toBe(1);
    expect(out).toBe(
      [
        'not formatted  ugly.bootpol',
        '  -language   1',
        '  +language 1',
        '   policy p',
        '   param signers db',
        '  -artifact image{require outer:signed by db}',
        '  +',
        '  +artifact image {',
        '  +  require outer: signed by db',
        '  +}',
        '',
        '',
        '2 files: 1 not formatted',
        '',
      ].join('\n'),
    );
    expect(await run(['fmt', '--check', 'neat.bootpol'], FILES)).toEqual({
      code: 0,
      out: '1 file: 0 not formatted\n',
      err: '',
    });
  });

  test('--write writes back what changes, and only that', async () => {
    const written: Record<string, string> = {};
    const rewrite = (path: string, bytes: Uint8Array): null => {
      written[path] = new TextDecoder().decode(bytes);
      return null;
    };
    const { code, out } = await run(['fmt', '--write', 'neat.bootpol', 'folder'], FILES, { rewrite });
    expect([code, out]).toEqual([0, 'formatted  folder/a.bootpol\n3 files: 1 formatted\n']);
    expect(written).toEqual({ 'folder/a.bootpol': NEAT });
  });

  test('says which statement it left alone, and formats the others', async () => {
    const { code, out, err } = await run(['fmt', 'slip.bootpol'], FILES);
    expect([code, out]).toEqual([0, 'language 1\npolicy p\nsigners = file "a"\n']);
    expect(err).toBe('bootpol: slip.bootpol:3: left as it is, since it cannot be read; see `bootpol check`\n');
  });

  test('--check ends with 2 where a statement cannot be read, since nobody knows how it would be laid out', async () => {
    const slip = text('language 1\npolicy p\n\nsigners = file "a"\n');
    const { code, out } = await run(['fmt', '--check', 'slip.bootpol'], { 'slip.bootpol': slip });
    expect([code, out]).toEqual([2, '1 file: 0 not formatted\n']);
  });

  test.each([
    ['a directory of several to print', ['fmt', 'folder'], 'several files at once need `--check` or `--write`'],
    ['no file', ['fmt'], '`fmt` needs at least one FILE, or `--stdin`'],
    ['several files to print', ['fmt', 'a', 'b'], 'several files at once need `--check` or `--write`'],
    ['two modes', ['fmt', '--check', '--write', 'a'], '`--check` and `--write` exclude each other'],
    ['a file beside --stdin', ['fmt', '--stdin', 'a'], '`--stdin` reads standard input; `a` is too much'],
    ['standard input to write', ['fmt', '--write', '-'], '`--write` needs a file, and standard input is none'],
    ['a file that is not there', ['fmt', 'none'], 'cannot read policy `none`: no such file'],
    ['a file that is no text', ['fmt', 'latin.bootpol'], 'policy `latin.bootpol` is not text in UTF-8'],
    ['a directory without a policy', ['fmt', '--check', 'empty'], '`empty` holds no policy (*.bootpol)'],
    [
      'a file that cannot be written',
      ['fmt', '--write', 'ugly.bootpol'],
      'cannot write `ugly.bootpol`: these files are in memory',
    ],
  ])('refuses %s, with 2', async (_, words, message) => {
    const { code, err } = await run(words, FILES);
    expect([code, err]).toEqual([2, `bootpol: ${message}\n`]);
  });
});

describe('rewriteFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-rewrite-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('changes the file that a link leads to, keeps its permissions, and leaves nothing beside it', () => {
    writeFileSync(join(folder, 'real'), 'old');
    chmodSync(join(folder, 'real'), 0o640);
    symlinkSync('real', join(folder, 'link'));
    expect(rewriteFile(join(folder, 'link'), text('new'))).toBeNull();
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
    expect(statSync(join(folder, 'real')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['link', 'real']);
  });

  test('says why it wrote nothing', () => {
    expect(rewriteFile(join(folder, 'none'), text('new'))).toBe('no such file');
    expect(rewriteFile(folder, text('new'))).toBe('it is no regular file');
  });
});
