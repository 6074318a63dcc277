import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../../compiler/index.ts';
import { codesOf, OPTIONS, policyText } from '../fixtures.ts';

describe('signers', () => {
  it('reads each signer file once, however often it is named', () => {
    const read: string[] = [];
    const options = { ...OPTIONS, loadSigners: (path: string) => (read.push(path), OPTIONS.loadSigners(path)) };
    codesOf(
      'language 1\npolicy p\nsigners a = file "x"\nsigners b = file "x"\nsigners c = { a, b }\nartifact image { require r: signed by c }\n',
      options,
    );
    expect(read).toEqual(['x']);
  });

  it('accepts a set that is declared after its use', () => {
    expect(
      codesOf(
        'language 1\npolicy p\nartifact image { require r: signed by all-of-us }\nsigners all-of-us = { a }\nsigners a = file "x"\n',
      ),
    ).toEqual([]);
  });

  it('accepts a set with parameters among its members, and a view that names a parameter', () => {
    expect(
      codesOf(
        policyText(
          'param signers ring\nparam signers dbx\nsigners both = { distro, ring }\nartifact image { require r: signed by both }\nat f sees file revoked by dbx enforce { r }',
        ),
      ),
    ).toEqual([]);
  });

  it('finds a set of three that leads back to itself once', () => {
    expect(
      codesOf(
        'language 1\npolicy p\nsigners a = { b }\nsigners b = { c }\nsigners c = { a }\nartifact image { require r: signed by a }\n',
      ),
    ).toEqual(['BP0108']);
  });

  it('refuses a parameter that reaches `revoked` through a set', () => {
    expect(
      codesOf(
        policyText(
          'param signers ring\nsigners both = { distro, ring }\nrevoked = { both }\nartifact image { require r: signed by distro }',
        ),
      ),
    ).toEqual(['BP0111']);
  });

  it('does not warn of signers that only a test uses', () => {
    expect(
      codesOf(
        policyText(
          'signers other = file "o"\nartifact image { require r: signed by distro }\ntest "t" {\n given image signed by other\n expect reject\n}',
        ),
      ),
    ).toEqual([]);
  });
});

describe('properties', () => {
  it.each([
    ['zboot', 'compression in { xzkern }', 'did you mean `xz`?'],
    ['zboot', 'compression in { zstd22 }', 'did you mean `zstd`?'],
    ['image', 'arch in { aarch64 }', 'did you mean `arm64`?'],
    ['image', 'arch in { amr64 }', 'did you mean `arm64`?'],
  ])('suggests in `%s`: %s', (kind, condition, label) => {
    const { diagnostics } = checkPolicy(
      policyText(`artifact ${kind} {\n require r: ${condition}\n otherwise allow\n}`),
      OPTIONS,
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(['BP0204']);
    expect(diagnostics[0]?.labels[0]?.text).toBe(label);
  });

  it('says what a zboot payload can be', () => {
    const { diagnostics } = checkPolicy(
      policyText('artifact zboot {\n require r: compression in { gzp }\n image\n}'),
      OPTIONS,
    );
    expect(diagnostics[0]?.notes).toEqual(['a zboot payload can be: gzip, lz4, lzma, lzo, xz, zstd']);
  });

  it('says why bzip2 cannot be given, and proposes no neighbour of its name', () => {
    const given = (word: string) =>
      checkPolicy(
        policyText(
          `artifact initrd { require r: size <= 1 MiB }\ntest "t" { given initrd { compression ${word} } expect accept }`,
        ),
        OPTIONS,
      ).diagnostics.filter(({ severity }) => severity === 'error');
    expect(given('lzma')).toEqual([]);
    expect(given('lzm')[0]?.labels[0]?.text).toBe('did you mean `lzma`?');
    expect(given('bzip2')).toMatchObject([{ code: 'BP0204', labels: [{ text: '' }], fix: null }]);
    expect(given('bzip2')[0]?.notes[0]).toBe('bzip2 has no form that is not compressed, and tests write no other');
  });

  it('says which layers have a property', () => {
    const { diagnostics } = checkPolicy(policyText('artifact image { require r: compression in { gzip } }'), OPTIONS);
    expect(diagnostics[0]?.notes[0]).toBe('layers that have it: zboot, bzimage, initrd, compressed');
  });

  it.each([
    ['size in { x }', 'BP0203'],
    ['size "64"', 'BP0203'],
    ['size', 'BP0203'],
    ['size <= 64 MiB', null],
    ['arch <= 64', 'BP0203'],
    ['arch "arm64"', 'BP0203'],
    ['arch', 'BP0203'],
    ['arch in { arm64 }', null],
    ['nx-compat in { yes }', 'BP0203'],
    ['nx-compat', null],
    ['sha256 in { abc }', 'BP0203'],
    ['arch in { sha256:aa }', 'BP0203'],
    ['size >= 0', 'BP0217'],
    ['size >= 1', null],
    ['sbat linux >= 0', 'BP0217'],
    ['sbat linux >= 1', null],
    ['arch in { x86-64 }', 'BP0205'],
    ['arch in { arm64, x86-64 }', 'BP0507'],
    [`sha256 in { sha256:${'A'.repeat(64)} }`, 'BP0206'],
    [`sha256 in { sha256:${'a'.repeat(63)} }`, 'BP0206'],
    [`sha256 in { sha256:${'a'.repeat(64)} }`, null],
    [`sha256 in { sha265:${'a'.repeat(64)} }`, 'BP0204'],
  ])('judges `%s` of an Image: %s', (condition, code) => {
    expect(codesOf(policyText(`artifact image { require r: all of { signed by distro, ${condition} } }`))).toEqual(
      code === null ? [] : [code],
    );
  });

  it.each([
    ['word "a b"', ['BP0216']],
    ['word "a=\\"b c\\""', []],
    ['word "a"', []],
    ['is " a"', ['BP0216']],
    ['is ""', []],
    ['contains " "', []],
  ])('judges `%s` of a command line', (condition, codes) => {
    const text = policyText(
      `artifact uki {\n require r: signed by distro\n linux: one of { image }\n cmdline { forbid f: ${condition} }\n}`,
    );
    expect(codesOf(text)).toEqual(codes);
  });

  it.each<readonly [string, readonly string[]]>([
    ['contains-member "bin/sh"', []],
    ['contains-member "..."', []],
    ['contains-member ""', ['BP0216']],
    ['contains-member "/./../"', ['BP0216']],
    ['contains-member "replaced-members"', []],
    ['replaced-members', []],
    ['replaced-members "init"', ['BP0203']],
  ])('judges `%s` of an initrd', (condition, codes) => {
    const text = policyText(`artifact initrd { require c: covered by distro\n forbid f: ${condition} }`);
    expect(codesOf(text)).toEqual(codes);
  });

  it.each([
    ['size >= 2 MiB', 'size <= 1 MiB', 'no layer can meet both: `size >= 2 MiB` and `size <= 1 MiB`'],
    ['size <= 1 MiB', 'size >= 2 MiB', 'no layer can meet both: `size <= 1 MiB` and `size >= 2 MiB`'],
    ['size >= 1 MiB', 'size <= 1 MiB', null],
  ])('compares %s with %s in one `all of`', (left, right, title) => {
    const { diagnostics } = checkPolicy(
      policyText(`artifact image { require r: all of { ${left}\n all of { ${right} } } }`),
      OPTIONS,
    );
    expect(diagnostics.filter(({ severity }) => severity === 'error').map((diagnostic) => diagnostic.title)).toEqual(
      title === null ? [] : [title],
    );
  });
});

describe('constraints', () => {
  it.each([
    ['key rsa >= 1023', ['BP0211']],
    ['key rsa >= 1024', []],
    ['key rsa >= 16384', []],
    ['key rsa >= 16385', ['BP0211']],
    ['key ec >= 191', ['BP0211']],
    ['key ec >= 521', []],
    ['key ec >= 522', ['BP0211']],
    ['key dsa >= 2048', ['BP0204']],
    ['count >= 1', []],
    ['digest in { sha3 }', ['BP0204']],
    ['digest in { sha256 } digest in { sha384 }', ['BP0214']],
    ['key rsa >= 2048  key ec >= 256', []],
    ['scheme pcr', ['BP0407', 'BP0407']],
    ['scheme authentycode', ['BP0204']],
    ['valid now timestamped', []],
  ])('judges { %s }', (constraint, codes) => {
    expect(codesOf(policyText(`artifact image { require r: signed by distro { ${constraint} } }`))).toEqual(codes);
  });

  it.each([
    ['uki', 'signed by tpm { scheme pcr }', []],
    ['uki', 'signed by tpm { scheme pcr  key rsa >= 2048  digest in { sha256 }  count >= 2 }', []],
    ['uki', 'signed by both { scheme pcr }', []],
    ['uki', 'signed by ring { scheme pcr }', []],
    ['uki', 'signed by distro { scheme pcr }', ['BP0407']],
    ['uki', 'signed by tpm { scheme pcr  valid now }', ['BP0407']],
    ['uki', 'signed by tpm { scheme pcr  timestamped }', ['BP0407']],
    ['pe', 'signed by tpm { scheme pcr }', ['BP0407']],
    ['uki', 'signed by tpm', ['BP0409']],
    ['uki', 'allowed by tpm', ['BP0409']],
    ['uki', 'covered by tpm', ['BP0409']],
    ['uki', 'signed by tpm { scheme appended }', ['BP0409']],
    ['uki', 'signed by both', []],
  ])('knows what bare keys sign: of a %s, `%s`', (kind, condition, codes) => {
    const text = `signers tpm = file "tpm.pub.pem"
signers both = { distro, tpm }
param signers ring
artifact ${kind} {
  require r: ${condition}
  otherwise allow
}
artifact addon { require o: any of { signed by both  signed by ring  signed by distro }  otherwise allow }`;
    expect(codesOf(policyText(text))).toEqual(codes);
  });
});

describe('blocks', () => {
  it('allows one name in two artifacts', () => {
    expect(
      codesOf(
        policyText('artifact image { require r: signed by distro }\nartifact pe { require r: signed by distro }'),
      ),
    ).toEqual([]);
  });

  it('refuses one name on a layer and on a layer inside it', () => {
    expect(
      codesOf(policyText('artifact zboot {\n require r: signed by distro\n image { require r: signed by distro }\n}')),
    ).toEqual(['BP0105']);
  });

  it('finds a block that contains itself through others, once', () => {
    const text = policyText(
      'artifact uki {\n require r: signed by distro\n linux\n}\nlayer linux { uki optional\n pe optional }',
    );
    expect(codesOf(text)).toEqual(['BP0309']);
  });

  it('allows a kind inside itself where an inline block ends it', () => {
    expect(
      codesOf(
        policyText('artifact uki {\n require r: signed by distro\n linux { uki { linux: one of { image } } }\n}'),
      ),
    ).toEqual([]);
  });

  it('does not warn of layers that are declared only to be present or absent', () => {
    const text = policyText(
      'artifact uki {\n require r: signed by distro\n linux: one of { image }\n osrel, uname, sbat\n splash optional\n cmdline absent\n}',
    );
    expect(codesOf(text)).toEqual([]);
  });

  it('does not warn of a block whose nested layers have requirements', () => {
    expect(
      codesOf(policyText('artifact uki { linux: one of { image } }\nlayer image { require r: signed by distro }')),
    ).toEqual([]);
  });

  it('does not warn of contents that the block leaves to `otherwise allow`', () => {
    expect(codesOf(policyText('artifact zboot {\n require r: signed by distro\n otherwise allow\n}'))).toEqual([]);
    expect(codesOf(policyText('artifact zboot {\n require r: signed by distro\n otherwise reject\n}'))).toEqual([
      'BP0509',
    ]);
  });

  it('warns of a UKI section that is declared without its program', () => {
    expect(codesOf(policyText('artifact uki {\n require r: signed by distro\n linux\n}'))).toEqual(['BP0509']);
  });
});

describe('views', () => {
  const base = policyText(
    'artifact uki {\n require r: signed by distro\n linux: one of { image }\n initrd optional { require rd: covered by distro }\n}',
  );

  it.each([
    ['at k sees image enforce { r, rd }', []],
    ['at k sees cpio enforce { r, rd }', []],
    ['at k sees vmlinux enforce { r, rd }', ['BP0402']],
    ['at k sees { vmlinux, image } enforce { r, rd }', ['BP0506']],
    ['at k sees image trimmed loads { image } enforce { r, rd }', []],
    ['at k sees image beside initrd enforce { r, rd }', []],
    ['at k sees image beside cmdline enforce { r, rd }', ['BP0204']],
    ['at k sees image beside initramfs enforce { r, rd }', ['BP0204']],
    ['at k sees image beside enforce { r, rd }', ['BP0072']],
    ['at k sees image beside initrd beside initrd enforce { r, rd }', ['BP0071']],
    ['at k sees image enforce { r, rd }\ntest "t" {\ngiven image beside initrd\nexpect reject\n}', []],
    ['at k sees image enforce { r, rd }\ntest "t" {\ngiven image beside zboot\nexpect reject\n}', ['BP0204']],
    ['at k sees image enforce { r, rd }\ntest "t" {\ngiven image beside\nexpect reject\n}', ['BP0045']],
    ['at k sees file like stirct enforce { r, rd }', ['BP0204']],
    ['at k sees file like shim enforce { r, rd }', []],
    ['at k sees file like edk2 enforce { r, rd }', []],
    ['at k sees file like linux enforce { r, rd }', []],
    ['at k sees file enforce { r, r, rd }', ['BP0504']],
    ['at k sees file enforce { shape, r, rd }', ['BP0112']],
    ['at k sees file enforce nothing', []],
    ['at k sees file enforce nothing\nat f sees file enforce { r }', ['BP0501']],
    ['at k sees file revoked by nobody enforce { r, rd }', ['BP0101']],
  ])('judges `%s`', (view, codes) => {
    expect(codesOf(`${base}${view}\n`)).toEqual(codes);
  });
});

describe('waivers', () => {
  const base = policyText('artifact image { require r: signed by distro }');
  const at = (day: string) => ({ ...OPTIONS, at: day });

  it('are in force on their last day and not after', () => {
    const text = `${base}waive r until 2027-03-31 because "x"\n`;
    expect(codesOf(text, at('2027-03-31'))).toEqual([]);
    expect(codesOf(text, at('2027-04-01'))).toEqual(['BP0505']);
    expect(codesOf(text)).toEqual([]);
  });

  it('can lift the reserved requirement `shape`', () => {
    expect(codesOf(`${base}waive shape until 2027-03-31 because "x"\n`)).toEqual([]);
  });

  it.each([
    ['2028-02-29', []],
    ['2027-02-29', ['BP0207']],
    ['2100-02-29', ['BP0207']],
    ['2000-02-29', []],
    ['2027-00-10', ['BP0207']],
    ['2027-13-10', ['BP0207']],
    ['2027-04-31', ['BP0207']],
  ])('know the calendar: %s', (day, codes) => {
    expect(codesOf(`${base}waive r until ${day} because "x"\n`)).toEqual(codes);
  });

  it('take digests of SHA-256 only', () => {
    expect(codesOf(`${base}waive r until 2027-03-31 for sha512:${'a'.repeat(128)} because "x"\n`)).toEqual(['BP0218']);
    expect(codesOf(`${base}waive r until 2027-03-31 for sha256:${'a'.repeat(64)} because "x"\n`)).toEqual([]);
  });
});

describe('several faults', () => {
  it('gives three errors for three slips, one of syntax and two of meaning', () => {
    const text = policyText(
      'artifact zboot {\n requre outer: signed by distro\n require codec: compression in { gzp }\n require machine: archh in { arm64 }\n image\n}',
    );
    expect(codesOf(text)).toEqual(['BP0043', 'BP0204', 'BP0201']);
  });

  it('gives errors in the order of the text', () => {
    const text = policyText(
      'at f sees file enforce { nothere }\nartifact image {\n require r: signed by nobody\n require machine: arch in { arm }\n}',
    );
    expect(codesOf(text)).toEqual(['BP0102', 'BP0101', 'BP0205']);
  });

  it('gives no plan with an error, and one with a warning', () => {
    expect(checkPolicy(policyText('artifact image { require r: signed by nobody }'), OPTIONS).plan).toBeNull();
    expect(checkPolicy(policyText('artifact zboot { require r: signed by distro }'), OPTIONS).plan).not.toBeNull();
  });

  it.each(['', '\n', '}', 'language', '"', 'language 1', '\u0000', '{'.repeat(5000), 'artifact '.repeat(1000)])(
    'never throws for a text that is none: %j',
    (text) => {
      expect(checkPolicy(text, OPTIONS).plan).toBeNull();
      expect(checkPolicy(text, OPTIONS).diagnostics.length).toBeGreaterThan(0);
    },
  );
});

describe('the bound on the cost', () => {
  it('counts requirements and layers at every place where they apply', () => {
    const text = policyText(
      'artifact uki {\n require r: signed by distro\n linux: one of { zboot, image }\n}\nartifact zboot {\n require z: signed by distro\n image\n}',
    );
    expect(checkPolicy(text, OPTIONS).cost).toMatchObject({ requirements: 3, layers: 7, views: 1 });
  });
});
