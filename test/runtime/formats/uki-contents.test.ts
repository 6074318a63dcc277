import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concatBytes, patched, u32be, u32le, utf8 } from '../../../forge/bytes.ts';
import { forgeBzImage } from '../../../forge/bzimage.ts';
import { forgeCpio, forgeInitrd, SMALL_ROOT } from '../../../forge/initrd.ts';
import { newKeyRing } from '../../../forge/keys.ts';
import { pcrPublicKeyPem } from '../../../forge/pcr.ts';
import { forgeBitmap, forgeDeviceTree, forgeFirmware, forgeHwids } from '../../../forge/uki-contents.ts';
import { forgeUki, type UkiParts } from '../../../forge/uki.ts';
import { breaksIn, codesOf, layerAt, open } from './layer-tree.ts';

const LINUX = forgeBzImage({});
const TREE = forgeDeviceTree({ model: 'Board A', compatible: 'maker,board-a' });
const CHID = Uint8Array.from({ length: 16 }, (_, index) => index);
const TABLE = forgeHwids([
  { type: 1, chid: CHID, name: 'Board A', selects: 'maker,board-a' },
  { type: 2, chid: CHID, name: 'Board B', selects: 'fw-b' },
]);
const FIRMWARE = forgeFirmware('fw-b', utf8('capsule'));
const PEM = pcrPublicKeyPem(newKeyRing().pair('p256', 'key'));
const BITMAP = forgeBitmap(3, 2);

const layer = (name: keyof UkiParts, content: string | Uint8Array) =>
  layerAt(open(forgeUki({ linux: LINUX, [name]: content })), `uki/.${name}`);

describe('the sections of a UKI say what they hold', () => {
  it.each<readonly [keyof UkiParts, string | Uint8Array, Record<string, string | number> | null]>([
    ['dtb', TREE, { version: 17, totalsize: TREE.length, compatible: 'maker,board-a', model: 'Board A' }],
    ['dtbauto', forgeDeviceTree({}), { version: 17, totalsize: 72 }],
    [
      'hwids',
      TABLE,
      {
        'hardware ids': 2,
        'id 1': '03020100-0504-0706-0809-0a0b0c0d0e0f devicetree Board A: maker,board-a',
        'id 2': '03020100-0504-0706-0809-0a0b0c0d0e0f firmware Board B: fw-b',
      },
    ],
    ['efifw', FIRMWARE, { fwid: 'fw-b', payload: 7 }],
    ['splash', BITMAP, { width: 3, height: 2, 'bits a pixel': 24 }],
    ['pcrpkey', PEM, { PEM: 'PUBLIC KEY' }],
    ['ucode', forgeCpio(SMALL_ROOT, 'newc'), null],
  ])('`.%s`', (name, content, header) => {
    const read = layer(name, content);
    expect(read.fault).toBeNull();
    expect(codesOf(read)).toEqual([]);
    expect(read.header).toEqual(header);
    expect(breaksIn(read)).toEqual([]);
  });

  it.each<readonly [keyof UkiParts, string, string | Uint8Array, string]>([
    ['dtb', 'another magic', patched(TREE, 0, u32be(0xd00dfeee)), 'dtb-magic'],
    ['dtb', 'text', 'hello', 'dtb-magic'],
    ['dtb', 'a tree that is cut', TREE.subarray(0, TREE.length - 1), 'dtb-size'],
    ['dtb', 'a header that is cut', TREE.subarray(0, 39), 'dtb-size'],
    ['dtb', 'a size that wraps', patched(TREE, 4, u32be(0xffffffff)), 'dtb-size'],
    ['dtb', 'a structure outside the tree', patched(TREE, 36, u32be(0xfffffffc)), 'dtb-block'],
    ['dtb', 'an odd structure', patched(TREE, 8, u32be(57)), 'dtb-block'],
    ['dtb', 'no root node', patched(TREE, 56, u32be(2)), 'dtb-structure'],
    ['dtb', 'a property that leaves its block', patched(TREE, 68, u32be(0xfffffff0)), 'dtb-structure'],
    ['dtbauto', 'bytes behind the tree', concatBytes(TREE, Uint8Array.of(1)), 'dtb-trailing-bytes'],
    ['hwids', 'an entry of another type', patched(TABLE, 0, u32le(0x3000001c)), 'hwids-entry'],
    ['hwids', 'an entry of another size', patched(TABLE, 0, u32le(0x1000001d)), 'hwids-entry'],
    ['hwids', 'no end', TABLE.subarray(0, 3), 'truncated'],
    ['hwids', 'a name outside', patched(TABLE, 20, u32le(TABLE.length)), 'hwids-string'],
    ['hwids', 'a string without end', TABLE.subarray(0, TABLE.length - 1), 'hwids-string'],
    ['efifw', 'another magic', patched(FIRMWARE, 0, u32le(0xfeeddeae)), 'efifw-magic'],
    ['efifw', 'a payload that is cut', FIRMWARE.subarray(0, FIRMWARE.length - 1), 'efifw-size'],
    ['efifw', 'a size that wraps', patched(FIRMWARE, 12, u32le(0xffffffff)), 'efifw-size'],
    ['efifw', 'an id without end', patched(FIRMWARE, 20, utf8('x')), 'efifw-id'],
    ['efifw', 'an id that ends early', patched(FIRMWARE, 17, Uint8Array.of(0)), 'efifw-id'],
    ['splash', 'no bitmap', patched(BITMAP, 1, utf8('N')), 'splash-not-bitmap'],
    ['splash', 'a bitmap that is cut', BITMAP.subarray(0, BITMAP.length - 1), 'splash-size'],
    ['splash', 'pixels outside', patched(BITMAP, 10, u32le(BITMAP.length)), 'splash-size'],
    ['pcrpkey', 'a certificate', PEM.replaceAll('PUBLIC KEY', 'CERTIFICATE'), 'pcrpkey-pem'],
    ['pcrpkey', 'two keys', PEM + PEM, 'pcrpkey-pem'],
    ['pcrpkey', 'nothing', 'key', 'pcrpkey-pem'],
    ['ucode', 'a compressed archive', forgeInitrd({ entries: SMALL_ROOT, compression: 'gzip' }), 'cpio-magic'],
  ])('`.%s` with %s has a finding, and is readable all the same', (name, _, content, code) => {
    const read = layer(name, content);
    expect(read.fault).toBeNull();
    expect(codesOf(read)).toEqual([code]);
    expect(breaksIn(read)).toEqual([]);
  });

  it.each(['dtb', 'hwids', 'efifw', 'splash', 'pcrpkey', 'ucode', 'pcrsig'] as const)(
    'an empty `.%s` counts as absent, as it does for a stub',
    (name) => {
      expect(codesOf(layer(name, ''))).toEqual([]);
    },
  );

  it('zeros behind a device tree are padding', () => {
    expect(layer('dtb', concatBytes(TREE, new Uint8Array(7)))).toMatchObject({ findings: [] });
  });
});

it('a device tree by itself is told with what it is for', () => {
  const root = open(TREE);
  expect(root.kind).toBe('unknown');
  expect(root.fault?.text).toBe(
    `the file holds a device tree for \`maker,board-a\` (version 17, ${TREE.length} bytes), which is judged inside a UKI only`,
  );
  expect(open(TREE.subarray(0, 60)).fault?.text).toContain('a broken device tree');
});

const FOLDER = process.env['BOOTPOL_IMAGES'] ?? '';
describe.skipIf(FOLDER === '')('real sections (BOOTPOL_IMAGES)', () => {
  it('a UKI with device trees and hardware ids is read without a finding', () => {
    const root = open(readFileSync(join(FOLDER, 'uki/aa64-dtbauto-hwids.efi')));
    const header = (path: string) => layerAt(root, path).header;
    expect(header('uki/.dtb')).toMatchObject({ compatible: 'raspberrypi,4-model-b', version: 17 });
    expect(header('uki/.dtbauto')).toMatchObject({ compatible: 'corpus,board-a', model: 'Corpus board' });
    expect(header('uki/.hwids')).toMatchObject({ 'hardware ids': 2 });
    expect(root.parts.filter(({ kind }) => kind !== 'linux').flatMap((part) => codesOf(part.open()))).toEqual([]);
  });
});
