import { describe, expect, test } from 'vitest';
import { concatBytes, flipped, patched, u32be, utf8 } from '../../../forge/bytes.ts';
import { forgeCpio, type CpioEntry } from '../../../forge/initrd.ts';
import { forgeRpm, rpmHeader, stringTag } from '../../../forge/rpm.ts';
import { itemsOf, KERNEL } from './packed.ts';

const FILES: readonly CpioEntry[] = [
  { name: './boot/config', data: 'CONFIG_X=y\n' },
  { name: './lib/modules/6.12/vmlinuz', data: KERNEL },
  { name: './boot', mode: 0o040755 },
  { name: './boot/vmlinuz', data: '../lib/modules/6.12/vmlinuz', mode: 0o120777 },
  { name: './usr/x', data: 'x' },
];
const FOUND = ['other', `program /lib/modules/6.12/vmlinuz ${KERNEL.length}`, 'other'];
const PLAIN = forgeRpm({ files: FILES });
/** Where the second header starts. */
const HEADER_AT = 96 + Math.ceil(rpmHeader([[1000, 4, 1, u32be(0)]]).length / 8) * 8;

describe('the boot files of an rpm package', () => {
  test.each(['none', 'gzip', 'zstd', 'xz'] as const)('are found in its payload, compression %s', (compression) => {
    expect(itemsOf(forgeRpm({ files: FILES, compression }))).toEqual(FOUND);
  });

  test('are found by the header, when the payload has only numbers', () => {
    expect(itemsOf(forgeRpm({ files: FILES, payload: 'stripped', compression: 'zstd' }))).toEqual(FOUND);
  });

  test.each(['none', 'gzip'] as const)('are found when the header does not name the compressor, %s', (compression) => {
    expect(itemsOf(forgeRpm({ files: FILES, compression, compressor: null }))).toEqual(FOUND);
  });
});

describe('an rpm package that is not as it should be', () => {
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ['an unknown compressor', forgeRpm({ files: FILES, compressor: 'lrzip' }), 'rpm-payload'],
    ['another compressor than it says', forgeRpm({ files: FILES, compressor: 'zstd' }), 'rpm-payload'],
    ['no header', patched(PLAIN, HEADER_AT, Uint8Array.of(0)), 'rpm-header'],
    ['more tags than rpm allows', patched(PLAIN, HEADER_AT + 8, u32be(0x10000)), 'rpm-header'],
    ['an enormous store', patched(PLAIN, HEADER_AT + 12, u32be(0x0fffffff)), 'rpm-header'],
    ['a store above rpm’s limit', patched(PLAIN, HEADER_AT + 12, u32be(0xffffffff)), 'rpm-header'],
    ['a tag outside the store', patched(PLAIN, HEADER_AT + 16 + 8, u32be(0xfffffff0)), 'rpm-header'],
    ['the lead alone', PLAIN.subarray(0, 96), 'truncated'],
    ['junk for a payload', forgeRpm({ files: FILES, encoded: utf8('junk junk junk') }), 'cpio-magic'],
    ['a payload that ends early', PLAIN.subarray(0, PLAIN.length - 1000), 'cpio-truncated'],
    ['a name of no bytes', withField(11, '00000000'), 'cpio-header'],
    ['an enormous name', withField(11, 'ffffffff'), 'cpio-header'],
    ['a size with a sign', withField(6, '-0000010'), 'cpio-header'],
    ['a size behind the payload', withField(6, 'fffffff0'), 'cpio-truncated'],
    ['a number that is not in the header', withNumber('00000009'), 'cpio-header'],
    ['a number that is none', withNumber('0000000g'), 'cpio-header'],
  ];

  test.each(cases)('is a fault: %s', (_title, bytes, code) => {
    expect(itemsOf(bytes).at(-1)).toBe(code);
  });

  test('has an accepted neighbour for each of these', () => {
    expect(itemsOf(withField(6, '00000004'))).toEqual(['other']);
    expect(itemsOf(withNumber('00000001'))[0]).toMatch(/^program/);
  });

  test('cut anywhere is a fault', () => {
    for (let size = 100; size < PLAIN.length - 512; size += 1009) {
      expect(itemsOf(PLAIN.subarray(0, size)).at(-1)).toMatch(/^(cpio|rpm|codec)-|^truncated$/);
    }
  });

  test('with any bit flipped gives items or a fault, never an exception', () => {
    const small = FILES.map((file) => ({
      ...file,
      data: typeof file.data === 'string' ? file.data : KERNEL.subarray(0, 900),
    }));
    for (const payload of ['newc', 'stripped'] as const) {
      const rpm = forgeRpm({ files: small, payload });
      for (let at = 0; at < rpm.length; at += 1) expect(itemsOf(flipped(rpm, at)).length).toBeLessThan(10);
    }
  });

  test('whose strings do not end is a fault', () => {
    const unended = rpmHeader([stringTag(1124, 'cpio'), [1125, 6, 1, utf8('none')]]);
    expect(itemsOf(concatBytes(PLAIN.subarray(0, HEADER_AT), unended)).at(-1)).toBe('rpm-header');
  });

  /** One small file whose cpio header has another field. */
  function withField(index: number, digits: string): Uint8Array {
    const archive = forgeCpio([{ name: './x', data: 'text' }], 'newc');
    return forgeRpm({ files: FILES, encoded: patched(archive, 6 + index * 8, utf8(digits)) });
  }

  function withNumber(digits: string): Uint8Array {
    const entry = concatBytes(utf8(`07070X${digits}`), new Uint8Array(2), KERNEL);
    return forgeRpm({ files: FILES, encoded: concatBytes(entry, forgeCpio([], 'newc')) });
  }
});
