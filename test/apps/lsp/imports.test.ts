import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newSigner } from '../../../forge/x509.ts';
import { policyPaths } from '../../../compiler/index.ts';
import { completionsAt } from '../../../apps/lsp/completion.ts';
import { diagnosticsOf, faultsOf } from '../../../apps/lsp/diagnostics.ts';
import { hoverAt } from '../../../apps/lsp/hover.ts';
import { policyDocument } from '../../../apps/lsp/policy-document.ts';
import { rangeOf } from '../../../apps/lsp/place.ts';
import { definitionsAt, importersReferences, referencesAt } from '../../../apps/lsp/references.ts';
import { prepareRename, renameAt } from '../../../apps/lsp/rename.ts';
import { type Marked, marked } from './marked.ts';

/** A policy that takes in two files, one by way of the other; `<|…|>` in them are the places that are looked for. */
const BASE = `language 1
policy base version 1 "What everybody asks"
import "inner/deep.bootpol"
param signers <|ring|>
artifact <|zboot|> {
  require <|outer|>: signed by <|ring|>
}
at firmware sees file enforce { <|outer|>, deep }
`;
const DEEP = `language 1
policy deep
signers <|keys|> = file "ca.pem"
artifact zboot {
  require <|deep|>: signed by <|keys|>
}
`;
const POLICY = `language 1
policy distro
import "../base.bootpol"
artifact zboot {
  require own: signed by ring
  image
}
at kexec sees file enforce { own, outer, deep }
waive outer until 2099-01-01 because "it is late"
`;

describe('a name that an imported file declares', () => {
  test.each([
    ['a requirement', 'enforce { own, <|>outer', 'file:///base.bootpol', BASE],
    ['a signer set', 'signed by <|>ring', 'file:///base.bootpol', BASE],
    ['what that file imports', 'outer, <|>deep', 'file:///inner/deep.bootpol', DEEP],
  ])('leads into it: %s', (_, place, uri, file) => {
    const { document, offset } = policyAt(place);
    const declared = spansIn(file, place).slice(0, 1);
    expect(definitionsAt(document, offset)).toEqual(locations(file, uri, declared));
  });

  test('is found at all its places, in every file', () => {
    const { document, offset, text } = policyAt('enforce { own, <|>outer');
    const own = [text.indexOf('outer, deep'), text.indexOf('outer until')].map((start) => ({ start, end: start + 5 }));
    expect(referencesAt(document, offset, 'with declarations')).toEqual([
      ...own.map((span) => ({ uri: document.uri, range: rangeOf(document.reading.source, span) })),
      ...locations(BASE, 'file:///base.bootpol', spansIn(BASE, '<|>outer')),
    ]);
    expect(referencesAt(document, offset, 'uses alone')).toHaveLength(3);
  });

  test.each([
    [
      'the text of a requirement, its file, and the views of this policy',
      '{ own, <|>outer',
      ['require outer: signed by ring', 'Declared in `../base.bootpol`', 'Enforced at `kexec`'],
    ],
    ['a parameter', 'signed by <|>ring', ['--bind ring=FILE', 'Declared in `../base.bootpol`']],
    [
      'the file itself',
      'import "<|>',
      ['`../base.bootpol`: **base**, What everybody asks', 'Requirements: `outer`', 'Signers: `ring`'],
    ],
  ])('shows %s', (_, place, wanted) => {
    const { document, offset } = policyAt(place);
    const shown = JSON.stringify(hoverAt(document, offset)?.contents);
    for (const each of wanted) expect(shown).toContain(each);
  });

  test('shows the certificates of a signer file beside the file that names it', () => {
    const { document, offset } = marked(POLICY.replace('signed by ring', 'signed by ke<|>ys'), reader);
    const shown = JSON.stringify(hoverAt(document, offset)?.contents);
    expect(shown).toContain('`../inner/ca.pem` (PEM, 1 entry)');
    expect(shown).toContain('Declared in `../inner/deep.bootpol`');
  });

  test('is renamed in its own file alone, and no name of this policy is renamed to it', () => {
    const { document, offset } = policyAt('{ own, <|>outer');
    expect(prepareRename(document, offset)).toMatchObject({
      ok: false,
      text: '`outer` is declared in `../base.bootpol`',
    });
    const own = policyAt('require <|>own');
    expect(renameAt(own.document, { offset: own.offset, newName: 'deep' }, policyPaths())).toMatchObject({
      ok: false,
      text: 'there is already a requirement `deep` in `../inner/deep.bootpol`',
    });
    expect(renameAt(own.document, { offset: own.offset, newName: 'deeper' }, policyPaths())).toMatchObject({
      ok: true,
    });
  });
});

describe('a name in a file that open policies import', () => {
  const importer = marked(POLICY, reader).document;
  const open = (source: string) => {
    const { text, offset } = marked(source.replaceAll(/<\|(?!>)|(?<!<)\|>/g, ''));
    const document = policyDocument({ uri: 'file:///base.bootpol', version: 1, text, readFile: reader }, policyPaths());
    return { document, offset };
  };

  test('is found in those policies too', () => {
    const { document, offset } = open(BASE.replace('require <|outer', 'require <|><|outer'));
    const found = importersReferences(document, offset, [document, importer]);
    expect(found.map(({ uri, range }) => [uri, range.start.line])).toEqual([
      [importer.uri, 7],
      [importer.uri, 8],
    ]);
    expect(
      importersReferences(document, offset, [
        marked('language 1\npolicy p\nwaive outer until 2099-01-01 because "x"\n').document,
      ]),
    ).toEqual([]);
  });

  test('is not, when it is that of a view', () => {
    const { document, offset } = open(BASE.replace('at firmware', 'at <|>firmware'));
    const twin = marked(`${POLICY}at firmware sees file enforce { own }\n`, reader).document;
    expect(importersReferences(document, offset, [twin])).toEqual([]);
  });
});

describe('what stays in the imported file', () => {
  test('are its views: they are no views of this policy, though one has the same name', () => {
    const source = `${POLICY}at firmware sees file enforce { own }\ntest "t" {\n  given zboot\n  expect reject at firm<|>ware\n}\n`;
    const { document, offset } = marked(source, reader);
    expect(definitionsAt(document, offset).map(({ uri }) => uri)).toEqual([document.uri]);
    expect(referencesAt(document, offset, 'with declarations').map(({ uri }) => uri)).toEqual([
      document.uri,
      document.uri,
    ]);
    const without = marked(source.replace('at firmware sees file enforce { own }\n', ''), reader);
    expect(definitionsAt(without.document, without.offset)).toEqual([]);
    const offered = completionsAt(without.document, without.offset, 'plain text').map(({ label }) => label);
    expect([offered.includes('kexec'), offered.includes('firmware')]).toEqual([true, false]);
  });

  test('are not its blocks: a kind leads to every block of it', () => {
    const { document, offset } = policyAt('artifact <|>zboot');
    expect(definitionsAt(document, offset).map(({ uri }) => uri)).toEqual([
      document.uri,
      'file:///base.bootpol',
      'file:///inner/deep.bootpol',
    ]);
  });
});

describe('files that cannot be followed', () => {
  test('say why when they are asked for', () => {
    const { document, offset } = marked('import "<|>gone.bootpol"\n', reader);
    expect(JSON.stringify(hoverAt(document, offset)?.contents)).toContain('cannot be read: no such file');
    const self = marked('import "./<|>distro.bootpol"\nsigners a = file "x"\n', () =>
      new TextEncoder().encode('signers a = file "x"\n'),
    );
    expect(self.document.imported()).toEqual([]);
    expect(JSON.stringify(hoverAt(self.document, self.offset)?.contents)).toContain('is not followed');
  });

  test('that import each other are read once each', () => {
    const files: Readonly<Record<string, string>> = {
      'a/a.bootpol': 'language 1\nimport "../b/b.bootpol"\n',
      'b/b.bootpol': 'language 1\nimport "../a/a.bootpol"\n',
    };
    const { document } = marked('import "a/a.bootpol"\nimport "./b/../b/b.bootpol"\n', (path) => {
      const text = files[path];
      return text === undefined ? { missing: 'no such file' } : new TextEncoder().encode(text);
    });
    expect(document.imported().map(({ path }) => path)).toEqual(['a/a.bootpol', 'b/b.bootpol']);
  });
});

test('a fault of an imported file is shown at its place there too', () => {
  const bad = 'language 1\npolicy bad\nartifact zboot {\n  require c: compression in { <|gzp|> }\n}\n';
  const { text, spans, document: inner } = marked(bad);
  const digest = createHash('sha256').update(text).digest('hex');
  const source = `language 1\npolicy p\nimport <|"bad.bootpol"|> sha256:${digest}\nartifact zboot {\n  require small: size <= 9\n}\n`;
  const { document, spans: here } = marked(source, () => new TextEncoder().encode(text));
  const [shown] = diagnosticsOf(faultsOf(document, '2026-01-01'), document);
  expect(shown?.message).toContain('in `bad.bootpol`: `gzp` is not a compression');
  expect(shown).toMatchObject({
    range: here.map((span) => rangeOf(document.reading.source, span))[0],
    relatedInformation: [
      {
        location: {
          uri: 'file:///policies/bad.bootpol',
          range: spans.map((span) => rangeOf(inner.reading.source, span))[0],
        },
      },
    ],
  });
});

/** The policy with a cursor: the place is a piece of its text with `<|>` in it. */
function policyAt(place: string, policy = POLICY): Marked {
  return marked(policy.replace(place.replace('<|>', ''), place), reader);
}

function reader(path: string) {
  const files: Readonly<Record<string, string>> = {
    '../base.bootpol': marked(BASE).text,
    '../inner/deep.bootpol': marked(DEEP).text,
    '../inner/ca.pem': CERTIFICATE,
  };
  const text = files[path];
  return text === undefined ? { missing: 'no such file' } : new TextEncoder().encode(text);
}

const CERTIFICATE = newSigner({ subject: 'Distro', key: 'p256' }).certificatePem;

/** The marked places of a file that hold the word behind a cursor. */
function spansIn(file: string, place: string) {
  const word = /<\|>([\w-]+)/.exec(place)?.[1];
  const { text, spans } = marked(file);
  return spans.filter(({ start, end }) => text.slice(start, end) === word);
}

function locations(file: string, uri: string, spans: Marked['spans']) {
  const { source } = marked(file).document.reading;
  return spans.map((span) => ({ uri, range: rangeOf(source, span) }));
}
