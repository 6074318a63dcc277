import { describe, expect, test } from 'vitest';
import { concatBytes, flipped, patched, utf8 } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { forgeAr, forgeDeb } from '../../../forge/deb.ts';
import { forgeCpio, forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgePe } from '../../../forge/pe.ts';
import { forgeTar, paxRecord, tarEntry, type TarEntry } from '../../../forge/tar.ts';
import { itemsOf, KERNEL } from './packed.ts';
import { growthOf } from '../../growth.ts';

const FILE: TarEntry = { name: './boot/vmlinuz', data: KERNEL };
const FOUND = `program /boot/vmlinuz ${KERNEL.length}`;
const UNPACKED = forgeDeb({ files: [FILE] });

/** A package whose data archive is given as it stands. */
function withData(tar: Uint8Array, name = 'data.tar'): Uint8Array {
  const members = [
    { name: 'debian-binary', data: utf8('2.0\n') },
    { name: 'control.tar', data: forgeTar([]) },
    { name, data: tar },
  ];
  return forgeAr(members);
}

describe('the boot files of a Debian package', () => {
  test.each(['none', 'gzip', 'zstd', 'xz'] as const)(
    'are found by their contents in data.tar, compression %s',
    (compression) => {
      const files = [
        { name: './', type: '5' },
        { name: './boot/config', data: 'CONFIG_X=y\n' },
        FILE,
        { name: './boot/link', type: '2', target: 'vmlinuz' },
        { name: './boot/initrd.img', data: forgeInitrd({ entries: SMALL_ROOT }) },
        { name: './usr/lib/x.efi', data: forgePe({ machine: 'x64', sections: [], subsystem: 10 }) },
        { name: './usr/lib/windows.exe', data: forgePe({ machine: 'x64', sections: [], subsystem: 3 }) },
        { name: './boot/Image.gz', data: compress('gzip', KERNEL) },
        { name: './boot/initrd.zst', data: compress('zstd', forgeCpio(SMALL_ROOT, 'newc')) },
        { name: './lib/module.ko.gz', data: compress('gzip', utf8('\x7fELF'.padEnd(70_000))) },
      ];
      const items = itemsOf(forgeDeb({ files, compression }));
      expect(items.map((item) => item.split(' ').slice(0, 2).join(' '))).toEqual([
        'other',
        'program /boot/vmlinuz',
        'initrd /boot/initrd.img',
        'program /usr/lib/x.efi',
        'other',
        'program /boot/Image.gz',
        'initrd /boot/initrd.zst',
        'other',
      ]);
    },
  );

  test('are looked for by path, whatever they hold, when one is asked for', () => {
    const deb = forgeDeb({ files: [FILE, { name: './etc/x', data: 'text' }] });
    expect(itemsOf(deb, { only: '/etc/x' })).toEqual(['other', 'program /etc/x 4']);
  });

  test('are passed over, with a word, when they are larger than a layer may be', () => {
    const limits = { layerSizeLimitBytes: KERNEL.length - 1, depthLimit: 16, layerCountLimit: 100 };
    expect(itemsOf(UNPACKED, { limits })).toEqual(['too-large /boot/vmlinuz']);
    expect(itemsOf(UNPACKED, { limits: { ...limits, layerSizeLimitBytes: KERNEL.length } })).toEqual([FOUND]);
  });

  test.each<readonly [string, TarEntry | Uint8Array, string]>([
    [
      'pax',
      concatBytes(tarEntry({ name: 'x', type: 'x', data: paxRecord('path', './boot/größe') }), tarEntry(FILE)),
      '/boot/größe',
    ],
    [
      'GNU',
      concatBytes(tarEntry({ name: 'x', type: 'L', data: `./boot/${'n'.repeat(200)}\0` }), tarEntry(FILE)),
      `/boot/${'n'.repeat(200)}`,
    ],
    ['ustar prefix', tarEntry({ ...FILE, name: 'vmlinuz', prefix: './boot' }), '/boot/vmlinuz'],
    ['no dot', tarEntry({ ...FILE, name: 'boot/vmlinuz' }), '/boot/vmlinuz'],
    ['absolute', tarEntry({ ...FILE, name: '//boot/vmlinuz' }), '/boot/vmlinuz'],
    ['tricky', tarEntry({ ...FILE, name: '../../etc/vmlinuz' }), '/../../etc/vmlinuz'],
  ])('have the names of the archive: %s', (_title, entries, path) => {
    const tar = entries instanceof Uint8Array ? entries : tarEntry(entries);
    expect(itemsOf(withData(concatBytes(tar, new Uint8Array(1024))))).toEqual([`program ${path} ${KERNEL.length}`]);
  });

  test('are of the size that pax or base 256 says', () => {
    const size = new Uint8Array(12);
    size[0] = 0x80;
    new DataView(size.buffer).setUint32(8, KERNEL.length);
    expect(itemsOf(withData(concatBytes(tarEntry({ ...FILE, sizeField: size }), new Uint8Array(1024))))).toEqual([
      FOUND,
    ]);
    const pax = tarEntry({ name: 'x', type: 'x', data: paxRecord('size', String(KERNEL.length)) });
    const file = tarEntry({ ...FILE, sizeField: utf8('00000000000\0') });
    expect(itemsOf(withData(concatBytes(pax, file, new Uint8Array(1024))))).toEqual([FOUND]);
  });

  test('are not what a hard link with a size would make of the next header', () => {
    const link = tarEntry({
      name: './boot/other',
      type: '1',
      target: './boot/vmlinuz',
      sizeField: utf8('00000001000\0'),
    });
    expect(itemsOf(withData(concatBytes(link, tarEntry(FILE), new Uint8Array(1024))))).toEqual([FOUND]);
  });
});

describe('a Debian package that is not as it should be', () => {
  const end = new Uint8Array(1024);
  const SIZE_AT = 124;
  const cases: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['no data archive', forgeAr([{ name: 'debian-binary', data: utf8('2.0\n') }]), ['deb-data']],
    ['an unknown compression', withData(forgeTar([FILE]), 'data.tar.lz'), ['deb-data']],
    ['a compression that it does not have', withData(forgeTar([FILE]), 'data.tar.xz'), ['codec-header']],
    ['another version', forgeDeb({ files: [FILE], version: '3.0\n' }), ['deb-version']],
    ['an ar size that is no number', withArSize('-1        '), ['ar-header']],
    ['an ar size in hexadecimal', withArSize('0x10      '), ['ar-header']],
    ['an ar size behind the file', withArSize('9999999999'), ['ar-truncated']],
    ['a tar size with a sign', withTarSize('-0000000010\0'), ['tar-header']],
    ['a tar size in decimal digits', withTarSize('00000000089\0'), ['tar-header']],
    ['a negative size in base 256', withTarSize('\u{ff}'.repeat(12)), ['tar-header']],
    ['an enormous size in base 256', withTarSize(`\u{80}\0\0\0${'\u{ff}'.repeat(8)}`), ['tar-header']],
    ['a tar size behind the archive', withTarSize('77777777777\0'), ['too-large /boot/vmlinuz', 'tar-truncated']],
    [
      'a tar header with a wrong sum',
      withData(concatBytes(patched(tarEntry(FILE), SIZE_AT, utf8('1')), end)),
      ['tar-checksum'],
    ],
    ['a sparse file', withData(concatBytes(tarEntry({ ...FILE, type: 'S' }), end)), ['tar-unsupported']],
    [
      'a pax record of no length',
      withData(concatBytes(tarEntry({ name: 'x', type: 'x', data: ' path=x\n' }), end)),
      ['tar-header'],
    ],
    [
      'a pax record that is too long',
      withData(concatBytes(tarEntry({ name: 'x', type: 'x', data: '99 path=x\n' }), end)),
      ['tar-header'],
    ],
    [
      'a pax size that is no number',
      withData(concatBytes(tarEntry({ name: 'x', type: 'x', data: paxRecord('size', '-1') }), end)),
      ['tar-header'],
    ],
    [
      'a name of 2 MiB',
      withData(concatBytes(tarEntry({ name: 'x', type: 'L', data: new Uint8Array(2 ** 21) }), end)),
      ['tar-header'],
    ],
    ['half a tar header', withData(tarEntry(FILE).subarray(0, 300)), ['tar-truncated']],
    ['half a file', withData(tarEntry(FILE).subarray(0, 100_000)), ['tar-truncated']],
  ];

  test.each(cases)('is a fault: %s', (_title, bytes, expected) => {
    expect(itemsOf(bytes)).toEqual(expected);
  });

  test('cut anywhere gives what came before, and a fault', () => {
    for (const compression of ['none', 'gzip', 'xz'] as const) {
      const deb = forgeDeb({ files: [FILE], compression });
      for (let size = 8; size < deb.length; size += 997) {
        const items = itemsOf(deb.subarray(0, size));
        expect(items.at(-1)).toMatch(/^(ar|deb|tar|codec|rpm)-|^truncated$/);
        expect(items.filter((item) => item !== FOUND)).toHaveLength(1);
      }
    }
  });

  test('with any bit flipped gives items or a fault, never an exception', () => {
    for (const compression of ['none', 'gzip', 'zstd', 'xz'] as const) {
      const deb = forgeDeb({ files: [{ name: './x', data: KERNEL.subarray(0, 3000) }], compression });
      for (let at = 0; at < deb.length; at += 13) expect(itemsOf(flipped(deb, at)).length).toBeLessThan(10);
    }
  });

  test('of 40,000 small files is read in time that grows with their number', async () => {
    const one = tarEntry({ name: './x', data: 'x' });
    const packed = (count: number): Uint8Array => {
      const files = new Uint8Array(one.length * count);
      for (let at = 0; at < files.length; at += one.length) files.set(one, at);
      return withData(files);
    };
    const [few, many] = [packed(10_000), packed(40_000)];
    expect(itemsOf(many)).toHaveLength(40_000);
    expect(await growthOf((bytes) => itemsOf(bytes), { few, many, most: 9 })).toBeLessThan(9);
  }, 120_000);

  test('that unpacks to more than the limit is a fault', () => {
    const limits = { layerSizeLimitBytes: 2 ** 20, depthLimit: 16, layerCountLimit: 100 };
    const bomb = forgeDeb({ files: [{ name: './zeros', data: new Uint8Array(2 ** 26) }], compression: 'gzip' });
    expect(itemsOf(bomb, { limits })).toEqual(['other', 'codec-output-limit']);
  });

  function withArSize(sizeField: string): Uint8Array {
    return forgeAr([
      { name: 'debian-binary', data: utf8('2.0\n') },
      { name: 'data.tar', data: end, sizeField },
    ]);
  }

  function withTarSize(field: string): Uint8Array {
    const sizeField = Uint8Array.from(field, (character) => character.charCodeAt(0));
    return withData(concatBytes(tarEntry({ ...FILE, sizeField }), end));
  }
});
