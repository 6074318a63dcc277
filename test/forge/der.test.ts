import { expect, test } from 'vitest';
import * as der from '../../forge/der.ts';

test.each([
  ['integer 0', der.integer(0), '020100'],
  ['integer 127', der.integer(127), '02017f'],
  ['integer 128 with a leading zero', der.integer(128), '02020080'],
  ['integer 65537', der.integer(65537), '0203010001'],
  ['big-endian octets without leading zeros', der.unsignedInteger(Uint8Array.of(0, 0, 0x80)), '02020080'],
  ['object identifier', der.oid('1.2.840.113549.1.7.2'), '06092a864886f70d010702'],
  ['object identifier with a large arc', der.oid('1.3.6.1.4.1.311.2.1.4'), '060a2b060104018237020104'],
  ['NULL', der.nullValue(), '0500'],
  ['TRUE', der.trueValue(), '0101ff'],
  ['empty bit string', der.bitString(new Uint8Array(0)), '030100'],
  ['named bits of a certificate authority', der.namedBits([5, 6]), '03020106'],
  ['named bit 0', der.namedBits([0]), '03020780'],
  ['no named bits', der.namedBits([]), '030100'],
  ['UTCTime', der.time(new Date('2024-01-02T03:04:05Z')), '170d3234303130323033303430355a'],
  ['GeneralizedTime from 2050', der.time(new Date('2050-01-01T00:00:00Z')), '180f32303530303130313030303030305a'],
  ['a sorted set', der.setOf(der.integer(2), der.integer(1)), '3106020101020102'],
  ['a set in the given order', der.setInOrder(der.integer(2), der.integer(1)), '3106020102020101'],
])('%s', (_, bytes, hex) => {
  expect(Buffer.from(bytes).toString('hex')).toBe(hex);
});

test.each([
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [65536, '0483010000'],
])('a length of %i takes the fewest octets', (length, hex) => {
  expect(Buffer.from(der.octetString(new Uint8Array(length)).subarray(0, hex.length / 2)).toString('hex')).toBe(hex);
});
