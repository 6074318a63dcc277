import { describe, expect, test } from 'vitest';
import { policyPaths } from '../../../compiler/index.ts';
import { completionsAt } from '../../../apps/lsp/completion.ts';
import { rangeOf } from '../../../apps/lsp/place.ts';
import { definitionsAt, highlightsAt, referencesAt } from '../../../apps/lsp/references.ts';
import { prepareRename, renameAt } from '../../../apps/lsp/rename.ts';
import { applied } from './applied.ts';
import { type Marked, marked } from './marked.ts';

const REQUIREMENT = `language 1
policy p
signers distro = file "distro.pem"
artifact zboot {
  require <|ou<|>ter|>: signed by distro
}
artifact image {
  require <|outer|>: signed by distro
  require other: size <= 1 MiB
}
at firmware sees file enforce { <|outer|>, other }
waive <|outer|> until 2030-01-01 because "outer"
test "outer" {
  given zboot signed by distro
  expect reject at firmware because <|outer|>
}
`;

const SIGNERS = `language 1
policy p
signers <|dis<|>tro|> = file "distro"
signers all = { <|distro|> }
artifact zboot {
  require distro: any of {
    signed by <|distro|> { count >= 1 }
    covered by <|distro|>
  }
}
at distro sees file revoked by <|distro|> enforce { distro }
test "distro" {
  given zboot signed by <|distro|> { revoked <|distro|> }
  expect reject at distro because distro
}
`;

const VIEW = `language 1
policy p
artifact pe {
  require at: nx-compat
}
at <|f<|>w|> sees file enforce { at }
test "t" {
  given pe
  expect reject at <|fw|> because at
}
assert no uncovered byte at <|fw|>
assert footprint of <|fw|> parses only { pe }
`;

describe('references and rename', () => {
  test.each([
    ['a requirement: its statements, views, waivers and tests', REQUIREMENT],
    ['a signer set, and no requirement, view or text of the same name', SIGNERS],
    ['a view, in tests and assertions', VIEW],
  ])('finds every place of %s', (_, source) => {
    const all = marked(source);
    const found = referencesAt(all.document, all.offset, 'with declarations');
    expect(found.map(({ range }) => range)).toEqual(rangesOf(all));
    expect(highlightsAt(all.document, all.offset)).toHaveLength(all.spans.length);
  });

  test.each([
    ['requirement', REQUIREMENT],
    ['signer set', SIGNERS],
    ['view', VIEW],
  ])('renames a %s everywhere, and nothing else', (_, source) => {
    const { document, offset, text, spans } = marked(source);
    const renaming = renameAt(document, { offset, newName: 'new-name' }, policyPaths());
    if (!renaming.ok) throw new Error(renaming.text);
    let expected = '';
    let from = 0;
    for (const { start, end } of spans) {
      expected += `${text.slice(from, start)}new-name`;
      from = end;
    }
    expect(applied(document, renaming.edits)).toBe(expected + text.slice(from));
  });

  test.each([
    ['a number', '7up', 'is not a name'],
    ['two words', 'a b', 'is not a name'],
    ['nothing', '', 'is not a name'],
    ['letters that names do not have', 'größe', 'is not a name'],
    ['a requirement that there is', 'other', 'there is already a requirement `other`'],
    ['a reserved name', 'shape', '`shape` is reserved'],
    ['the word of an empty view', 'nothing', '`nothing` is reserved'],
  ])('refuses to rename to %s', (_, newName, text) => {
    const { document, offset } = marked(REQUIREMENT);
    const renaming = renameAt(document, { offset, newName }, policyPaths());
    expect(renaming).toMatchObject({ ok: false });
    expect(renaming.ok ? '' : renaming.text).toContain(text);
  });

  test('takes a keyword as a name where it is read as one, and refuses it where it is not', () => {
    const { document, offset } = marked(REQUIREMENT);
    expect(renameAt(document, { offset, newName: 'digest' }, policyPaths())).toMatchObject({ ok: true });
    const view = marked('language 1\npolicy p\nat <|>x sees file enforce nothing\n');
    expect(renameAt(view.document, { offset: view.offset, newName: 'sees' }, policyPaths()).ok).toBe(true);
    const lonely = marked('language 1\npolicy p\nat <|>x\nsees file enforce nothing\n');
    const renamed = renameAt(lonely.document, { offset: lonely.offset, newName: 'trimmed' }, policyPaths());
    expect(renamed.ok).toBe(true);
  });

  test('refuses the name of the signer that no set trusts', () => {
    const { document, offset } = marked(SIGNERS);
    expect(renameAt(document, { offset, newName: 'stranger' }, policyPaths())).toMatchObject({ ok: false });
  });

  test.each([
    ['a keyword', 'langu<|>age 1\n', 'no name stands here'],
    ['a kind of layer', 'language 1\npolicy p\nartifact zb<|>oot { }\n', 'is a word of the language'],
    ['a property', 'artifact zboot {\n  require c: compres<|>sion in { gzip }\n}\n', 'is a word of the language'],
    ['a name without declaration', 'artifact zboot {\n  require c: signed by no<|>body\n}\n', 'is not declared'],
    ['`shape`', 'waive sha<|>pe until 2030-01-01 because "x"\n', 'is reserved'],
  ])('renames no %s', (_, source, text) => {
    const { document, offset } = marked(source);
    const target = prepareRename(document, offset);
    expect(target.ok ? '' : target.text).toContain(text);
  });
});

describe('definitions', () => {
  test.each([
    ['a signer set', 'signers <|distro|> = file "a"\nartifact pe {\n  require a: signed by dis<|>tro\n}\n'],
    [
      'a requirement, in every block',
      'artifact pe {\n  require <|a|>: nx-compat\n}\nartifact uki {\n  require <|a|>: nx-compat\n}\nat x sees file enforce { <|>a }\n',
    ],
    ['a view', 'at <|x|> sees file enforce nothing\ntest "t" {\n  given pe\n  expect accept at <|>x\n}\n'],
    [
      'the block of a nested kind',
      'artifact <|zboot|> {\n  size\n}\nartifact uki {\n  linux: one of { zb<|>oot }\n}\n',
    ],
  ])('leads to %s', (_, source) => {
    const all = marked(source);
    expect(definitionsAt(all.document, all.offset).map(({ range }) => range)).toEqual(rangesOf(all));
  });

  test('leads into an imported policy, and from there into what that imports', () => {
    const files: Readonly<Record<string, string>> = {
      'base/a.bootpol': 'language 1\npolicy a\nimport "b.bootpol"\n',
      'base/b.bootpol': 'language 1\npolicy b\nsigners ours = file "x"\n',
    };
    const source = 'import "base/a.bootpol"\nartifact pe {\n  require a: signed by ou<|>rs\n}\n';
    const { document, offset } = marked(source, (path) =>
      files[path] === undefined ? { missing: 'no such file' } : new TextEncoder().encode(files[path]),
    );
    expect(definitionsAt(document, offset)).toEqual([
      {
        uri: 'file:///policies/base/b.bootpol',
        range: { start: { line: 2, character: 8 }, end: { line: 2, character: 12 } },
      },
    ]);
    expect(completionsAt(document, offset, 'plain text').map(({ label }) => label)).toContain('ours');
  });

  test('leads to a signer file beside the policy', () => {
    const { document, offset } = marked('signers a = file "keys/o<|>urs 1.pem"\n');
    expect(definitionsAt(document, offset)).toMatchObject([{ uri: 'file:///policies/keys/ours%201.pem' }]);
  });
});

function rangesOf({ document, spans }: Marked) {
  return spans.map((span) => rangeOf(document.reading.source, span));
}
