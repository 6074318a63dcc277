import { describe, expect, test } from 'vitest';
import { completionsAt, type InsertForm } from '../../../apps/lsp/completion.ts';
import { marked } from './marked.ts';

const HEAD = 'language 1\npolicy p\nsigners distro = file "distro.pem"\nparam signers ring\n';

describe('completion', () => {
  test.each([
    ['kinds of artifacts that have no block yet', `${HEAD}artifact image { }\nartifact <|>`, ['zboot', 'uki', 'addon']],
    ['signer sets', `${HEAD}artifact zboot {\n  require outer: signed by <|>\n}\n`, ['distro', 'ring']],
    [
      'the compressions of a zboot',
      `${HEAD}artifact zboot {\n  require c: compression in { <|> }\n}`,
      ['gzip', 'zstd'],
    ],
    ['a value for a misspelt one', `${HEAD}artifact zboot {\n  require c: compression in { gz<|>p }\n}`, ['gzip']],
    ['values that are not listed yet', `${HEAD}artifact zboot {\n  require c: compression in { gzip, <|> }\n}`, ['xz']],
    ['layers of a block', `${HEAD}artifact uki {\n  <|>\n}`, ['initrd', 'cmdline', 'require', 'otherwise']],
    [
      'requirements of an unfinished view',
      `${HEAD}artifact pe {\n  require a: nx-compat\n}\nat x sees file enforce { <|>`,
      ['a'],
    ],
    ['clauses of a view', `${HEAD}at x sees file <|>`, ['like', 'enforce', 'loads']],
    ['profiles', `${HEAD}at x sees file like <|>`, ['strict', 'edk2', 'linux', 'shim']],
    ['verdicts', `${HEAD}test "t" {\n  given image\n  expect <|>\n}`, ['accept', 'reject', 'undecided']],
    [
      'views and the reasons of an expectation',
      `${HEAD}at kexec sees file enforce nothing\ntest "t" {\n  given image\n  expect reject at <|>\n}`,
      ['kexec'],
    ],
    [
      'what a test can give',
      `${HEAD}test "t" {\n  given uki {\n    linux: zboot { <|> }\n  }\n}`,
      ['compression', 'image', 'expired'],
    ],
    ['requirements to waive', `${HEAD}artifact pe {\n  require nx: nx-compat\n}\nwaive <|>`, ['nx', 'shape']],
    [
      'conditions of a command line',
      `${HEAD}artifact uki {\n  cmdline {\n    forbid shell: <|>\n  }\n}`,
      ['contains', 'word', 'covered by'],
    ],
    [
      'what a nested program can be',
      `${HEAD}test "t" {\n  given uki signed by distro { linux: <|> }\n}`,
      ['zboot', 'pe'],
    ],
    ['what stands beside an image', `${HEAD}test "t" {\n  given image beside <|>\n}`, ['initrd']],
    [
      'what an initrd beside an image can be given',
      `${HEAD}test "t" {\n  given image signed by ring beside initrd { <|> }\n}`,
      ['scheme', 'altered', 'compression'],
    ],
    [
      'an appended signature on an initrd',
      `${HEAD}artifact initrd {\n  require rd: <|>\n}`,
      ['signed by', 'covered by'],
    ],
    ['units of a size that is given', `${HEAD}test "t" {\n  given image { size 3 <|> }\n}`, ['KiB', 'MiB', 'GiB']],
    ['components of SBAT', `${HEAD}artifact pe {\n  require s: sbat <|>\n}`, ['shim', 'systemd-stub']],
    [
      'reasons that only a report has',
      `${HEAD}test "t" {\n  given pe\n  expect reject because <|>\n}`,
      ['shape', 'assert'],
    ],
    [
      'forms of assertions',
      `${HEAD}assert <|>`,
      ['no uncovered … at …', 'footprint of … decodes only', 'footprint of … parses only'],
    ],
    ['the word that is left', `${HEAD}assert no <|>`, ['uncovered … at …']],
    ['what can be uncovered', `${HEAD}assert no uncovered <|>`, ['byte', 'initrd', 'cmdline']],
    [
      'where, in an assertion',
      `${HEAD}at kexec sees file enforce nothing\nassert no uncovered initrd at <|>`,
      ['kexec'],
    ],
    ['of what the footprint is', `${HEAD}assert footprint of <|>`, ['file']],
    ['what a footprint has', `${HEAD}assert footprint of file <|>`, ['decodes only', 'parses only']],
    ['a list of decoders', `${HEAD}assert footprint of file decodes only <|>`, ['{ none … }']],
    ['decoders', `${HEAD}assert footprint of file decodes only { gzip, <|> }`, ['zstd', 'none']],
    ['parsers', `${HEAD}assert footprint of file parses only { <|> }`, ['zboot', 'image']],
    ['constraints', `${HEAD}artifact pe {\n  require a: signed by distro { <|> }\n}`, ['digest', 'key rsa', 'count']],
  ])('offers %s', (_, source, wanted) => {
    expect(labelsOf(source)).toEqual(expect.arrayContaining(wanted));
  });

  test.each([
    ['in a comment', `${HEAD}# artifact <|>`],
    ['in a text', `${HEAD}signers x = file "<|>"`],
    ['behind a number', 'language 1<|>'],
    ['behind what cannot be read', `${HEAD}artifact zboot {\n  require c: compression == gzip <|>\n}`],
    ['where a new name is due', `${HEAD}artifact zboot {\n  require <|>: nx-compat\n}`],
  ])('offers nothing %s', (_, source) => {
    expect(labelsOf(source)).toEqual([]);
  });

  test('offers only what the layer has', () => {
    const inCmdline = labelsOf(`${HEAD}artifact uki {\n  cmdline {\n    forbid shell: <|>\n  }\n}`);
    expect(inCmdline).not.toContain('compression');
    expect(inCmdline).not.toContain('signed by');
    expect(labelsOf(`${HEAD}artifact zboot {\n  require c: <|>\n}`)).toContain('compression');
  });

  test('offers in an assertion nothing but what goes on with its words', () => {
    expect(labelsOf(`${HEAD}assert no <|>`)).toEqual(['uncovered … at …']);
    expect(labelsOf(`${HEAD}assert footprint of file decodes only { gzip, <|> }`)).not.toContain('gzip');
    expect(labelsOf(`${HEAD}assert footprint of file decodes only { <|> }`)).not.toContain('zboot');
    expect(labelsOf(`${HEAD}assert something <|>`)).toEqual([]);
    expect(labelsOf(`${HEAD}assert no uncovered byte at file <|>`)).toEqual([]);
    expect(labelsOf(`${HEAD}assert no uncovered byte at file\n<|>`)).toContain('assert');
  });

  test('offers the first lines where they are missing or stand, and nowhere else', () => {
    expect(labelsOf('<|>\npolicy p\n')).toContain('language 1');
    expect(labelsOf('<|>language 1\npolicy p\n')).toEqual(['language 1']);
    expect(labelsOf('language 1\n<|>policy p\n')).toEqual(['policy']);
    expect(labelsOf('language 1\n<|>')).toContain('policy');
    expect(labelsOf(`${HEAD}<|>`)).not.toContain('policy');
    expect(labelsOf(`${HEAD}<|>`)).not.toContain('language 1');
  });

  test('offers no clause that the view has already', () => {
    expect(labelsOf(`${HEAD}at x <|> sees file`)).not.toContain('sees');
    expect(labelsOf(`${HEAD}at x <|>`)).toContain('sees');
  });

  test('replaces the whole word around the cursor', () => {
    const { offer, replaced } = offerOf(`${HEAD}artifact zboot {\n  require c: compression in { g<|>zp }\n}`, 'gzip');
    expect(offer).toBe('gzip');
    expect(replaced).toEqual({ start: { line: 5, character: 30 }, end: { line: 5, character: 33 } });
  });

  test('offers a snippet to editors that fill one in, its text to others, and one word where the rest is there', () => {
    const source = `${HEAD}artifact zboot {\n  require outer: <|>\n}`;
    expect(offerOf(source, 'signed by', 'snippets').offer).toBe('signed by ${1|distro,ring|}');
    expect(offerOf(source, 'signed by').offer).toBe('signed by distro');
    expect(offerOf(`${HEAD}artifact zboot {\n  require outer: si<|> by ring\n}`, 'signed by').offer).toBe('signed');
  });

  test('goes on behind a line that cannot be read', () => {
    const labels = labelsOf(`${HEAD}artifact zboot {\n  requre x: == gzip\n  require c: <|>\n}`);
    expect(labels).toContain('compression');
  });
});

function labelsOf(source: string): readonly string[] {
  const { document, offset } = marked(source);
  return completionsAt(document, offset, 'plain text').map(({ label }) => label);
}

function offerOf(source: string, label: string, form: InsertForm = 'plain text') {
  const { document, offset } = marked(source);
  const item = completionsAt(document, offset, form).find((each) => each.label === label);
  const edit = item?.textEdit;
  return { offer: edit?.newText, replaced: edit && 'range' in edit ? edit.range : null };
}
