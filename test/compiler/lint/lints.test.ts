import { describe, expect, test } from 'vitest';
import type { CompileOptions } from '../../../compiler/index.ts';
import { allCodesOf, OPTIONS, policyText } from '../fixtures.ts';

const AT: CompileOptions = { ...OPTIONS, at: '2026-06-01' };
const image = (lines: string, after = ''): string => policyText(`artifact image {\n${lines}\n}\n${after}`);
/** The policies here are small: that they leave their signers unused is beside the point. */
const lintsOf = (text: string): readonly string[] => allCodesOf(text, AT).filter((code) => code !== 'BP0502');

describe('branches and requirements that decide nothing', () => {
  const implied: readonly (readonly [strict: string, loose: string])[] = [
    ['signed by distro { digest in { sha256 } }', 'signed by distro { digest in { sha256, sha384 } }'],
    ['signed by distro', 'allowed by distro'],
    ['signed by distro { count >= 2 }', 'signed by distro'],
    ['signed by distro { timestamped, valid now }', 'signed by distro { valid now }'],
    ['signed by distro { key rsa >= 3072 }', 'signed by distro { key rsa >= 2048, key ec >= 256 }'],
    ['arch in { arm64 }', 'arch in { arm64, riscv64 }'],
    ['size <= 1 MiB', 'size <= 2 MiB'],
    ['image-size >= 2 MiB', 'image-size >= 1 MiB'],
    ['all of { nx-compat, arch in { arm64 } }', 'nx-compat'],
    ['nx-compat', 'any of { nx-compat, arch in { arm64 } }'],
    ['none of { nx-compat, writable-code }', 'none of { writable-code }'],
  ];

  test.each(implied)('finds that `%s` asks for at least as much as `%s`', (strict, loose) => {
    expect(lintsOf(image(`require strict: ${strict}\nrequire loose: ${loose}`))).toEqual(['BP0512']);
  });

  const unrelated: readonly (readonly [left: string, right: string])[] = [
    ['signed by distro { digest in { sha256 } }', 'signed by distro { key rsa >= 2048 }'],
    ['signed by distro', 'covered by distro'],
    ['signed by distro { scheme appended }', 'signed by distro'],
    ['signed by distro { valid now }', 'signed by distro { valid at signing }'],
    ['arch in { arm64, riscv32 }', 'arch in { arm64, riscv64 }'],
    ['size <= 1 MiB', 'size >= 1'],
    ['sbat linux >= 2', 'sbat shim >= 1'],
    ['any of { nx-compat, arch in { arm64 } }', 'writable-code'],
    ['none of { nx-compat }', 'nx-compat'],
  ];

  test.each(unrelated)('says nothing of `%s` beside `%s`', (left, right) => {
    expect(lintsOf(image(`require left: ${left}\nrequire other: ${right}`))).toEqual([]);
  });

  test('of two sets, the one whose anchors the other has is the stricter one', () => {
    const sets = 'signers vendor = file "vendor.pem"\nsigners both = { distro, vendor }\n';
    const stated = 'require outer: any of {\nsigned by vendor\nsigned by both\nsigned by distro { count >= 2 }\n}';
    expect(lintsOf(image(stated, sets))).toEqual(['BP0510', 'BP0510']);
    expect(lintsOf(image('require outer: any of {\nsigned by vendor\nsigned by distro\n}', sets.slice(0, 34)))).toEqual(
      [],
    );
  });

  test('keeps one of two branches that say the same', () => {
    expect(lintsOf(image('require outer: any of {\nsigned by distro\nsigned by distro\n}'))).toEqual(['BP0510']);
  });

  test.each([
    ['the other one only warns', 'require small: size <= 2 MiB\nwarn smaller: size <= 1 MiB', ''],
    ['the other one begins later', 'require small: size <= 2 MiB\nrequire smaller from 2027-01-01: size <= 1 MiB', ''],
    [
      'a view enforces it alone',
      'require a: size <= 2 MiB\nrequire b: size <= 1 MiB',
      'at x sees file enforce { a }\nat y sees file enforce { a, b }',
    ],
    [
      'the other one can be waived',
      'require a: size <= 2 MiB\nrequire b: size <= 1 MiB',
      'waive b until 2027-01-01 because "REL-1"',
    ],
    ['a forbidden thing is the narrower one', 'forbid a: arch in { arm64 }\nforbid b: arch in { riscv64 }', ''],
  ])('says nothing where %s', (_, lines, after) => {
    expect(lintsOf(image(lines, after))).toEqual([]);
  });

  test('turns round what is forbidden: the wider condition forbids more', () => {
    expect(lintsOf(image('forbid narrow: arch in { arm64 }\nforbid wide: arch in { arm64, riscv64 }'))).toEqual([
      'BP0512',
    ]);
  });
});

describe('what views leave out', () => {
  const ZBOOT =
    'artifact zboot {\nrequire codec: compression in { gzip }\nimage {\nrequire inner: signed by distro\n}\n}\n';
  const views = (text: string): readonly string[] => lintsOf(policyText(ZBOOT + text));

  test('a view may enforce what it sees, and is told of what it does not', () => {
    expect(views('at kexec sees zboot enforce { codec, inner }')).toEqual([]);
    expect(views('at kexec sees image enforce { codec, inner }')).toEqual(['BP0519']);
  });

  test('a compression that another view rules out is told to the view that must decode it', () => {
    expect(views('at firmware sees file enforce { codec, inner }\nat kexec sees file enforce { inner }')).toEqual([
      'BP0522',
    ]);
    expect(views('at firmware sees file enforce { codec }\nat kexec sees image enforce { inner }')).toEqual([]);
  });

  test('an artifact that holds what a view sees is judged, and one that does not is not', () => {
    const addon = 'artifact addon {\nrequire outer: signed by distro\n}\n';
    expect(views(`${addon}at kexec sees image enforce { inner }\nat boot sees zboot enforce { codec }`)).toContain(
      'BP0511',
    );
    expect(views(`${addon}at kexec sees file enforce { inner, codec, outer }`)).toEqual([]);
  });

  test('an initrd is covered by a requirement of its own, or by the signature around it', () => {
    const uki = (outer: string, rd: string): readonly string[] =>
      lintsOf(
        policyText(
          `artifact uki {\n${outer}\nlinux: image\ninitrd optional ${rd}\n}\nartifact image {\nrequire kernel: signed by distro\n}`,
        ),
      );
    expect(uki('', '')).toEqual(['BP0520']);
    expect(uki('require outer: signed by distro', '')).toEqual([]);
    expect(uki('', '{\nrequire rd: covered by distro\n}')).toEqual([]);
    expect(uki('', '{\nrequire rd: size <= 1 MiB\n}')).toEqual(['BP0520']);
  });

  test('`otherwise allow` is told where an enforcing view sees it, and only there', () => {
    const pe = 'artifact pe {\nrequire outer: signed by distro\notherwise allow\n}\n';
    expect(lintsOf(policyText(`${pe}at x sees file enforce { outer }`))).toEqual(['BP0521']);
    expect(lintsOf(policyText(`${pe}at x sees file enforce nothing`))).toEqual([]);
  });
});

describe('waivers, times, weakness and names', () => {
  const OUTER = 'require outer: signed by distro';
  const digest = `sha256:${'0a'.repeat(32)}`;

  test.each([
    [
      'of a requirement that only warns',
      `${OUTER}\nwarn small: size <= 1 MiB`,
      'waive small until 2027-01-01 because "x"',
      ['BP0514'],
    ],
    [
      'of files that a wider one lifts',
      OUTER,
      `waive outer until 2027-01-01 because "x"\nwaive outer until 2027-01-01 for ${digest} because "y"`,
      ['BP0514'],
    ],
    [
      'that is wider than the one before',
      OUTER,
      `waive outer until 2027-01-01 for ${digest} because "y"\nwaive outer until 2027-01-01 because "x"`,
      [],
    ],
    [
      'that ends later than the one before',
      OUTER,
      'waive outer until 2027-01-01 because "x"\nwaive outer until 2027-01-02 because "y"',
      [],
    ],
    ['of the shape', OUTER, 'waive shape until 2027-01-01 because "x"', []],
  ])('a waiver %s', (_, lines, after, codes) => {
    expect(lintsOf(image(lines, after))).toEqual(codes);
  });

  test.each([
    ['key rsa >= 2047', ['BP0515']],
    ['key rsa >= 2048', []],
    ['key ec >= 224', ['BP0515']],
    ['key ec >= 256', []],
    ['digest in { sha1 }', ['BP0515']],
    ['digest in { sha256 }', []],
  ])('`%s` is weak or not', (constraint, codes) => {
    expect(lintsOf(image(`require outer: signed by distro { ${constraint} }`))).toEqual(codes);
  });

  test('a day from which something holds is past from that day on, and only if the day is given', () => {
    const from = (day: string): string => image(`require outer from ${day}: signed by distro`);
    expect(lintsOf(from('2026-06-01'))).toEqual(['BP0523']);
    expect(lintsOf(from('2026-06-02'))).toEqual([]);
    expect(allCodesOf(from('2026-06-01'))).toEqual([]);
  });

  test.each([
    ['outer', 'otter', ['BP0525']],
    ['outer', 'oute', ['BP0525']],
    ['outer', 'couter', ['BP0525']],
    ['outer', 'inner', []],
    ['ring1', 'ring2', []],
    ['abcd', 'bcde', []],
    ['rd', 'rk', []],
  ])('names `%s` and `%s`', (one, other, codes) => {
    expect(lintsOf(image(`require ${one}: signed by distro\nrequire ${other}: size <= 1 MiB`))).toEqual(codes);
  });

  test('an expectation is not said twice, nor of a view that accepts everything', () => {
    const given = (expected: string): string =>
      image(
        OUTER,
        `at fw sees file enforce { outer }\nat kx sees file enforce nothing\ntest "t" {\ngiven image\n${expected}\n}`,
      );
    expect(lintsOf(given('expect reject at fw'))).toEqual([]);
    expect(lintsOf(given('expect reject at fw\nexpect reject at fw'))).toEqual(['BP0524']);
    expect(lintsOf(given('expect reject at fw\nexpect reject at fw because outer'))).toEqual([]);
    expect(lintsOf(given('expect accept at kx'))).toEqual(['BP0524']);
  });
});
