import { describe, expect, it } from 'vitest';
import { planOf, policyText } from '../fixtures.ts';

describe('the footprint of a view', () => {
  const artifacts = `artifact zboot {
  require outer: signed by distro { key rsa >= 2048 }
  require codec: compression in { gzip, zstd }
  image
}
artifact image { require inner: signed by distro { key rsa >= 2048 } }
artifact uki {
  require envelope: signed by distro { key rsa >= 2048 }
  linux: one of { zboot, image }
  initrd optional { require rd: covered by distro }
}
`;
  it.each([
    [
      'at v sees file enforce { outer, envelope, inner }',
      ['zboot', 'uki', 'image'],
      ['gzip', 'lzma', 'xz', 'lz4', 'lzo', 'zstd'],
    ],
    ['at v sees file enforce { outer, envelope }', ['zboot', 'uki'], []],
    ['at v sees image loads { image } enforce { inner }', ['image'], []],
    ['at v sees file loads { image } enforce { inner }', ['image'], []],
    ['at v sees { zboot, image } enforce { outer, codec }', ['zboot', 'image'], ['gzip', 'zstd']],
    [
      'at v sees file loads { uki, zboot, image } enforce { outer, codec, envelope, rd }',
      ['zboot', 'uki', 'image'],
      ['gzip', 'zstd'],
    ],
    ['at v sees file enforce nothing', [], []],
  ])('of `%s`', (view, parsers, decoders) => {
    const plan = planOf(policyText(`${artifacts}${view}`));
    expect([...(plan.footprint[0]?.parsers ?? [])].sort()).toEqual([...parsers].sort());
    expect([...(plan.footprint[0]?.decoders ?? [])].sort()).toEqual([...decoders].sort());
  });

  it('names the digests and key families that its conditions admit', () => {
    const plan = planOf(
      policyText('artifact image { require r: signed by distro { digest in { sha384 } key ec >= 256 } }'),
    );
    expect(plan.footprint).toMatchObject([{ view: 'file', digests: ['sha384'], keys: ['ec'] }]);
  });

  it.each([
    ['the same signature of every file', 'signed by distro', ['pe']],
    ['different signatures of different files', 'signed by distro { count >= 2 }', ['zboot', 'pe']],
    ['more than a signature', 'all of { nx-compat  signed by distro }', ['zboot', 'pe']],
  ])('is the PE reader alone where a point that opens nothing asks %s', (_asked, condition, parsers) => {
    const plan = planOf(
      policyText(`artifact pe { require a: signed by distro }\nartifact zboot {\n require b: ${condition}\n image\n}`),
    );
    expect([...(plan.footprint[0]?.parsers ?? [])].sort()).toEqual([...parsers].sort());
  });

  it.each([
    ['require c: compression in { gzip, xz }', ['gzip', 'xz']],
    ['require c: none of { compression in { lzma, lz4, lzo, xz } }', ['gzip', 'zstd']],
    ['forbid c: compression in { lzma, lz4, lzo, xz }', ['gzip', 'zstd']],
    ['forbid c: any of { compression in { lzma, lz4 }  compression in { lzo } }', ['gzip', 'zstd', 'xz']],
    ['forbid c: all of { compression in { lzma }  nx-compat }', ['gzip', 'zstd', 'xz', 'lzma', 'lz4', 'lzo']],
    ['warn c: compression in { gzip }', ['gzip', 'zstd', 'xz', 'lzma', 'lz4', 'lzo']],
    ['require c from 2030-01-01: compression in { gzip }', ['gzip', 'zstd', 'xz', 'lzma', 'lz4', 'lzo']],
  ])('leaves out the decoders that `%s` rules out', (requirement, decoders) => {
    const plan = planOf(
      policyText(
        `artifact zboot {\n ${requirement}\n image { require i: covered by distro }\n}\nat v sees file enforce { c, i }`,
      ),
    );
    expect(plan.footprint[0]?.decoders).toEqual(decoders);
  });

  it('keeps every decoder of an initrd whose forbidden compression may be one of several', () => {
    const plan = planOf(
      policyText('artifact initrd {\n forbid c: compression in { bzip2 }\n require r: covered by distro\n}'),
    );
    expect(plan.footprint[0]?.decoders).toContain('bzip2');
  });

  it('names the schemes of the signatures that it reads', () => {
    const schemes = (view: string): unknown => planOf(policyText(`${artifacts}${view}`)).footprint[0]?.schemes;
    expect(schemes('at v sees image enforce { inner }')).toEqual(['authenticode']);
    expect(schemes('at v sees zboot enforce { codec }')).toEqual([]);
  });
});
