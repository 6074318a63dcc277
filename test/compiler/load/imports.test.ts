import { describe, expect, test } from 'vitest';
import { renderDiagnostics } from '../../../compiler/index.ts';
import { policyText } from '../fixtures.ts';
import { checkWith, importOf, type PolicyFiles, sha256Of } from '../import-case.ts';

const OWN = 'artifact image { require outer: signed by distro }';
const BASE = 'language 1\npolicy base\nartifact image { require small: size <= 64 MiB }\n';

function codes(text: string, files: PolicyFiles): readonly string[] {
  return checkWith(text, files).diagnostics.map(({ code }) => code);
}

describe('reading imports', () => {
  test('adds the requirements of a file whose digest is stated', () => {
    const files = { 'base.bootpol': BASE };
    const { plan, diagnostics } = checkWith(policyText(`${OWN}\n${importOf('base.bootpol', files)}`), files);
    expect(diagnostics).toEqual([]);
    expect(plan?.artifacts[0]?.requirements.map(({ name, origin, place }) => [name, origin, place.file])).toEqual([
      ['outer', 'own', 'distro.bootpol'],
      ['small', 'imported', 'base.bootpol'],
    ]);
  });

  test('resolves paths against the file that states them, signer files too', () => {
    const inner = 'language 1\npolicy c\nsigners c = file "keys/c.pem"\nartifact image { require c: signed by c }\n';
    const files = {
      'common/c.bootpol': inner,
      'b/b.bootpol': `language 1\npolicy b\nimport "../common/c.bootpol" sha256:${sha256Of(inner)}\n`,
    };
    const { plan, imports } = checkWith(policyText(`${OWN}\n${importOf('b/b.bootpol', files)}`), files);
    expect(imports.map(({ path, source }) => [path, source.name])).toEqual([
      ['common/c.bootpol', 'common/c.bootpol'],
      ['b/b.bootpol', 'b/b.bootpol'],
    ]);
    expect(plan?.signers.find(({ name }) => name === 'c')?.anchors).toMatchObject([
      { subject: 'CN=common/keys/c.pem' },
    ]);
  });

  test('takes a file that is reached by two ways once', () => {
    const shared = 'language 1\npolicy shared\nsigners vendor = file "vendor.pem"\n';
    const through = (name: string): string =>
      `language 1\npolicy ${name}\nimport "shared.bootpol" sha256:${sha256Of(shared)}\nartifact image { require ${name}: signed by vendor }\n`;
    const files = { 'shared.bootpol': shared, 'left.bootpol': through('left'), 'right.bootpol': through('right') };
    const text = policyText(`${OWN}\n${importOf('left.bootpol', files)}\n${importOf('right.bootpol', files)}`);
    const { plan, imports, diagnostics } = checkWith(text, files);
    expect(diagnostics).toEqual([]);
    expect(imports.map(({ path }) => path)).toEqual(['shared.bootpol', 'left.bootpol', 'right.bootpol']);
    expect(plan?.artifacts[0]?.requirements.map(({ name }) => name)).toEqual(['outer', 'left', 'right']);
  });

  test('parses nothing of a file with another digest, and names both', () => {
    const secret = 'root:x:0:0: not a policy';
    const stated = 'a'.repeat(64);
    const { diagnostics, source } = checkWith(policyText(`${OWN}\nimport "x" sha256:${stated}`), { x: secret });
    expect(diagnostics.map(({ code }) => code)).toEqual(['BP0703']);
    const shown = renderDiagnostics(diagnostics, source).replace(/\n\s+/g, '');
    expect(shown).toContain(stated);
    expect(shown).toContain(sha256Of(secret));
    expect(shown).not.toContain('root');
  });

  test('offers the digest of an import that states none as a fix', () => {
    const files = { 'base.bootpol': BASE };
    const text = policyText(`${OWN}\nimport "base.bootpol"`);
    const [missing] = checkWith(text, files).diagnostics;
    expect(missing?.code).toBe('BP0702');
    const { span, replacement } = missing?.fix ?? { span: { start: 0, end: 0 }, replacement: '' };
    const repaired = text.slice(0, span.start) + replacement + text.slice(span.end);
    expect(codes(repaired, files)).toEqual([]);
  });

  test.each([
    [`sha256:${'A'.repeat(64)}`, 'BP0206'],
    [`sha256:${'a'.repeat(63)}`, 'BP0206'],
    [`sha384:${'a'.repeat(96)}`, 'BP0218'],
    [`sha256:${sha256Of(BASE)}`, null],
  ])('judges the digest `%s`: %s', (digest, code) => {
    const found = codes(policyText(`${OWN}\nimport "base.bootpol" ${digest}`), { 'base.bootpol': BASE });
    expect(found).toEqual(code === null ? [] : [code]);
  });

  test('says nothing of names that a file could declare which is not there', () => {
    const view = 'at firmware sees file enforce { outer, small }';
    const lost = policyText(`${OWN}\nimport "base.bootpol" sha256:${'a'.repeat(64)}\n${view}`);
    expect(codes(lost, {})).toEqual(['BP0701']);
    expect(codes(policyText(`${OWN}\n${view}`), {})).toEqual(['BP0102']);
  });

  test.each([
    [16, []],
    [17, ['BP0706']],
  ])('follows imports 16 levels deep and no deeper: %i', (levels, expected) => {
    const files: Record<string, string> = { '0': 'language 1\npolicy p0\n' };
    for (let level = 1; level < levels; level += 1) {
      files[String(level)] = `language 1\npolicy p\n${importOf(String(level - 1), files)}\n`;
    }
    expect(codes(policyText(`${OWN}\n${importOf(String(levels - 1), files)}`), files)).toEqual(expected);
  });

  test.each([
    [64, []],
    [65, ['BP0706']],
  ])('reads 64 files and no more: %i', (count, expected) => {
    const files = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`f${index}`, `language 1\npolicy p${index}\n`] as const),
    );
    const imports = Object.keys(files).map((path) => importOf(path, files));
    expect(codes(policyText(`${OWN}\n${imports.join('\n')}`), files)).toEqual(expected);
  });
});

describe('faults of an imported file', () => {
  test('of its syntax are shown in that file, behind the import', () => {
    const files = { 'base.bootpol': 'language 1\npolicy base\nartifact image {\n  require small size <= 64 MiB\n}\n' };
    const { diagnostics, source, plan } = checkWith(policyText(`${OWN}\n${importOf('base.bootpol', files)}`), files);
    expect(plan).toBeNull();
    expect(renderDiagnostics(diagnostics, source)).toBe(
      [
        'error[BP0024]: in `base.bootpol`: `:` is missing after `small`',
        '  ┌─ distro.bootpol:5:8',
        '5 │ import "base.bootpol" sha256:fd9334763f9b3a8482a1080da8d26e25c2aa78204b61ed…',
        '  │        ^^^^^^^^^^^^^^ imported here',
        '  ┌─ base.bootpol:4:17',
        '4 │   require small size <= 64 MiB',
        '  │                 ^^^^ `:` is due before this',
        '  = help: a colon stands between the name of a requirement and its condition',
        '',
      ].join('\n'),
    );
  });

  test('of meaning too; its warnings are those of whoever checks it alone', () => {
    const wrong = { 'base.bootpol': BASE.replace('size', 'siez') };
    expect(codes(policyText(`${OWN}\n${importOf('base.bootpol', wrong)}`), wrong)).toEqual(['BP0201']);
    const unused = { 'base.bootpol': `${BASE}signers nobody = file "x.pem"\n` };
    expect(codes(policyText(`${OWN}\n${importOf('base.bootpol', unused)}`), unused)).toEqual([]);
  });

  test('are placed at the import of the policy itself, however deep the file lies', () => {
    const inner = 'language 2\npolicy c\n';
    const files = { c: inner, b: `language 1\npolicy b\nimport "c" sha256:${sha256Of(inner)}\n` };
    const text = policyText(`${OWN}\n${importOf('b', files)}`);
    const [fault] = checkWith(text, files).diagnostics;
    expect(fault?.code).toBe('BP0302');
    expect(fault?.labels.map(({ span, source }) => (source?.text ?? text).slice(span.start, span.end))).toEqual([
      '"b"',
      'language 2',
    ]);
  });

  test('need no artifact: a file of signers alone can be imported', () => {
    const files = { 'keys.bootpol': 'language 1\npolicy keys\nsigners vendor = file "vendor.pem"\n' };
    const text = policyText(`artifact image { require outer: any of { signed by distro, signed by vendor } }
${importOf('keys.bootpol', files)}`);
    expect(codes(text, files)).toEqual([]);
    expect(codes(files['keys.bootpol'], {})).toContain('BP0304');
  });
});
