import { describe, expect, it } from 'vitest';
import { concatBytes, utf8 } from '../../../forge/bytes.ts';
import { forgeGrub, forgeShim, forgeSystemd, forgeWithTexts } from '../../../forge/boot-programs.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { forgeAddon, forgeUki } from '../../../forge/uki.ts';
import { forgeZimage } from '../../../forge/zimage.ts';
import { bootProgramOf } from '../../../runtime/formats/boot-program.ts';
import { utf16Texts } from '../../../runtime/formats/utf16-texts.ts';
import { open } from './layer-tree.ts';

const SHIM_ROWS = 'shim,4,UEFI shim,shim,1,u\nshim.x,1,X,shim,16.1,u\n';
const KERNEL = forgeImage({
  arch: 'riscv64',
  size: 0x8000,
  contents: concatBytes(new Uint8Array(9), utf8('Linux version 6.14.0 (a@b) x')),
});

describe('bootProgramOf', () => {
  it.each<readonly [string, Uint8Array, string, string | null]>([
    ['systemd-boot by its magic', forgeSystemd('systemd-boot 257'), 'systemd-boot', '257'],
    ['a 32-bit systemd-boot', forgeSystemd('systemd-boot 262.1-1', 'arm'), 'systemd-boot', '262.1-1'],
    ['the stub of a UKI', forgeUki({ linux: 'x' }), 'systemd-stub', '257'],
    ['the stub of an addon', forgeAddon({ cmdline: 'x' }), 'systemd-addon', '257'],
    ['shim by its vendor table', forgeShim({ version: '15.8' }), 'shim', '15.8'],
    ['MokManager', forgeWithTexts(SHIM_ROWS, ['Perform MOK management', '9.9']), 'MokManager', '16.1'],
    ['the fallback of shim', forgeWithTexts(SHIM_ROWS, ['FALLBACK_VERBOSE']), 'shim fallback', '16.1'],
    ['GRUB by SBAT', forgeGrub({ objects: [] }), 'GRUB', '2.12-9'],
    ['GRUB before SBAT', forgeGrub({ objects: [], sbat: 'without' }), 'GRUB', null],
    ['fwupd by SBAT', forgeWithTexts('fwupd-efi,1,D,fwupd-efi,1.4,u\n', []), 'fwupd', '1.4'],
    ['any other program by SBAT', forgeWithTexts('my-loader,1,Me,loader,3,u\n', []), 'loader', '3'],
    ['EFI Boot Guard', forgeWithTexts(null, ['EFI Boot Guard %s', 'v0.13']), 'EFI Boot Guard', '0.13'],
    [
      'EFI Boot Guard of an unclear version',
      forgeWithTexts(null, ['EFI Boot Guard', 'v0.1', 'v0.2']),
      'EFI Boot Guard',
      null,
    ],
    ['a 32-bit ARM kernel', forgeZimage({}), 'Linux', null],
    ['a bzImage by its version text', forgeBzImage({ kernelVersion: '6.14.0-1 (a@b) #1' }), 'Linux', '6.14.0-1'],
    ['memtest86+', forgeBzImage({ payloadLength: 0, kernelVersion: 'Memtest86+ v8.10' }), 'Memtest86+', '8.10'],
    ['an Image by its banner', KERNEL, 'Linux', '6.14.0'],
  ])('knows %s', (_name, bytes, name, version) => {
    const root = open(bytes);
    expect(root.fault).toBeNull();
    expect(bootProgramOf(root)).toMatchObject({ name, version });
  });

  it.each<readonly [string, Uint8Array]>([
    ['a program that says nothing', smallProgram({})],
    ['a program whose magic is cut short', forgeSystemd('systemd-boot')],
    ['a program with rows that do not parse', forgeWithTexts('fwupd-efi,0,D,fwupd-efi,1.4,u\n', [])],
    ['a part of shim that is none of the known ones', forgeWithTexts(SHIM_ROWS, [])],
    ['a bzImage without version text', forgeBzImage({})],
    ['a program that cannot be read', utf8('MZ')],
  ])('does not guess at %s', (_name, bytes) => {
    expect(bootProgramOf(open(bytes))).toBeNull();
  });
});

describe('utf16Texts', () => {
  it('gives what is printable, at even offsets, four characters and more', () => {
    const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'utf16le'));
    expect([...utf16Texts(concatBytes(text('abcd\0abc\0x\u0100yzzz'), Uint8Array.of(1)))]).toEqual(['abcd', 'yzzz']);
    expect([...utf16Texts(concatBytes(Uint8Array.of(1), text('abcd')))]).toEqual([]);
    expect([...utf16Texts(text('a'.repeat(1000)))]).toEqual(['a'.repeat(256)]);
  });
});
