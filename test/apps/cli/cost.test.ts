import { describe, expect, test } from 'vitest';
import type { CommandIo } from '../../../apps/cli/io.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { compress, type ForgeCodec } from '../../../forge/compress.ts';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { decodePayload } from '../../../runtime/decode-payload.ts';
import { costReportSchema } from '../../../runtime/report/cost-schema.ts';
import { run, text } from './run-in-memory.ts';

const IMAGE = forgeImage({ arch: 'arm64', size: 0x8000, imageSize: 0x10000 });
const ZBOOT = forgeZboot({ image: IMAGE, compression: 'gzip' });
const INITRD = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });
const FILES = {
  zboot: ZBOOT,
  uki: forgeUki({ arch: 'arm64', linux: ZBOOT, initrd: INITRD }),
  bzImage: forgeBzImage({}),
  Image: IMAGE,
  initrd: INITRD,
  'dir/zboot': ZBOOT,
  'dir/other': text('nothing that boots'),
  junk: text('nothing that boots'),
};

const CODECS: Readonly<Record<string, Exclude<ForgeCodec, 'none'>>> = {
  gzip: 'gzip',
  lz4: 'lz4',
  lzop: 'lzo',
  xz: 'xz',
  zstd: 'zstd',
};

/** The distribution's programs, but for lzma; sizes of decoded payloads are those of this file. */
const runTool: CommandIo['runTool'] = (program, words, input) => {
  const codec = CODECS[program];
  if (words.includes('--version')) return { kind: 'done', bytes: text(`${program} 9.9.9`) };
  if (codec === undefined || words.includes('--format=lzma')) return { kind: 'missing' };
  if (!words.includes('-d')) return { kind: 'done', bytes: compress(codec, input) };
  const bytes =
    [0x10000, 1024, 0x7000].map((size) => decodePayload(codec, input, size)).find((found) => found !== null) ?? null;
  return bytes === null ? { kind: 'failed', text: 'corrupt' } : { kind: 'done', bytes };
};

const cost = (...words: readonly string[]) => run(['cost', ...words, '--runs', '1'], FILES, { runTool });

describe('bootpol cost', () => {
  test('measures every compression of a kernel, in 80 columns, and names who encodes and decodes', async () => {
    const { code, out, err } = await cost('zboot');
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
    for (const codec of ['gzip', 'lz4', 'lzo', 'xz', 'zstd']) {
      expect(out).toMatch(
        new RegExp(`^${codec} +[\\d,\u00a0]+ +[\\d.\u00a0]+ % +[\\d.,]+ ms ± [\\d.,]+ ms +[\\d.,]+ ms ±`, 'm'),
      );
    }
    expect(out).toContain('65,536 bytes decoded; in the file gzip, ');
    expect(out).toMatch(
      /lz4: encoded by lz4 9\.9\.9 -l -9, decoded by lz4 9\.9\.9:\s+[\d.]+ % (larger|smaller)\s+than\s+gzip/,
    );
    expect(out).toMatch(/^lzma +not measured$/m);
    expect(out).toContain('lzma: lzma needs the program `xz`; install the package xz-utils');
    expect(out).toMatch(/times are medians of 1 run/);
  });

  test('gives the same as JSON of the published schema', async () => {
    const { out } = await cost('uki', 'bzImage', 'Image', 'initrd', 'dir', '--format', 'json');
    const report = costReportSchema.parse(JSON.parse(out));
    expect(report.files.map(({ file, payloads }) => [file, payloads.map(({ layer }) => layer)])).toEqual([
      ['uki', ['uki/.linux/zboot/image', 'uki/.initrd']],
      ['bzImage', ['bzimage/vmlinux']],
      ['Image', ['image']],
      ['initrd', ['initrd']],
      ['dir/zboot', ['zboot/image']],
    ]);
    const [kernel, initrd] = report.files[0]?.payloads ?? [];
    expect([kernel?.sizeBytes, kernel?.packed?.codec, initrd?.sizeBytes]).toEqual([0x10000, 'gzip', 1024]);
    const gzip = kernel?.codecs.find(({ codec }) => codec === 'gzip');
    expect(gzip?.sizeBytes).toBe(
      compress('gzip', new Uint8Array([...IMAGE, ...new Uint8Array(0x10000 - IMAGE.length)])).length,
    );
    expect(gzip?.own?.decoder).toBe('bootpol');
    expect(gzip?.native?.decoder).toBe('gzip 9.9.9');
    expect(kernel?.codecs.find(({ codec }) => codec === 'lzma')).toMatchObject({
      native: null,
      own: null,
      sizeBytes: null,
    });
  });

  test('measures no program that gives other bytes back', async () => {
    const wrong: CommandIo['runTool'] = (program, words, input) =>
      words.includes('-d') ? { kind: 'done', bytes: text('other') } : runTool(program, words, input);
    const { out } = await run(['cost', 'zboot', '--codec', 'lz4', '--format', 'json'], FILES, { runTool: wrong });
    const [lz4] = costReportSchema.parse(JSON.parse(out)).files[0]?.payloads[0]?.codecs ?? [];
    expect([lz4?.codec, lz4?.native, lz4?.own?.decoder]).toEqual(['lz4', null, 'bootpol']);
  });

  test.each([
    [['junk'], 3, /^bootpol: `junk` (holds no kernel and no initrd|cannot be read: )/],
    [['none'], 3, /cannot read `none`: no such file/],
  ] as const)('says what holds nothing to be measured: %j', async (words, code, told) => {
    const ended = await cost(...words);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toMatch(told);
  });

  test('wants a number of runs', async () => {
    const { code, err } = await run(['cost', 'zboot', '--runs', '0'], FILES, { runTool });
    expect([code, err]).toEqual([2, 'bootpol: `--runs` wants a whole number from 1 to 1000\n']);
  });
});
