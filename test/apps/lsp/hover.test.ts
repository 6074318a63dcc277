import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newSigner } from '../../../forge/x509.ts';
import { hoverAt } from '../../../apps/lsp/hover.ts';
import { signerFileMarkdown } from '../../../apps/lsp/hover-signers.ts';
import { withoutMarkdown } from '../../../apps/lsp/markdown.ts';
import type { SignerFileAnswer } from '../../../apps/lsp/policy-document.ts';
import { rangeOf } from '../../../apps/lsp/place.ts';
import { marked } from './marked.ts';

const HEAD = 'language 1\npolicy p\nsigners distro = file "distro.pem"\n';
const VIEWS = 'at firmware sees file like edk2 enforce { outer }\nat kexec sees image like linux enforce { outer }\n';

describe('hover', () => {
  test.each([
    ['a kind of layer', `${HEAD}artifact zb<|>oot { }`, ['an EFI zboot image', 'zboot-header.S', '`image`']],
    [
      'a property, with its type',
      `${HEAD}artifact pe {\n  require a: si<|>ze <= 1 MiB\n}`,
      ['size in bytes', 'size <= 64 MiB'],
    ],
    [
      'the words of a property',
      `${HEAD}artifact zboot {\n  require a: compre<|>ssion in { gzip }\n}`,
      ['`zstd`', '`bzip2`'],
    ],
    ['a value', `${HEAD}artifact zboot {\n  require a: compression in { gz<|>ip }\n}`, ['a value of `compression`']],
    ['a profile', `${HEAD}at x sees file like ed<|>k2 enforce nothing`, ['EDK2 2026.08']],
    ['a verdict', `${HEAD}test "t" {\n  given pe\n  expect unde<|>cided\n}`, ['counts as refused']],
    ['a keyword', `${HEAD}artifact pe {\n  for<|>bid a: writable-code\n}`, ['_false_']],
    ['what a test can give', `${HEAD}test "t" {\n  given pe { alte<|>red }\n}`, ['changed after signing']],
    ['a parameter', 'param signers ri<|>ng\n', ['--bind ring=FILE']],
    ['a union', 'signers a = { b }\nsigners b = file "b"\nrevoked = { <|>a }\n', ['union of `b`']],
    [
      'a requirement, by its text and its views',
      `${HEAD}artifact pe {\n  require outer: nx-compat\n}\n${VIEWS.replace('enforce { outer', 'enforce { out<|>er')}`,
      ['require outer: nx-compat', 'Enforced at `firmware`, `kexec`'],
    ],
    [
      'a requirement that no view enforces',
      `${HEAD}artifact pe {\n  require ou<|>ter: nx-compat\n}\nat x sees file enforce nothing`,
      ['No view enforces it'],
    ],
    [
      'a view',
      `${HEAD}at x sees file enforce nothing\ntest "t" {\n  given pe\n  expect accept at <|>x\n}`,
      ['at x sees file enforce nothing'],
    ],
  ])('shows %s', (_, source, wanted) => {
    const text = hoverOf(source);
    for (const each of wanted) expect(text).toContain(each);
  });

  test('shows what `signed by` expands to in each view, by its profile', () => {
    const text = hoverOf(`${HEAD}artifact pe {\n  require outer: sig<|>ned by distro { count >= 2 }\n}\n${VIEWS}`);
    expect(text).toContain('At `firmware`, like `edk2`:');
    expect(text).toContain('digest in { sha1, sha256, sha384, sha512 } # what edk2 takes');
    expect(text).toContain('At `kexec`, like `linux`:');
    expect(text).toContain('a signing time outside the validity of the signer is refused');
    expect(text.match(/count >= 2\n/g)).toHaveLength(2);
  });

  test('says so where nothing enforces the signature, and takes the view that a policy without views has', () => {
    const block = 'artifact pe {\n  require outer: signed <|>by distro\n}\n';
    expect(hoverOf(`${HEAD}${block}at x sees file enforce nothing`)).toContain('No view enforces `outer`');
    expect(hoverOf(`${HEAD}${block}`)).toContain('At `file`, like `strict`:');
  });

  test('shows the facts of the certificates in a signer file', () => {
    const signer = newSigner({ subject: 'Distro *CA*', key: 'p256' });
    const bytes = new TextEncoder().encode(signer.certificatePem);
    const { document, offset, spans } = marked('signers a = file <|"keys/di<|>stro.pem"|>\n', () => bytes);
    const shown = hoverAt(document, offset);
    const text = JSON.stringify(shown?.contents);
    const der = Buffer.from(signer.certificatePem.replace(/-----.*?-----|\s/g, ''), 'base64');
    const digest = createHash('sha256').update(der).digest('hex');
    expect(text).toContain('Distro \\\\*CA\\\\*');
    expect(text).toContain('issuer itself');
    expect(text).toMatch(/valid \d{4}-\d{2}-\d{2} to \d{4}-\d{2}-\d{2}/);
    expect(text).toContain('key ec 256');
    expect(text).toContain(`SHA-256 \`${digest}\``);
    expect(shown?.range).toEqual(rangeOf(document.reading.source, spans[0] ?? { start: 0, end: 0 }));
  });

  test.each([
    ['is missing', { missing: 'no such file' }, 'cannot be read: no such file'],
    ['is malformed', { ok: false, code: 'anchor-pem', text: 'not PEM', offsetBytes: 7 }, 'not PEM (byte 7)'],
    [
      'holds digests',
      { ok: true, format: 'esl', anchors: [{ kind: 'image-digest', algorithm: 'sha256', hex: 'ab' }] },
      'sha256:ab',
    ],
  ] satisfies readonly (readonly [string, SignerFileAnswer, string])[])(
    'says that a signer file %s',
    (_, answer, wanted) => {
      expect(signerFileMarkdown('x', answer)).toContain(wanted);
    },
  );

  test('is shown without marks where an editor has none, and says the same', () => {
    const shown = hoverOf(`${HEAD}artifact pe {\n  require out<|>er: any of { nx-compat }\n}\n${VIEWS}`);
    expect(withoutMarkdown({ kind: 'markdown', value: shown })).toEqual({
      kind: 'plaintext',
      value: 'require outer: any of { nx-compat }\n\nEnforced at firmware, kexec.',
    });
    const marks = '**a_b**: _false_, `x*y` \\*z\\* sha256_of_it';
    expect(withoutMarkdown({ kind: 'markdown', value: marks }).value).toBe('a_b: false, x*y *z* sha256_of_it');
  });

  test('shows nothing in white space and of unknown names', () => {
    for (const source of [
      '<|>\n',
      `${HEAD}artifact pe {\n  require a: signed by nob<|>ody\n}`,
      `${HEAD}# com<|>ment`,
    ]) {
      const { document, offset } = marked(source);
      expect(hoverAt(document, offset)).toBeNull();
    }
  });
});

function hoverOf(source: string): string {
  const { document, offset } = marked(source);
  const contents = hoverAt(document, offset)?.contents;
  return contents !== undefined && typeof contents === 'object' && 'value' in contents ? contents.value : '';
}
