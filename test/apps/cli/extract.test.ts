import { beforeAll, describe, expect, test } from 'vitest';
import { concatBytes, patched, u32le, utf8 } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { type MemoryFiles, run } from './run-in-memory.ts';

describe('bootpol extract', () => {
  const image = forgeImage({ arch: 'arm64', size: 20_000 });
  const zboot = forgeZboot({ image, compression: 'gzip' });
  let files: MemoryFiles = {};
  let written: { path: string; bytes: Uint8Array; mode: string }[] = [];

  beforeAll(() => {
    const uki = forgeUki({ arch: 'arm64', linux: zboot, cmdline: 'quiet' });
    // The payload offset of a zboot image is at 8: one that points behind the file.
    const cut = patched(zboot, 8, u32le(0x7fffffff));
    const corrupt = forgeZboot({
      image,
      compression: 'gzip',
      encoded: concatBytes(utf8('junk'), compress('gzip', image)),
    });
    files = { 'a.efi': zboot, uki, cut, corrupt };
  });

  const extract = (...words: readonly string[]) => {
    written = [];
    return run(['extract', ...words], files, {
      write: (path, bytes, mode) => {
        written.push({ path, bytes, mode });
        return path === 'taken' && mode === 'new' ? 'it exists; `--force` replaces it' : null;
      },
    });
  };

  test('writes a decoded layer', async () => {
    const { code, out, err } = await extract('uki', 'uki/.linux/zboot/image', '-o', 'out');
    expect([code, out]).toEqual([0, '']);
    expect(err).toMatch(/^[\d,]+ bytes written to out\n$/);
    expect(written[0]?.mode).toBe('new');
    expect(written[0]?.bytes.subarray(0, image.length)).toEqual(image);
  });

  test('writes a layer as it is stored with --raw', async () => {
    await extract('a.efi', 'zboot/image', '--raw', '-o', 'out');
    expect(written[0]?.bytes.subarray(0, 3)).toEqual(Uint8Array.of(0x1f, 0x8b, 8));
  });

  test('writes the file itself by the path of its outermost layer', async () => {
    await extract('a.efi', 'zboot', '-o', 'out');
    expect(written[0]?.bytes).toEqual(zboot);
  });

  test('writes to standard output unless that is a terminal', async () => {
    expect(await extract('uki', 'uki/.cmdline', '-o', '-')).toEqual({ code: 0, out: 'quiet', err: '' });
    const words = ['extract', 'uki', 'uki/.cmdline', '-o', '-'];
    const { code, out, err } = await run(words, files, { outIsTerminal: true });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/standard output is a terminal/);
  });

  test('replaces a file with --force only', async () => {
    const { code, err } = await extract('uki', 'uki/.cmdline', '-o', 'taken');
    expect([code, err]).toEqual([2, 'bootpol: cannot write `taken`: it exists; `--force` replaces it\n']);
    expect((await extract('uki', 'uki/.cmdline', '-o', 'taken', '--force')).code).toBe(0);
  });

  test('says which layers there are when there is none of that path', async () => {
    const { code, err } = await extract('uki', 'uki/.linx/zboot', '-o', 'out');
    expect([code, written]).toEqual([2, []]);
    expect(err).toBe(
      'bootpol: `uki` has no layer `uki/.linx/zboot`; did you mean `uki/.linux/zboot`?\n' +
        'its layers are:\n  uki\n  uki/.cmdline\n  uki/.linux\n  uki/.linux/zboot\n  uki/.linux/zboot/image\n',
    );
  });

  test.each([
    ['cut', 'zboot/image'],
    ['corrupt', 'zboot/image'],
  ])('ends with 3 and the reason when a layer cannot be had: %s', async (file, path) => {
    const { code, err } = await extract(file, path, '-o', 'out');
    expect([code, written]).toEqual([3, []]);
    expect(err).toMatch(/cannot be read: .+ \(zboot.* @ 0x[0-9a-f]{7}\)\n$/);
  });

  test('writes what a layer that cannot be decoded is stored as', async () => {
    expect((await extract('corrupt', 'zboot/image', '--raw', '-o', 'out')).code).toBe(0);
    expect(written[0]?.bytes.subarray(0, 4)).toEqual(utf8('junk'));
  });

  test('ends with 3 when the file cannot be read', async () => {
    const { code, err } = await extract('none', 'uki', '-o', 'out');
    expect([code, err]).toEqual([3, 'bootpol: cannot read `none`: no such file\n']);
  });
});
