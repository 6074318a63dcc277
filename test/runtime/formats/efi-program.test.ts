import { describe, expect, it } from 'vitest';
import { concatBytes, patched, readU32le, u32le, utf8 } from '../../../forge/bytes.ts';
import { forgeGrub, forgeShim, sbatLevel } from '../../../forge/boot-programs.ts';
import { smallProgram } from '../../../forge/small-program.ts';
import { forgeZimage } from '../../../forge/zimage.ts';
import type { Layer } from '../../../runtime/formats/layer.ts';
import { fullSectionName } from '../../../runtime/formats/section-names.ts';
import { readVendorTables } from '../../../runtime/formats/shim.ts';
import { breaksIn, codesOf, open } from './layer-tree.ts';

const DB = new Uint8Array(100).fill(0x30);
const DBX = new Uint8Array(60).fill(0x44);

function named(layer: Layer, name: string): readonly Uint8Array[] {
  return layer.regions
    .filter((region) => region.name === name)
    .map(({ range: [start, end] }) => layer.bytes.subarray(start, end));
}

describe('section names', () => {
  it('are looked up in the string table, whoever is fooled by it', () => {
    const file = forgeShim({ vendorDb: DB });
    const { pe } = open(file);
    expect(pe?.sections.map((section) => fullSectionName(pe, section))).toEqual([
      '.text',
      '.data.ident',
      '.sbatlevel',
      '.vendor_cert',
      '.sbat',
    ]);
    const cut = open(file.subarray(0, file.length - 1)).pe;
    expect(cut?.sections.map((section) => fullSectionName(cut, section))[1]).toBe('/4');
    const coff = readU32le(file, 0x3c) + 4;
    for (const pointer of [1, file.length - 4, 0xffffffff]) {
      expect(open(patched(file, coff + 8, u32le(pointer))).fault).toBeNull();
    }
    expect(open(patched(file, coff + 12, u32le(0xffffffff))).fault).toBeNull();
  });
});

describe('the vendor lists of shim', () => {
  it('are regions of their own', () => {
    const root = open(forgeShim({ vendorDb: DB, vendorDbx: DBX }));
    expect(root).toMatchObject({ kind: 'pe', fault: null, findings: [] });
    expect(named(root, 'vendor db')).toEqual([DB]);
    expect(named(root, 'vendor dbx')).toEqual([DBX]);
    expect(breaksIn(root)).toEqual([]);
  });

  it('are absent when the table says so', () => {
    const { pe } = open(forgeShim({}));
    expect(pe === null ? null : readVendorTables(pe)).toEqual({ authorized: null, deauthorized: null, findings: [] });
  });

  it.each<readonly [string, readonly [number, number, number, number]]>([
    ['ends behind the section', [101, 60, 76, 16]],
    ['lies behind the section', [1, 0, 0xffffffff, 0]],
    ['wraps around', [0xffffffff, 0, 0xffffffff, 0]],
    ['lies over the table', [100, 60, 15, 116]],
    ['shares bytes with the other', [100, 60, 16, 115]],
  ])('are not read when one %s', (_name, table) => {
    const root = open(forgeShim({ vendorDb: DB, vendorDbx: DBX, table }));
    expect(root.fault).toBeNull();
    expect(codesOf(root)).toEqual(['shim-vendor-table']);
    expect(named(root, 'vendor db')).toEqual([]);
    expect(codesOf(open(forgeShim({ vendorDb: DB, vendorDbx: DBX, table: [100, 60, 16, 116] })))).toEqual([]);
  });
});

describe('the revocation levels of shim', () => {
  it('are shown, previous and latest', () => {
    expect(open(forgeShim({})).header).toEqual({
      sbat_level_previous: 'sbat 1 2024010900, shim 4',
      sbat_level_latest: 'sbat 1 2025051000, shim 4, grub 5',
    });
  });

  const good = sbatLevel('sbat,1,2024010900\n', 'sbat,1,2025051000\n');
  it.each<readonly [string, Uint8Array]>([
    ['an unknown version', patched(good, 0, u32le(1))],
    ['an offset behind the section', patched(good, 4, u32le(good.length))],
    ['a level without its NUL', concatBytes(good.subarray(0, -1), utf8('x'))],
    ['a level that does not start with sbat', sbatLevel('shim,1\n', 'sbat,1,2025051000\n')],
    ['a generation of 0', sbatLevel('sbat,1,2\nshim,0\n', 'sbat,1,2\n')],
    ['no bytes', new Uint8Array(0)],
  ])('are a finding with %s', (_name, level) => {
    const root = open(forgeShim({ sbatLevel: level }));
    expect(root.fault).toBeNull();
    expect(codesOf(root)).toEqual(['sbat-level']);
    expect(codesOf(open(forgeShim({ sbatLevel: good })))).toEqual([]);
  });
});

describe('the module area of GRUB', () => {
  const objects = [
    { type: 0, data: utf8('\x7fELF one') },
    { type: 0, data: utf8('\x7fELF two..') },
    { type: 1, data: utf8('memdisk') },
    { type: 2, data: utf8('set root') },
    { type: 3, data: utf8('/EFI/x\0') },
    { type: 5, data: Uint8Array.of(0xd0, 0x0d, 0xfe, 0xed) },
    { type: 5, data: Uint8Array.of(0x30, 0x82, 1, 0) },
    { type: 4, data: Uint8Array.of(0x99, 1) },
    { type: 7, data: new Uint8Array(0) },
  ];

  it.each(['x64', 'x86', 'arm', 'arm64'] as const)('is taken apart object by object on %s', (machine) => {
    const root = open(forgeGrub({ objects, machine }));
    expect(root).toMatchObject({ kind: 'pe', fault: null, findings: [] });
    expect(root.header).toEqual({
      grub_module: 2,
      grub_memory_disk: 1,
      grub_configuration: 1,
      grub_prefix: '/EFI/x',
      grub_device_tree: 1,
      grub_X_509_key: 1,
      grub_PGP_key: 1,
      grub_object_of_type_7: 1,
    });
    expect(named(root, 'GRUB configuration')).toEqual([concatBytes(u32le(2), u32le(16), utf8('set root'))]);
    expect(breaksIn(root)).toEqual([]);
  });

  it.each<readonly [string, number]>([
    ['no bytes', 0],
    ['fewer bytes than its header', 7],
    ['more bytes than there are', 17],
    ['2^32 - 1 bytes', 0xffffffff],
  ])('stops at an object of %s', (_name, size) => {
    const root = open(forgeGrub({ objects: [...objects, { type: 0, data: new Uint8Array(8), size }] }));
    expect(codesOf(root)).toEqual(['grub-modules']);
    expect(root.header).toMatchObject({ grub_module: 2 });
    expect(breaksIn(root)).toEqual([]);
    expect(codesOf(open(forgeGrub({ objects: [...objects, { type: 0, data: new Uint8Array(8), size: 16 }] })))).toEqual(
      [],
    );
  });

  it('of 100,000 objects is read in its stride', () => {
    const many = Array.from({ length: 100_000 }, () => ({ type: 0, data: new Uint8Array(0) }));
    const root = open(forgeGrub({ objects: many }));
    expect(root.header).toEqual({ grub_module: 100_000 });
    expect(root.regions.length).toBeLessThan(300);
    expect(breaksIn(root)).toEqual([]);
  });
});

describe('a 32-bit ARM zImage', () => {
  it('is an EFI program with the facts of its own header', () => {
    const file = forgeZimage({ kernelBytes: 0x5000 });
    const root = open(file);
    expect(root).toMatchObject({ kind: 'pe', arch: 'arm', fault: null, findings: [] });
    expect(root.header).toEqual({
      format: 'zImage',
      start: '0x0',
      image_bytes: file.length,
      endianness: 'little',
      decoded_size: 0x5000,
    });
    expect(named(root, 'decoded size')).toEqual([u32le(0x5000)]);
    expect(breaksIn(root)).toEqual([]);
  });

  it('says when it is longer than its file', () => {
    const { length } = forgeZimage({});
    expect(codesOf(open(forgeZimage({ endAddress: length })))).toEqual([]);
    expect(codesOf(open(forgeZimage({ endAddress: length + 1 })))).toEqual(['zimage-out-of-file']);
    expect(codesOf(open(forgeZimage({ endAddress: 0 })))).toEqual(['zimage-out-of-file']);
  });

  it('does not believe a table that leads out of the file', () => {
    const { length } = forgeZimage({});
    expect(open(forgeZimage({ tailOffset: length - 4 })).header).toHaveProperty('decoded_size');
    expect(open(forgeZimage({ tailOffset: length - 3 })).header).not.toHaveProperty('decoded_size');
    expect(open(forgeZimage({ tailOffset: 0xffffffff })).header).not.toHaveProperty('decoded_size');
  });

  it('without an EFI header is no EFI program, and is called what it is', () => {
    const root = open(forgeZimage({ efi: 'without' }));
    expect(root).toMatchObject({ kind: 'unknown', fault: { code: 'format-unrecognised' } });
    expect(root.fault?.text).toContain('32-bit ARM kernel');
  });
});

it('a program of none of these kinds has no header', () => {
  expect(open(smallProgram({}))).toMatchObject({ kind: 'pe', header: null, fault: null });
});
