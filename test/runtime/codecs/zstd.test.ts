import { describe, expect, test } from 'vitest';
import { concatBytes, patched, u32le } from '../../../forge/bytes.ts';
import { storedZstdFrame } from '../../../forge/zstd.ts';
import { mixedBytes } from './sample-bytes.ts';
import { attemptDecode, enginesFor, faultCode, sha256Of, vector } from './vectors.ts';

const WINDOW_DESCRIPTOR = 5;

/** Exponent from 10 on in the upper five bits, eighths in the lower three (RFC 8878 section 3.1.1.1.2). */
function descriptor(log: number, eighths = 0): Uint8Array {
  return Uint8Array.of(((log - 10) << 3) | eighths);
}

describe('a zstd window', () => {
  test.each([
    ['27', descriptor(27), 'none'],
    ['27 and an eighth', descriptor(27, 1), 'codec-window-limit'],
    ['41 and seven eighths', descriptor(41, 7), 'codec-window-limit'],
    ['10', descriptor(10), 'codec-corrupt'],
  ])('of 2^%s bytes, around blocks of 128 KiB', (_, window, code) => {
    const frame = storedZstdFrame(mixedBytes(300_000, 3), { contentSize: 'absent' });
    for (const engine of enginesFor('zstd')) {
      expect(faultCode('zstd', patched(frame, WINDOW_DESCRIPTOR, window), { engine })).toBe(code);
    }
  });

  test('bounds how far matches reach back, whatever the host would take', () => {
    const { encoded, sha256 } = vector('level-3-pipe-mixed.zst');
    for (const engine of enginesFor('zstd')) {
      const wide = attemptDecode('zstd', patched(encoded, WINDOW_DESCRIPTOR, descriptor(18)), { engine });
      expect(wide).toMatchObject({ ok: true });
      if (wide.ok) expect(sha256Of(wide.value.bytes)).toBe(sha256);
      const narrow = attemptDecode('zstd', patched(encoded, WINDOW_DESCRIPTOR, descriptor(17)), { engine });
      expect(narrow).toMatchObject({ ok: false, finding: { code: 'codec-corrupt' } });
      if (!narrow.ok) expect(narrow.finding.text).toContain('154110 bytes back');
    }
  });
});

describe('a zstd frame header', () => {
  const content = mixedBytes(3000, 4);
  const frame = storedZstdFrame(content, {});
  const DESCRIPTOR = 4;

  test.each([
    ['a reserved bit', patched(frame, DESCRIPTOR, Uint8Array.of(0xac)), 'codec-header'],
    ['the unused bit, which means nothing', patched(frame, DESCRIPTOR, Uint8Array.of(0xb4)), 'none'],
    ['a dictionary', withDictionary(7), 'codec-unsupported'],
    ['the dictionary 0, which is none', withDictionary(0), 'none'],
    ['a size of one byte more', storedZstdFrame(content, { declaredSizeBytes: 3001 }), 'codec-corrupt'],
  ])('with %s: %s', (_, bytes, code) => {
    for (const engine of enginesFor('zstd')) expect(faultCode('zstd', bytes, { engine })).toBe(code);
  });

  /** Descriptor flag 1: an id of one byte comes before the content size. */
  function withDictionary(id: number): Uint8Array {
    return concatBytes(frame.subarray(0, DESCRIPTOR), Uint8Array.of(0xa5, id), frame.subarray(DESCRIPTOR + 1));
  }
});

describe('a skippable zstd frame', () => {
  const frame = storedZstdFrame(mixedBytes(3000, 4), {});
  const skippable = (magic: number, size: number): Uint8Array =>
    concatBytes(u32le(magic), u32le(size), new Uint8Array(9));

  test.each([
    ['of every magic', concatBytes(skippable(0x184d2a50, 9), skippable(0x184d2a5f, 9), frame), 'none'],
    ['longer than the file', concatBytes(frame, skippable(0x184d2a50, 10)), 'codec-truncated'],
    ['of 4 GiB', concatBytes(frame, skippable(0x184d2a50, 0xffffffff)), 'codec-truncated'],
    ['alone', skippable(0x184d2a50, 9), 'codec-header'],
  ])('%s', (_, bytes, code) => {
    for (const engine of enginesFor('zstd')) expect(faultCode('zstd', bytes, { engine })).toBe(code);
  });
});
