import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { concatBytes, patched, u16le, u32le, utf8 } from '../../../forge/bytes.ts';
import { crc32 } from '../../../forge/checksums.ts';
import { branchBytes, mixedBytes, noiseBytes, numbers, textBytes } from './sample-bytes.ts';
import { attemptDecode, enginesFor, faultCode, sha256Of, vector } from './vectors.ts';

const TEXT = textBytes(1500, 1);
const FIXED_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);

describe('a gzip header', () => {
  const withFlags = (flags: number, ...fields: readonly Uint8Array[]): Uint8Array =>
    member(deflateRawSync(TEXT), { header: concatBytes(patched(FIXED_HEADER, 3, Uint8Array.of(flags)), ...fields) });
  const extra = concatBytes(u16le(3), utf8('abc'));
  const name = utf8('vmlinux\0');

  test.each([
    ['none', withFlags(0)],
    ['the text flag', withFlags(0x01)],
    ['an extra field', withFlags(0x04, extra)],
    ['an empty extra field', withFlags(0x04, u16le(0))],
    ['a name', withFlags(0x08, name)],
    ['a comment', withFlags(0x10, name)],
    ['an extra field, a name and a comment', withFlags(0x1c, extra, name, name)],
  ])('may have optional fields: %s', (_, bytes) => {
    for (const engine of enginesFor('gzip')) expect(faultCode('gzip', bytes, { engine })).toBe('none');
  });

  test.each([
    ['reserved flag 0x20', withFlags(0x20), 'codec-header'],
    ['reserved flag 0x80', withFlags(0x80), 'codec-header'],
    ['an extra field longer than the file', withFlags(0x04, u16le(0xffff)), 'codec-truncated'],
    ['a name without an end', concatBytes(patched(FIXED_HEADER, 3, Uint8Array.of(8)), utf8('name')), 'codec-truncated'],
    ['another method', patched(withFlags(0), 2, Uint8Array.of(7)), 'codec-header'],
    ['another magic', patched(withFlags(0), 1, Uint8Array.of(0x8c)), 'codec-header'],
  ])('is refused for %s', (_, bytes, code) => {
    for (const engine of enginesFor('gzip')) expect(faultCode('gzip', bytes, { engine })).toBe(code);
  });

  test('must match its own checksum, where it has one', () => {
    const { encoded } = vector('all-header-fields-text.gz');
    expect(faultCode('gzip', encoded)).toBe('none');
    expect(faultCode('gzip', patched(encoded, 20, utf8('V')))).toBe('codec-checksum');
  });
});

describe('a gzip trailer', () => {
  const whole = member(deflateRawSync(TEXT), {});

  test.each([
    ['CRC-32', whole.length - 8],
    ['size', whole.length - 4],
  ])('is refused for a wrong %s', (_, at) => {
    for (const engine of enginesFor('gzip')) {
      expect(
        attemptDecode('gzip', patched(whole, at, u32le(0x12345678)), { engine, baseOffsetBytes: 1000 }),
      ).toMatchObject({
        ok: false,
        finding: { code: 'codec-checksum', offsetBytes: 1000 + at, lengthBytes: 4 },
      });
    }
  });
});

describe('a second gzip member', () => {
  const first = member(deflateRawSync(TEXT), {});

  test.each([
    ['cut off', first.subarray(0, 30), 'codec-truncated'],
    ['with a wrong checksum', patched(first, first.length - 8, u32le(1)), 'codec-checksum'],
    ['with invalid data', concatBytes(FIXED_HEADER, Uint8Array.of(0xff, 0xff)), 'codec-corrupt'],
  ])('is never passed over: %s', (_, second, code) => {
    for (const engine of enginesFor('gzip')) {
      expect(faultCode('gzip', concatBytes(first, second), { engine })).toBe(code);
    }
  });

  test('does not begin with anything but the magic', () => {
    for (const tail of [[0x1f], [0x1f, 0x8b], [0x1f, 0x8b, 7], [0, 0x1f, 0x8b, 8]]) {
      for (const engine of enginesFor('gzip')) {
        const result = attemptDecode('gzip', concatBytes(first, Uint8Array.from(tail)), { engine });
        expect(result).toMatchObject({ ok: true, value: { consumedBytes: first.length } });
      }
    }
  });
});

describe('deflate data', () => {
  /** Fields of some bits each, lowest bit first. */
  const bits = (...fields: readonly (readonly [value: number, width: number])[]): Uint8Array => {
    const all = fields.flatMap(([value, width]) => Array.from({ length: width }, (_, bit) => (value >> bit) & 1));
    const bytes = new Uint8Array(Math.ceil(all.length / 8));
    all.forEach((bit, at) => (bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (at & 7))));
    return bytes;
  };
  const dynamic = [
    [1, 1],
    [2, 2],
  ] as const;

  test.each([
    ['an empty block of fixed codes', bits([1, 1], [1, 2], [0, 7]), 'none'],
    ['an empty stored block', concatBytes(bits([1, 1], [0, 2]), Uint8Array.of(0, 0, 0xff, 0xff)), 'none'],
    [
      'a stored block whose sizes differ',
      concatBytes(bits([1, 1], [0, 2]), Uint8Array.of(0, 0, 0xff, 0xfe)),
      'codec-corrupt',
    ],
    ['the reserved type', bits([1, 1], [3, 2]), 'codec-corrupt'],
    ['287 literal symbols', bits(...dynamic, [30, 5], [0, 5], [0, 4]), 'codec-corrupt'],
    ['31 distance symbols', bits(...dynamic, [0, 5], [30, 5], [0, 4]), 'codec-corrupt'],
    ['no code of code lengths', bits(...dynamic, [0, 5], [0, 5], [0, 4], [0, 12]), 'codec-corrupt'],
    ['half a code of code lengths', bits(...dynamic, [0, 5], [0, 5], [0, 4], [1, 12]), 'codec-corrupt'],
    // Literal 0, then a match of the symbol 286: 1100 0110 in the fixed code, first bit highest.
    ['the length symbol 286', bits([1, 1], [1, 2], [0x0c, 8], [0x63, 8]), 'codec-corrupt'],
    // Literal 0, length 3, then the distance symbol 30.
    ['the distance symbol 30', bits([1, 1], [1, 2], [0x0c, 8], [0x40, 7], [0x0f, 5], [0, 7]), 'codec-corrupt'],
    ['a match of one byte back', concatBytes(bits([1, 1], [1, 2], [0x0c, 8], [0x40, 7], [0, 5], [0, 7])), 'none'],
    [
      'a match before the start',
      concatBytes(bits([1, 1], [1, 2], [0x0c, 8], [0x40, 7], [0x10, 5], [0, 7])),
      'codec-corrupt',
    ],
  ])('with %s: %s', (_, data, code) => {
    const decoded = zlibResult(data)?.bytes ?? TEXT;
    for (const engine of enginesFor('gzip')) {
      expect(faultCode('gzip', member(data, { decoded }), { engine })).toBe(code);
    }
  });

  test.each([
    ['text', textBytes(3000, 2)],
    ['mixed', mixedBytes(40_000, 2)],
    ['branches', branchBytes(2000, 2)],
    ['noise', noiseBytes(500, 2)],
  ])('is judged like zlib judges it, whatever happens to it: %s', (_, plain) => {
    const next = numbers(7);
    for (let round = 0; round < 600; round += 1) {
      const data = new Uint8Array(
        deflateRawSync(plain, { level: 1 + (round % 9), strategy: round % 5, memLevel: 1 + (round % 9) }),
      );
      // Block headers are at the front; damage far behind them is seldom more than other literals.
      const span = round % 3 === 0 ? data.length : Math.min(90, data.length);
      for (let flips = round % 4; flips > 0; flips -= 1) data[next() % span] = next();
      const expected = zlibResult(data);
      // The trailer is right for what zlib makes of it, so that only the data themselves can be refused.
      const result = attemptDecode('gzip', member(expected?.used ?? data, { decoded: expected?.bytes ?? TEXT }));
      expect(result.ok ? sha256Of(result.value.bytes) : 'refused').toBe(expected?.sha256 ?? 'refused');
    }
  });
});

/** A member with the trailer for `decoded`, which is the text unless given. */
function member(data: Uint8Array, given: { readonly header?: Uint8Array; readonly decoded?: Uint8Array }): Uint8Array {
  const decoded = given.decoded ?? TEXT;
  return concatBytes(given.header ?? FIXED_HEADER, data, u32le(crc32(decoded)), u32le(decoded.length));
}

/** What zlib makes of deflate data, and of which of them; null when it refuses them. */
function zlibResult(
  data: Uint8Array,
): { readonly bytes: Uint8Array; readonly used: Uint8Array; readonly sha256: string } | null {
  try {
    const answer: unknown = inflateRawSync(data, { info: true });
    const bytes: unknown = Reflect.get(Object(answer), 'buffer');
    const usedBytes: unknown = Reflect.get(Object(Reflect.get(Object(answer), 'engine')), 'bytesWritten');
    if (!(bytes instanceof Uint8Array) || typeof usedBytes !== 'number') return null;
    return { bytes, used: data.subarray(0, usedBytes), sha256: sha256Of(bytes) };
  } catch {
    return null;
  }
}
