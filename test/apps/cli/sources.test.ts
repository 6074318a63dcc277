import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listDirectory, readHead } from '../../../apps/cli/read-directory.ts';
import { forgeDeb } from '../../../forge/deb.ts';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { forgeRpm } from '../../../forge/rpm.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { newSigner } from '../../../forge/x509.ts';
import { bootsReportSchema } from '../../../runtime/report/boots-schema.ts';
import { comparisonReportSchema } from '../../../runtime/report/comparison-schema.ts';
import { inspectionReportSchema } from '../../../runtime/report/inspection-schema.ts';
import { pcrReportSchema } from '../../../runtime/report/pcr-schema.ts';
import { verdictReportSchema } from '../../../runtime/report/verdict-schema.ts';
import { type MemoryFiles, run, text } from './run-in-memory.ts';

const KERNEL = forgeImage({ arch: 'arm64', size: 20_000 });
const INITRD = forgeInitrd({ entries: SMALL_ROOT });
const DEB = forgeDeb({
  compression: 'gzip',
  files: [
    { name: './boot/config', data: 'x' },
    { name: './boot/vmlinuz', data: KERNEL },
    { name: './boot/initrd', data: INITRD },
  ],
});
const policyOf = (artifacts: string): string => `language 1\npolicy p\n${artifacts}\nat a sees file enforce { x }\n`;
const IMAGE = 'artifact image {\n  require x: arch in { arm64 }\n}\n';
const INITRD_TOO = 'artifact initrd {\n  require x: compression in { none }\n}\n';

const FILES: MemoryFiles = {
  'image.bootpol': text(policyOf(IMAGE)),
  'both.bootpol': text(policyOf(`${IMAGE}${INITRD_TOO}`)),
  'a.deb': DEB,
  'a.rpm': forgeRpm({ files: [{ name: './boot/vmlinuz', data: KERNEL }], compression: 'zstd' }),
  'empty.deb': forgeDeb({ files: [{ name: './etc/x', data: 'x' }] }),
  'cut.deb': DEB.subarray(0, DEB.length - 100),
  'boot/z-kernel': KERNEL,
  'boot/B/kernel': KERNEL,
  'boot/a/initrd.img': INITRD,
  'boot/a/config': text('CONFIG_X=y\n'),
  'boot/a.deb': DEB,
  'docs/readme': text('nothing boots here\n'),
  'bad/broken': { unreadable: 'permission denied' },
  'bad/kernel': KERNEL,
};

describe('a directory', () => {
  test('is searched by contents in the order of names; what is passed over is counted', async () => {
    const { code, out, err } = await run(['inspect', '--tree', 'boot'], FILES);
    expect([code, err]).toEqual([0, '']);
    expect(out.match(/^boot\/\S+/gm)).toEqual(['boot/B/kernel', 'boot/a/initrd.img', 'boot/z-kernel']);
    expect(out).toMatch(/\npassed over: 1 other file, 1 package\n3 files: 3 inspected\n$/);
  });

  test('gives `verify` its initrds only when the policy declares them', async () => {
    const image = await run(['verify', '-p', 'image.bootpol', 'boot'], FILES);
    expect([image.code, image.err]).toEqual([0, '']);
    expect(image.out).toMatch(/\npassed over: 1 other file, 1 initrd, 1 package\n2 files: 2 accepted\n$/);
    const both = await run(['verify', '-p', 'both.bootpol', 'boot'], FILES);
    expect(both.out).toMatch(/\n3 files: /);
  });

  test('without any boot file is a fault: nothing matched is not accepted', async () => {
    const { code, err } = await run(['verify', '-p', 'image.bootpol', 'docs'], FILES);
    expect([code, err]).toEqual([3, 'bootpol: `docs` holds no kernel, UKI or EFI program\n']);
    expect((await run(['inspect', 'docs'], FILES)).code).toBe(3);
  });

  test('reports what it cannot read, and shows the rest', async () => {
    const { code, out, err } = await run(['inspect', '--tree', 'bad'], FILES);
    expect([code, err]).toEqual([3, 'bootpol: cannot read `bad/broken`: permission denied\n']);
    expect(out).toMatch(/\n2 files: 1 inspected, 1 failed\n$/);
  });

  test('says in JSON what was passed over', async () => {
    const inspected = await run(['inspect', '--format', 'json', 'boot'], FILES);
    expect(inspectionReportSchema.parse(JSON.parse(inspected.out)).skipped).toEqual({
      ...{ files: 1, initrds: 0, links: 0, packages: 1 },
    });
    const verified = await run(['verify', '-p', 'image.bootpol', '--format', 'json', 'boot'], FILES);
    expect(verdictReportSchema.parse(JSON.parse(verified.out)).skipped).toMatchObject({ initrds: 1 });
  });
});

describe('a package', () => {
  test.each(['a.deb', 'a.rpm'])('%s gives its kernel by a name that can be given again', async (name) => {
    const { code, out } = await run(['verify', '-p', 'image.bootpol', name], FILES);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^ACCEPT {2}${name}!/boot/vmlinuz `, 'm'));
    const again = await run(['inspect', '--tree', `${name}!/boot/vmlinuz`], FILES);
    expect(again.out).toMatch(/\n1 file: 1 inspected\n$/);
  });

  test('without a boot file, cut short, or without the file asked for, is a fault', async () => {
    const errors = ['empty.deb', 'cut.deb', 'a.deb!/boot/no', 'docs/readme!/x', 'none.deb!/x'].map(
      async (name) => (await run(['inspect', '--tree', name], FILES)).err,
    );
    expect(await Promise.all(errors)).toEqual([
      'bootpol: `empty.deb` holds no kernel, UKI or EFI program\n',
      expect.stringMatching(/^bootpol: cannot read `cut\.deb`: .+\n$/),
      'bootpol: `a.deb` has no file `/boot/no`\n',
      'bootpol: cannot read `docs/readme!/x`: `docs/readme` is no package\n',
      'bootpol: cannot read `none.deb`: no such file\n',
    ]);
  });

  test('gives `extract` the one boot file it has, or the one that is named', async () => {
    const one = await run(['extract', 'a.rpm', 'image', '-o', '-'], FILES);
    expect([one.code, one.out.length]).toEqual([0, KERNEL.length]);
    const two = await run(['extract', 'a.deb', 'image', '-o', '-'], FILES);
    expect([two.code, two.err]).toEqual([
      3,
      'bootpol: `a.deb` holds 2 boot files; name one of them:\n  a.deb!/boot/vmlinuz\n  a.deb!/boot/initrd\n',
    ]);
    const named = await run(['extract', 'a.deb!/boot/vmlinuz', 'image', '-o', '-'], FILES);
    expect([named.code, named.out.length]).toEqual([0, KERNEL.length]);
  });
});

describe('compare, boots and pcr', () => {
  const uki = forgeUki({ linux: KERNEL, arch: 'arm64' });
  const files: MemoryFiles = {
    ...FILES,
    'uki/linux.efi': uki,
    'uki/vmlinuz': KERNEL,
    'uki/initrd': INITRD,
    'uki/broken': { unreadable: 'permission denied' },
    'uki.deb': forgeDeb({ files: [{ name: './uki/linux.efi', data: uki }] }),
    'db.der': newSigner({ subject: 'Nobody', key: 'p256' }).certificateDer,
    'machine.json': text('{"version":1,"arch":"arm64","firmware":{"secureBoot":false,"db":[],"dbx":[]}}'),
  };
  const COMPARE = ['compare', '--db', 'db.der'];
  const BOOTS = ['boots', '--on', 'machine.json'];
  const PCR = ['pcr', '--bank', 'sha256', '--phase', ':'];

  test.each([
    [COMPARE, 1],
    [BOOTS, 0],
  ])(
    '%j looks at the boot files of a directory, and at every file in spite of one that cannot be read',
    async (words, code) => {
      const sound = await run([...words, 'boot'], files);
      expect([sound.code, sound.err]).toEqual([code, '']);
      expect(sound.out.match(/^boot\/[^:\n]+/gm)).toEqual(['boot/B/kernel', 'boot/z-kernel']);
      expect(sound.out).toMatch(/\npassed over: 1 other file, 1 initrd, 1 package\n2 files: /);
      const broken = await run([...words, 'bad', 'a.deb', 'docs'], files);
      expect([broken.code, broken.err]).toEqual([
        code === 1 ? 1 : 3,
        'bootpol: cannot read `bad/broken`: permission denied\nbootpol: `docs` holds no kernel, UKI or EFI program\n',
      ]);
      expect(broken.out.match(/^(?:bad|a\.deb)[^:\n]+/gm)).toEqual(['bad/kernel', 'a.deb!/boot/vmlinuz']);
      const packed = await run([...words, 'a.rpm!/boot/vmlinuz'], files);
      expect([packed.code, packed.err]).toEqual([code, '']);
    },
  );

  test('pcr passes over what is no UKI in a directory, and not where it is named', async () => {
    const { code, out, err } = await run([...PCR, 'uki', 'uki.deb'], files);
    expect([code, err]).toEqual([3, 'bootpol: cannot read `uki/broken`: permission denied\n']);
    expect(out.match(/^# uki\S+/gm)).toEqual(['# uki/linux.efi', '# uki.deb!/uki/linux.efi']);
    expect(out).toMatch(/\n# passed over: 1 other file, 1 initrd\n$/);
    expect((await run([...PCR, 'uki.deb'], files)).code).toBe(0);
    for (const [operand, words] of [
      ['boot', 'holds no UKI'],
      ['uki/vmlinuz', 'of kind `image`'],
      ['a.deb!/boot/vmlinuz', 'of kind `image`'],
    ] as const) {
      const ended = await run([...PCR, operand], files);
      expect([ended.code, ended.out.replace(/^# passed over: .+\n/, '')]).toEqual([3, '']);
      expect(ended.err).toContain(words);
    }
  });

  test('say in JSON what was passed over', async () => {
    const skipped = { files: 1, initrds: 1, links: 0, packages: 1 };
    const json = async (words: readonly string[]): Promise<unknown> =>
      JSON.parse((await run([...words, '--format', 'json', 'boot'], files)).out);
    expect(comparisonReportSchema.parse(await json(COMPARE)).skipped).toEqual(skipped);
    expect(bootsReportSchema.parse(await json(BOOTS)).skipped).toEqual(skipped);
    expect(pcrReportSchema.parse(await json(PCR)).skipped).toEqual({ ...skipped, files: 3 });
  });
});

describe('reading directories', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bootpol-sources-')));
  const at = (name: string): string => join(folder, name);

  beforeAll(() => {
    mkdirSync(at('inner'));
    writeFileSync(at('b'), 'contents');
    writeFileSync(at('B'), '');
    symlinkSync('b', at('link'));
    symlinkSync('.', at('loop'));
    expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('lists by code units, links and pipes as what they are', () => {
    expect(listDirectory(folder)).toEqual([
      { name: 'B', kind: 'file' },
      { name: 'b', kind: 'file' },
      { name: 'inner', kind: 'directory' },
      { name: 'link', kind: 'link' },
      { name: 'loop', kind: 'link' },
      { name: 'pipe', kind: 'special' },
    ]);
    expect(listDirectory(at('b'))).toBeNull();
    expect(listDirectory(at('none'))).toBeNull();
  });

  test('opens regular files only, without following links and without waiting for a pipe', () => {
    expect(readHead(at('b'), 4)).toEqual({ ok: true, bytes: Uint8Array.from(Buffer.from('cont')), sizeBytes: 8 });
    expect(readHead(at('b'), 100)).toMatchObject({ ok: true, sizeBytes: 8 });
    expect(readHead(at('link'), 4).ok).toBe(false);
    expect(readHead(at('pipe'), 4)).toEqual({ ok: false, text: 'it is no regular file' });
    expect(readHead(at('inner'), 4).ok).toBe(false);
  });
});
