import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../../compiler/diagnostics/did-you-mean.ts';

const CODECS = ['none', 'gzip', 'zstd', 'xz', 'lzma', 'lz4', 'lzo', 'bzip2'];

describe('did you mean', () => {
  it.each([
    ['gzp', 'gzip'],
    ['zsdt', 'zstd'],
    ['GZIP', 'gzip'],
    ['bzip', 'gzip'],
    ['lz', 'xz'],
  ])('takes `%s` for `%s`', (word, meant) => {
    expect(didYouMean(word, CODECS)).toBe(meant);
  });

  it.each(['brotli', 'a', '', 'zz9', 'x'.repeat(10_000)])('takes a far word for nothing', (word) => {
    expect(didYouMean(word, CODECS)).toBeNull();
  });

  it('prefers the nearer candidate, then the earlier one', () => {
    expect(didYouMean('outre', ['other', 'outer'])).toBe('outer');
    expect(didYouMean('ab', ['ac', 'ad'])).toBe('ac');
  });

  it('never suggests the word itself', () => {
    expect(didYouMean('gzip', ['gzip'])).toBeNull();
  });
});
