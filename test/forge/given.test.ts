import { describe, expect, test } from 'vitest';
import { forgeGiven } from '../../forge/given.ts';
import { newGivenCast } from '../../forge/given-cast.ts';
import type { GivenSpec } from '../../forge/given-spec.ts';

const SIZE_BYTES = 300_000;

describe('a given initrd with a size', () => {
  test.each(['none', 'gzip', 'zstd', 'xz', 'lz4', 'lzo'])('has at least that size in %s', (compression) => {
    const bytes = forgeGiven(given('initrd', { compression, size: SIZE_BYTES }), newGivenCast({}));
    expect(bytes.length).toBeGreaterThanOrEqual(SIZE_BYTES);
    expect(bytes.length).toBeLessThan(SIZE_BYTES + 0x1000);
  });
});

describe('a given kernel', () => {
  test('of a compression that the forge cannot write is refused by name', () => {
    expect(() => forgeGiven(given('zboot', { compression: 'bzip2' }), newGivenCast({}))).toThrow(
      'no encoder for bzip2',
    );
    expect(forgeGiven(given('zboot', { compression: 'lzma' }), newGivenCast({})).length).toBeGreaterThan(0x1000);
  });
});

function given(kind: string, properties: GivenSpec['properties']): GivenSpec {
  return { kind, section: null, text: null, absent: false, signedBy: [], properties, children: [] };
}
