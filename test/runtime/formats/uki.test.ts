import { describe, expect, it } from 'vitest';
import { patched, u32le, utf8 } from '../../../forge/bytes.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { forgePe } from '../../../forge/pe.ts';
import { forgeAddon, forgeUki } from '../../../forge/uki.ts';
import { forgeZboot } from '../../../forge/zboot.ts';
import { codesOf, layerAt, layersOf, open } from './layer-tree.ts';

const IMAGE = forgeImage({ arch: 'arm64', size: 0x6000 });
const ZBOOT = forgeZboot({ image: IMAGE, compression: 'zstd' });
const INITRD = forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' });
const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

describe('readUki', () => {
  it('opens a zboot in a UKI down to the Image, and the initrd down to its archive', () => {
    const root = open(forgeUki({ arch: 'arm64', linux: ZBOOT, initrd: INITRD, cmdline: 'quiet', osrel: 'ID=x\n' }));
    expect(root).toMatchObject({ kind: 'uki', arch: 'arm64', fault: null, findings: [] });
    expect(layersOf(root).map(({ path, kind }) => [path, kind])).toEqual([
      ['uki', 'uki'],
      ['uki/.osrel', 'osrel'],
      ['uki/.cmdline', 'cmdline'],
      ['uki/.linux', 'linux'],
      ['uki/.linux/zboot', 'zboot'],
      ['uki/.linux/zboot/image', 'image'],
      ['uki/.initrd', 'initrd'],
      ['uki/.initrd/cpio', 'cpio'],
    ]);
    expect(layerAt(root, 'uki/.linux/zboot').bytes).toEqual(ZBOOT);
    expect(text(layerAt(root, 'uki/.cmdline').bytes)).toBe('quiet');
    expect(layersOf(root).every(({ fault }) => fault === null)).toBe(true);
  });

  it.each([
    ['bzimage', forgeBzImage({})],
    ['image', IMAGE],
    ['pe', forgePe({ machine: 'x64', sections: [{ name: '.text', data: Uint8Array.of(1) }] })],
    ['uki', forgeUki({ linux: IMAGE })],
  ] as const)('names the kernel of a UKI by its kind: %s', (kind, linux) => {
    expect(layerAt(open(forgeUki({ linux })), `uki/.linux/${kind}`).bytes).toEqual(linux);
  });

  it.each<readonly [string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'nothing'],
    ['text', utf8('hello'), 'text'],
    ['a compressed kernel', INITRD, 'gzip data'],
  ])('cannot open a kernel section that holds %s', (_name, linux, words) => {
    const section = layerAt(open(forgeUki({ linux })), 'uki/.linux');
    expect(section.fault?.code).toBe('linux-unrecognised');
    expect(section.fault?.text).toContain(words);
    expect(section.parts).toEqual([]);
  });

  it('cuts a section at its virtual size, and notes one that is larger in memory than in the file', () => {
    const section = (virtualSize: number) => ({ name: '.cmdline', data: utf8('quiet splash'), virtualSize });
    const short = open(forgeUki({ linux: IMAGE, extra: [section(5)] }));
    expect(text(layerAt(short, 'uki/.cmdline').bytes)).toBe('quiet');
    expect(codesOf(short)).toEqual([]);
    expect(codesOf(open(forgeUki({ linux: IMAGE, extra: [section(513)] })))).toContain('uki-section-larger-in-memory');
    expect(codesOf(open(forgeUki({ linux: IMAGE, extra: [section(0)] })))).toContain(
      'uki-section-without-virtual-size',
    );
  });

  it('starts a profile with every `.profile`, and puts what comes before in the base', () => {
    const profiles = [{ profile: 'ID=a' }, { profile: 'ID=b', cmdline: 'two' }];
    const root = open(forgeUki({ linux: IMAGE, cmdline: 'base', profiles }));
    expect(root.parts.map(({ slot, profile }) => [slot, profile])).toEqual([
      ['.cmdline', null],
      ['.linux', null],
      ['.profile', 0],
      ['.profile', 1],
      ['.cmdline', 1],
    ]);
    expect(text(layerAt(root, 'uki/@1/.cmdline').bytes)).toBe('two');
    expect(codesOf(root)).toEqual([]);
  });

  it('notes a second `.cmdline` among the base sections, and lists both', () => {
    const root = open(forgeUki({ linux: IMAGE, cmdline: ['one', 'two'] }));
    expect(codesOf(root)).toEqual(['uki-duplicate-section']);
    expect(text(layerAt(root, 'uki/.cmdline').bytes)).toBe('one');
    expect(text(layerAt(root, 'uki/.cmdline#2').bytes)).toBe('two');
  });

  it('takes a name with bytes behind its NUL for the name that loaders read', () => {
    const root = open(forgeUki({ linux: IMAGE, cmdline: 'one', extra: [{ name: '.cmd\0x', data: utf8('y') }] }));
    expect(root.parts.map(({ slot }) => slot)).toContain('.cmd');
    const twice = forgeUki({ linux: IMAGE, extra: [{ name: '.linux\0x', data: IMAGE }] });
    expect(codesOf(open(twice))).toContain('uki-duplicate-section');
  });

  it('lets `.dtbauto` and `.efifw` come several times', () => {
    const root = open(forgeUki({ linux: IMAGE, dtbauto: ['a', 'b'], efifw: ['c', 'd'] }));
    expect(codesOf(root)).toEqual([]);
    expect(text(layerAt(root, 'uki/.efifw#2').bytes)).toBe('d');
  });

  it('makes a layer of every section that the stub did not bring', () => {
    const extra = ['.note.x', '.rsrc', '/4', '.text2'].map((name) => ({ name, data: utf8('x') }));
    const root = open(forgeUki({ linux: IMAGE, extra }));
    expect(root.parts.filter(({ kind }) => kind === 'section').map(({ slot }) => slot)).toEqual([
      '.note.x',
      '/4',
      '.text2',
    ]);
    expect(codesOf(root)).toEqual(['uki-section-name']);
  });

  it('gives a section that ends behind the file a fault of its own', () => {
    const bytes = forgeUki({ linux: IMAGE, initrd: INITRD });
    const root = open(bytes.subarray(0, bytes.length - 512));
    expect(root).toMatchObject({ kind: 'uki', fault: null });
    expect(codesOf(root)).toContain('pe-section-out-of-file');
    expect(layerAt(root, 'uki/.initrd').fault?.code).toBe('section-out-of-file');
    expect(layerAt(root, 'uki/.linux').fault).toBeNull();
  });

  it('has a fault when two layers share a byte of the file', () => {
    const bytes = forgeUki({ linux: IMAGE, cmdline: 'x'.repeat(600), osrel: 'ID=x' });
    const header = open(bytes).pe?.sections.find(({ name }) => name === '.osrel')?.headerRange[0] ?? 0;
    const grown = (size: number): Uint8Array =>
      patched(patched(bytes, header + 8, u32le(size)), header + 16, u32le(size));
    expect(open(grown(513))).toMatchObject({ kind: 'uki', fault: { code: 'uki-sections-overlap' }, parts: [] });
    expect(open(grown(512)).fault).toBeNull();
  });

  it('is ambiguous when its headers are also those of an x86 kernel', () => {
    const bytes = forgeUki({ linux: IMAGE });
    const both = patched(patched(bytes, 0x1fe, Uint8Array.of(0x55, 0xaa)), 0x202, utf8('HdrS'));
    expect(open(both).fault?.code).toBe('format-ambiguous');
  });

  it('reads 1,000 profiles, and notes that a stub knows 256', () => {
    const profiles = (count: number) => Array.from({ length: count }, () => ({ name: '.profile', data: utf8('ID=x') }));
    const many = (count: number) =>
      forgePe({ machine: 'x64', sections: [{ name: '.linux', data: IMAGE }, ...profiles(count)] });
    expect(codesOf(open(many(256)))).toEqual([]);
    expect(codesOf(open(many(1000)))).toEqual(['uki-too-many-profiles']);
  });
});

describe('an addon', () => {
  it.each(['cmdline', 'dtb', 'dtbauto', 'ucode', 'initrd'] as const)(
    'is a PE file without `.linux` but with `.%s`',
    (name) => {
      expect(open(forgeAddon({ [name]: 'x' }))).toMatchObject({ kind: 'addon', fault: null });
    },
  );

  it('is not what a PE file with other UKI sections is', () => {
    expect(open(forgeAddon({ osrel: 'ID=x', sbat: 'sbat,1,a,b,c,d', uname: '6' }))).toMatchObject({
      kind: 'pe',
      parts: [],
    });
  });
});

describe('the limits', () => {
  const deep = forgeUki({ linux: forgeUki({ linux: forgeUki({ linux: IMAGE }) }) });

  it('make a fault of a layer that is nested too deep', () => {
    const root = open(deep, { depthLimit: 4 });
    expect(layerAt(root, 'uki/.linux/uki/.linux').fault).toBeNull();
    expect(layerAt(root, 'uki/.linux/uki/.linux/uki').fault?.code).toBe('limit-depth');
    expect(layersOf(open(deep, { depthLimit: 7 })).every(({ fault }) => fault === null)).toBe(true);
    expect(layersOf(open(deep, { depthLimit: 6 })).at(-1)?.fault?.code).toBe('limit-depth');
  });

  it('make a fault of one layer too many', () => {
    const faults = (layerCountLimit: number) =>
      layersOf(open(deep, { layerCountLimit })).filter(({ fault }) => fault !== null);
    expect(faults(7)).toEqual([]);
    expect(faults(6).map(({ fault }) => fault?.code)).toEqual(['limit-layer-count']);
  });

  it('make a fault of a layer that decodes to too much, alone or with others', () => {
    const root = forgeUki({ arch: 'arm64', linux: ZBOOT, initrd: INITRD });
    const imageSize = layerAt(open(root), 'uki/.linux/zboot/image').bytes.length;
    const faults = (layerSizeLimitBytes: number) =>
      layersOf(open(root, { layerSizeLimitBytes })).flatMap(({ path, fault }) =>
        fault === null ? [] : [path, fault.code],
      );
    expect(faults(2 * imageSize)).toEqual([]);
    expect(faults(imageSize)).toEqual(['uki/.initrd', 'limit-decoded-bytes']);
    expect(faults(imageSize - 1)).toContain('limit-layer-size');
  });

  it('open a part once', () => {
    const part = open(deep).parts[0];
    expect(part?.open()).toBe(part?.open());
  });
});

it('takes a last section of 2^32-1 bytes for one that ends outside the file', () => {
  const bytes = forgeUki({ linux: IMAGE, initrd: INITRD });
  const header = open(bytes).pe?.sections.at(-1)?.headerRange[0] ?? 0;
  const huge = open(patched(patched(bytes, header + 8, u32le(0xffffffff)), header + 16, u32le(0xffffffff)));
  expect(layerAt(huge, 'uki/.initrd').fault?.code).toBe('section-out-of-file');
});
