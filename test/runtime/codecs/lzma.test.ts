import { describe, expect, test } from 'vitest';
import { patched, u32le, u64le } from '../../../forge/bytes.ts';
import { faultCode, vector } from './vectors.ts';

const SIZE_FIELD = 5;
const DICTIONARY_FIELD = 1;

describe('an lzma stream that states its size', () => {
  test.each([
    ['and has no end mark', 'sized-text.lzma'],
    ['and has an end mark as well', 'pipe-text.lzma'],
  ])('%s, holds exactly as many bytes', (_, file) => {
    const { encoded } = vector(file);
    const stating = (size: number): Uint8Array => patched(encoded, SIZE_FIELD, u64le(size));
    expect(faultCode('lzma', stating(1500))).toBe('none');
    expect(faultCode('lzma', stating(1499))).toBe('codec-corrupt');
    expect(faultCode('lzma', stating(1501))).toMatch(/codec-(corrupt|truncated)/);
  });

  test('needs an end mark when it says that there is one', () => {
    const { encoded } = vector('sized-text.lzma');
    const unknown = patched(encoded, SIZE_FIELD, new Uint8Array(8).fill(0xff));
    expect(faultCode('lzma', unknown)).toMatch(/codec-(corrupt|truncated)/);
  });
});

describe('an lzma dictionary', () => {
  test.each([
    ['128 MiB', 2 ** 27, 'none'],
    ['128 MiB and a byte', 2 ** 27 + 1, 'codec-window-limit'],
    ['nothing, which counts as 4 KiB', 0, 'none'],
  ])('of %s', (_, sizeBytes, code) => {
    const { encoded } = vector('pipe-text.lzma');
    expect(faultCode('lzma', patched(encoded, DICTIONARY_FIELD, u32le(sizeBytes)))).toBe(code);
  });
});
