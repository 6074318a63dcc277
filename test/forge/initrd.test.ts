import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { forgeCpio, forgeInitrd, SMALL_ROOT } from '../../forge/initrd.ts';

describe('a cpio archive', () => {
  test('writes thirteen fields of hexadecimal digits', () => {
    const archive = Buffer.from(forgeCpio([{ name: 'a', data: 'xyz', mode: 0o100755 }], 'newc'));
    expect(archive.toString('latin1', 0, 110)).toBe(
      '070701' +
        [
          '00000001',
          '000081ed',
          ...zeros(2),
          '00000001',
          '00000000',
          '00000003',
          ...zeros(4),
          '00000002',
          '00000000',
        ].join(''),
    );
    expect(archive.toString('latin1', 110, 119)).toBe(['a', 'xyz', '070'].join('\0'));
  });

  test('ends in a trailer, padded to 512', () => {
    const archive = Buffer.from(forgeCpio([], 'newc'));
    expect(archive.length).toBe(512);
    expect(archive.toString('latin1', 110, 121)).toBe('TRAILER!!!\0');
  });

  test('sums the data in the crc format alone', () => {
    const check = (format: 'newc' | 'crc') =>
      Buffer.from(forgeCpio([{ name: 'a', data: Uint8Array.of(250, 251) }], format)).toString('latin1', 102, 110);
    expect(check('crc')).toBe((501).toString(16).padStart(8, '0'));
    expect(check('newc')).toBe('00000000');
  });
});

describe('an initrd', () => {
  test('joins members at multiples of 4', () => {
    const initrd = Buffer.from(
      forgeInitrd({ entries: SMALL_ROOT }, { bytes: Uint8Array.of(1) }, { entries: SMALL_ROOT, compression: 'gzip' }),
    );
    expect(initrd.toString('latin1', 0, 6)).toBe('070701');
    const gzip = initrd.lastIndexOf(Buffer.from('1f8b08', 'hex'));
    expect(gzip % 4).toBe(0);
    expect(Buffer.compare(gunzipSync(initrd.subarray(gzip)), forgeCpio(SMALL_ROOT, 'newc'))).toBe(0);
  });

  test('of nothing is empty', () => {
    expect(forgeInitrd()).toEqual(new Uint8Array(0));
  });
});

function zeros(count: number): readonly string[] {
  return Array.from({ length: count }, () => '00000000');
}
