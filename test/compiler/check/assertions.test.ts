import { describe, expect, test } from 'vitest';
import { codesOf, planOf, policyText } from '../fixtures.ts';

const ZBOOT = `artifact zboot {
  require outer: signed by distro
  require codec: compression in { gzip, zstd }
  image {
    require inner: covered by distro
  }
}
at firmware sees file enforce { outer, codec }
at kexec sees file loads { zboot, image } enforce { outer, codec, inner }
at bare sees image enforce { inner }
`;
const UKI = `artifact uki {
  require envelope: signed by distro
  linux: one of { image }
  initrd optional
  cmdline optional { require line: covered by distro }
}
layer image { require inner: covered by distro }
`;

describe('assertions', () => {
  test.each([
    ['no uncovered byte at kexec', []],
    ['no uncovered byte at kexc', ['BP0616']],
    ['no uncovered image at kexec', []],
    ['no uncovered imgae at kexec', ['BP0103']],
    ['no uncoverd byte at kexec', ['BP0801']],
    ['some uncovered byte at kexec', ['BP0801']],
    ['no uncovered byte at kexec today', ['BP0801']],
    ['no uncovered byte', ['BP0802']],
    ['no uncovered byte at kexec { gzip }', ['BP0801']],
    ['footprint of kexec decodes only { gzip, zstd }', []],
    ['footprint of kexec decodes only { gzip, zstd, xz }', []],
    ['footprint of kexec decodes only { gzip }', ['BP0804']],
    ['footprint of kexec decodes only { gzp }', ['BP0204']],
    ['footprint of kexec decodes only', ['BP0802']],
    ['footprint of kexec decode only { gzip }', ['BP0801']],
    ['footprint of firmware decodes only { none }', []],
    ['footprint of kexec parses only { zboot, image }', []],
    ['footprint of kexec parses only { image }', ['BP0804']],
    ['footprint of kexec parses only { kernel }', ['BP0103']],
  ])('judges `assert %s`: %j', (assertion, expected) => {
    expect(codesOf(policyText(`${ZBOOT}assert ${assertion}`))).toEqual(expected);
  });

  test.each([
    ['at k sees image loads { image } enforce { inner, envelope, line }\nassert no uncovered byte at k', ['BP0803']],
    ['at k sees image loads { image } enforce { inner, envelope, line }\nassert no uncovered initrd at k', ['BP0803']],
    ['at k sees image loads { image } enforce { inner, envelope, line }\nassert no uncovered image at k', []],
    ['at k sees image loads { image } enforce { inner, envelope, line }\nassert no uncovered cmdline at k', []],
    ['at k sees file loads { uki, image } enforce { inner, envelope, line }\nassert no uncovered byte at k', []],
    [
      'at k sees file enforce nothing\nat l sees file enforce { envelope, inner, line }\nassert no uncovered initrd at k',
      ['BP0803'],
    ],
  ])('judges of the policy itself: %s', (statements, expected) => {
    expect(codesOf(policyText(UKI + statements))).toEqual(expected);
  });

  test('about files go into the plan, those about the policy do not', () => {
    const asserted = 'assert no uncovered image at kexec\nassert footprint of kexec decodes only { gzip, zstd }';
    expect(planOf(policyText(ZBOOT + asserted)).assertions).toMatchObject([
      { kind: 'uncovered', layer: 'image', view: 'kexec', place: { line: 14, column: 1 } },
    ]);
  });

  test('is a reserved name', () => {
    expect(codesOf(policyText('artifact image { require assert: signed by distro }'))).toContain('BP0112');
    expect(codesOf(policyText('artifact image { require asserted: signed by distro }'))).toEqual([]);
    expect(codesOf(policyText(`${ZBOOT}waive assert until 2099-01-01 because "x"`))).toEqual(['BP0110']);
  });

  test('can be the reason that a test expects', () => {
    const given = 'test "t" { given zboot\nexpect reject at kexec because assert }';
    expect(codesOf(policyText(ZBOOT + given))).toEqual([]);
  });
});
