import { beforeAll, describe, expect, test } from 'vitest';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { forgePcr11 } from '../../../forge/pcr.ts';
import { forgeAddon, forgeUki, type UkiSpec } from '../../../forge/uki.ts';
import { pcrReportSchema } from '../../../runtime/report/pcr-schema.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const UKI: UkiSpec = { linux: forgeBzImage({}), cmdline: 'quiet' };
const PROFILES = [{ profile: 'ID=a\nTITLE=First' }, { profile: 'ID=b\u001b[31m', cmdline: 'rescue' }];
const sha256 = (spec: UkiSpec, phase: string): string =>
  `11:sha256=${Buffer.from(forgePcr11(spec, 'sha256', { phase })).toString('hex')}`;

describe('bootpol pcr', () => {
  let files: MemoryFiles = {};

  beforeAll(() => {
    files = {
      'one.efi': forgeUki(UKI),
      'many.efi': forgeUki({ ...UKI, profiles: PROFILES }),
      'twice.efi': forgeUki({ ...UKI, cmdline: ['quiet', 'init=/bin/sh'] }),
      'a.addon.efi': forgeAddon({ cmdline: 'x' }),
      'a.txt': text('hello\n'),
    };
  });

  test('prints what systemd-measure prints: a comment for each phase, a line for each bank', async () => {
    const { code, out, err } = await run(['pcr', 'one.efi'], files);
    expect([code, err]).toEqual([0, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(20);
    expect(lines.filter((line) => line.startsWith('#'))).toEqual([
      '# PCR[11] Phase <enter-initrd>',
      '# PCR[11] Phase <enter-initrd:leave-initrd>',
      '# PCR[11] Phase <enter-initrd:leave-initrd:sysinit>',
      '# PCR[11] Phase <enter-initrd:leave-initrd:sysinit:ready>',
    ]);
    expect(lines.slice(1, 5).map((line) => line.slice(0, line.indexOf('=')))).toEqual([
      '11:sha1',
      '11:sha256',
      '11:sha384',
      '11:sha512',
    ]);
  });

  test('takes banks and phases; `:` is the moment before the first phase', async () => {
    const { out } = await run(['pcr', '--bank', 'sha256', '--phase', ':', '--phase', 'a::b:', 'one.efi'], files);
    expect(out).toBe(`# PCR[11] Phase <:>\n${sha256(UKI, '')}\n# PCR[11] Phase <a:b>\n${sha256(UKI, 'a:b')}\n`);
  });

  test('names the profiles, their names made safe to print', async () => {
    const { out } = await run(['pcr', '--bank=sha256', '--phase=:', 'many.efi'], files);
    expect(out.split('\n')).toEqual([
      '# profile @0 (a, First)',
      '# PCR[11] Phase <:>',
      sha256({ ...UKI, ...PROFILES[0] }, ''),
      '# profile @1 (b\\u{1b}[31m)',
      '# PCR[11] Phase <:>',
      sha256({ ...UKI, ...PROFILES[1] }, ''),
      '',
    ]);
  });

  test.each(['1', '@1'])('prints one profile for `--profile %s`', async (profile) => {
    const { out } = await run(['pcr', '--bank=sha256', '--phase=:', '--profile', profile, 'many.efi'], files);
    expect(out).toBe(`# PCR[11] Phase <:>\n${sha256({ ...UKI, ...PROFILES[1] }, '')}\n`);
  });

  test('points out a section that comes twice, and predicts what the stub does', async () => {
    const { code, out, err } = await run(['pcr', '--bank=sha256', '--phase=:', 'twice.efi'], files);
    expect(code).toBe(0);
    expect(out).toContain(sha256(UKI, ''));
    expect(err).toMatch(/^bootpol: `twice.efi`: there is another `.cmdline` in the base sections/);
  });

  test.each([
    ['a.addon.efi', 'an addon, which is measured into PCR 12'],
    ['a.txt', 'text'],
    ['none.efi', 'no such file'],
  ])('ends with 3 for %s and predicts the others', async (file, words) => {
    const { code, out, err } = await run(['pcr', '--bank=sha256', file, 'one.efi'], files);
    expect(code).toBe(3);
    expect(err).toContain(words);
    expect(out).toContain('# one.efi\n# PCR[11]');
  });

  test.each([
    [['--profile', 'x', 'one.efi'], 2, '`--profile` wants a number'],
    [['--profile', '2', 'many.efi'], 3, 'there is no profile @2'],
    [['--bank', 'md5', 'one.efi'], 2, 'does not know `md5`'],
    [['-', '-'], 2, 'standard input can be read once only'],
  ])('refuses %j with %i', async (words, code, complaint) => {
    const ended = await run(['pcr', ...words], files);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(complaint);
  });

  test('prints JSON of the published shape', async () => {
    const { code, out } = await run(['pcr', '--format=json', '--bank=sha1', 'many.efi', 'a.txt'], files);
    expect(code).toBe(3);
    const report = pcrReportSchema.parse(JSON.parse(out));
    expect(report.files[0]).toMatchObject({
      file: 'many.efi',
      error: null,
      images: [
        { profile: 0, id: 'a', title: 'First', dtbauto: null, efifw: null },
        { profile: 1, sections: [{ name: '.linux' }, { name: '.cmdline', sizeBytes: 6 }, { name: '.profile' }] },
      ],
    });
    expect(report.files[0]?.images[0]?.values).toHaveLength(4);
    expect(report.files[1]).toMatchObject({ file: 'a.txt', images: [] });
  });
});
