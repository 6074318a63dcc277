import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgeDeb } from '../../forge/deb.ts';
import { forgeImage } from '../../forge/kernel-image.ts';
import { DEFAULT_LIMITS, inspect, nativeEngine, packageItems } from '../../index.ts';
import { itemsOf } from '../runtime/packages/packed.ts';

const KERNELS = process.env['BOOTPOL_DEBIAN_KERNELS'] ?? '';
const KERNEL = forgeImage({ arch: 'arm64', size: 3_000_000 });
const LONG_NAME = `lib/modules/${'long-'.repeat(40)}name/größe`;

function tool(command: string, words: readonly string[], package_: string): void {
  const { status, error, stderr } = spawnSync(command, words, { encoding: 'utf8' });
  expect(error, `${command} is not installed: Debian package ${package_}`).toBeUndefined();
  expect(stderr === '' || status === 0 ? '' : stderr).toBe('');
  expect(status).toBe(0);
}

describe('packages that the distributions’ own tools make', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-packages-'));
  const at = (...names: readonly string[]): string => join(folder, ...names);

  beforeAll(() => {
    mkdirSync(at('root/DEBIAN'), { recursive: true });
    mkdirSync(at('root/boot'));
    mkdirSync(at('root', LONG_NAME, '..'), { recursive: true });
    writeFileSync(
      at('root/DEBIAN/control'),
      'Package: forged\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\nDescription: forged\n',
    );
    writeFileSync(at('root/boot/vmlinuz'), KERNEL);
    writeFileSync(at('root/boot/config'), 'CONFIG_X=y\n');
    writeFileSync(at('root', LONG_NAME), KERNEL);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const expected = [`program /${LONG_NAME} ${KERNEL.length}`, `program /boot/vmlinuz ${KERNEL.length}`, 'other'].sort();

  test.each(['none', 'gzip', 'xz', 'zstd'])('dpkg-deb -Z%s', (compression) => {
    const file = at(`${compression}.deb`);
    tool('dpkg-deb', [`-Z${compression}`, '--root-owner-group', '--build', at('root'), file], 'dpkg');
    expect([...itemsOf(readFileSync(file))].sort()).toEqual(expected);
  });

  test.each(['bzip2', 'lzma'])('%s, as older packages are', (compressor) => {
    const { stdout } = spawnSync('dpkg-deb', ['--fsys-tarfile', at('none.deb')], { maxBuffer: 2 ** 26 });
    const { stdout: data } = spawnSync(compressor, ['-c'], { input: stdout, maxBuffer: 2 ** 26 });
    const deb = forgeDeb({ files: [], dataName: 'data.tar' });
    writeFileSync(at('old.deb'), deb);
    const suffix = compressor === 'bzip2' ? 'bz2' : 'lzma';
    writeFileSync(at(`data.tar.${suffix}`), data);
    tool('ar', ['d', at('old.deb'), 'data.tar'], 'binutils');
    tool('ar', ['q', at('old.deb'), at(`data.tar.${suffix}`)], 'binutils');
    expect([...itemsOf(readFileSync(at('old.deb')))].sort()).toEqual(expected);
  });

  test('dpkg-deb reads what the forge writes', () => {
    writeFileSync(
      at('forged.deb'),
      forgeDeb({ files: [{ name: './boot/vmlinuz', data: KERNEL }], compression: 'gzip' }),
    );
    tool('dpkg-deb', ['--contents', at('forged.deb')], 'dpkg');
  });

  test.each(['w.ufdio', 'w9.gzdio', 'w9.bzdio', 'w6.xzdio', 'w6.lzdio', 'w3.zstdio'])('rpmbuild with %s', (payload) => {
    const spec = at('forged.spec');
    const files = '/boot/vmlinuz\n/boot/config\n/lib\n';
    const head = 'Name: forged\nVersion: 1\nRelease: 1\nSummary: forged\nLicense: none\nBuildArch: noarch\n';
    const install = `cp -r ${at('root')}/boot ${at('root')}/lib %{buildroot}/\n`;
    writeFileSync(spec, `${head}%description\nforged\n%install\nmkdir -p %{buildroot}\n${install}%files\n${files}`);
    const defines = [
      `_topdir ${at('rpm')}`,
      `_binary_payload ${payload}`,
      '__os_install_post %{nil}',
      '_build_id_links none',
    ];
    const words = ['-bb', ...defines.flatMap((define) => ['--define', define]), spec];
    rmSync(at('rpm'), { recursive: true, force: true });
    tool('rpmbuild', words, 'rpm');
    const made = at('rpm/RPMS/noarch');
    const [name = ''] = readdirSync(made);
    expect([...itemsOf(readFileSync(join(made, name)))].sort()).toEqual(expected);
  });
});

describe.skipIf(KERNELS === '')('Debian’s kernel package (BOOTPOL_DEBIAN_KERNELS)', () => {
  test('gives the kernel that dpkg-deb unpacks, and nothing else', async () => {
    const bytes = readFileSync(join(KERNELS, 'linux-image-amd64.deb'));
    const kernel = readFileSync(join(KERNELS, 'vmlinuz-amd64'));
    const options = { limits: DEFAULT_LIMITS, engine: nativeEngine(), only: null };
    const found: string[] = [];
    for (const item of packageItems(bytes, options)) {
      if (item.kind === 'other') continue;
      if (item.kind !== 'program') throw new Error(`a ${item.kind} in the package`);
      found.push(item.path);
      expect(Buffer.compare(item.bytes, kernel)).toBe(0);
      const { root } = await inspect(item.bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
      expect(root).toMatchObject({ kind: 'bzimage', fault: null });
    }
    expect(found).toEqual([expect.stringMatching(/^\/boot\/vmlinuz-/)]);
  });
});
