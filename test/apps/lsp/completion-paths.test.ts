import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { completionsAt } from '../../../apps/lsp/completion.ts';
import { nodeHost } from '../../../apps/lsp/node-host.ts';
import type { FolderEntry } from '../../../apps/lsp/policy-document.ts';
import { fileDigest } from '../../../index.ts';
import { applied } from './applied.ts';
import { marked } from './marked.ts';

const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  './': ['keys/', 'base/', '.git/', 'distro.bootpol', 'base.bootpol', 'db.PEM', 'notes.txt', '.hidden.pem', 'a\nb.pem'],
  'keys/': [
    'db.esl',
    'db.auth',
    'ca.crt',
    'ca.cer',
    'ca.der',
    'ca.x509',
    'pcr.pub',
    'sub dir/',
    'readme.md',
    'other.bootpol',
  ],
  'base/': ['inner.bootpol', 'distro.bootpol', 'ca.pem', 'say "hi".bootpol'],
  '../': ['policies/', 'up.bootpol', 'up.pem'],
};

function listFolder(path: string): readonly FolderEntry[] {
  return (FOLDERS[path] ?? []).map((name) =>
    name.endsWith('/') ? { name: name.slice(0, -1), kind: 'folder' } : { name, kind: 'file' },
  );
}

describe('the path of a file', () => {
  test.each([
    ['an import', 'import "<|>"', ['base.bootpol', '../', 'base/', 'keys/']],
    ['a signer file', 'signers a = file "<|>"', ['db.PEM', '../', 'base/', 'keys/']],
    [
      'a list of what is revoked',
      'revoked = file "keys/<|>"',
      ['ca.cer', 'ca.crt', 'ca.der', 'ca.x509', 'db.auth', 'db.esl', 'pcr.pub', 'sub dir/'],
    ],
    ['an import in a folder', 'import "base/<|>"', ['distro.bootpol', 'inner.bootpol', 'say "hi".bootpol']],
    ['an import in the folder above', 'import "../<|>"', ['up.bootpol', '../', 'policies/']],
    ['a part that is begun', 'import "base/in<|>"', ['distro.bootpol', 'inner.bootpol', 'say "hi".bootpol']],
    [
      'a path without its end',
      'signers a = file "keys/db<|>',
      ['ca.cer', 'ca.crt', 'ca.der', 'ca.x509', 'db.auth', 'db.esl', 'pcr.pub', 'sub dir/'],
    ],
    [
      'what is hidden, when it is begun',
      'signers a = file ".<|>"',
      ['.hidden.pem', 'db.PEM', '../', '.git/', 'base/', 'keys/'],
    ],
    ['a source on a line of its own', 'signers a =\n  file "<|>"', ['db.PEM', '../', 'base/', 'keys/']],
    ['a folder that is not there', 'import "gone/<|>"', []],
    ['an absolute path, which no import has', 'import "/<|>"', []],
  ])('is offered what fits: %s', (_, source, wanted) => {
    expect(offersIn(source).map(({ label }) => label)).toEqual(wanted);
  });

  test.each([
    ['in other texts', 'policy p "<|>"'],
    ['in a comment', '# import "<|>"'],
    ['behind the text', 'import "base.bootpol"<|>'],
    ['in a condition', 'artifact uki {\n  cmdline {\n    forbid a: contains "file <|>"\n  }\n}'],
    ['in the reason of a waiver', 'waive a until 2099-01-01 because "<|>"'],
  ])('is not meant %s', (_, source) => {
    expect(offersIn(source).filter(({ kind }) => kind === 17 || kind === 19)).toEqual([]);
  });

  test.each([
    ['the part around the cursor', 'import "ba<|>se.bootpol"', 'base.bootpol', 'import "base.bootpol"'],
    ['a folder within a path', 'import "ke<|>/inner.bootpol"', 'base/', 'import "base/inner.bootpol"'],
    ['a path without its end, which it gets', 'import "ba<|>', 'base.bootpol', 'import "base.bootpol"'],
    ['a folder without its end, which goes on', 'import "ba<|>', 'base/', 'import "base'],
    ['a name with quotes, escaped', 'import "base/<|>"', 'say "hi".bootpol', 'import "base/say \\"hi\\".bootpol"'],
  ])('is replaced: %s', (_, source, label, wanted) => {
    const { document } = marked(source, { listFolder });
    const edit = offersIn(source).find((offer) => offer.label === label)?.textEdit;
    if (edit === undefined || !('range' in edit)) throw new Error(`${label} is not offered`);
    expect(applied(document, [edit])).toBe(wanted);
  });

  test('is followed by the digest of the file, where that can be read', () => {
    const bytes = new TextEncoder().encode('language 1\npolicy base\n');
    const { document, offset } = marked(
      'language 1\npolicy p\nimport "base.bootpol" <|>\nparam signers a\n',
      () => bytes,
    );
    const [offer, ...others] = completionsAt(document, offset, 'snippets');
    expect([offer?.textEdit?.newText, others]).toEqual([`sha256:${fileDigest(bytes)}`, []]);
    const missing = marked('import "base.bootpol" <|>\n', () => ({ missing: 'no such file' }));
    expect(completionsAt(missing.document, missing.offset, 'snippets')).toEqual([]);
  });
});

test('a machine with a disk lists a folder: files, folders, and where links lead', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-list-'));
  try {
    mkdirSync(join(folder, 'keys ü'));
    writeFileSync(join(folder, 'keys ü', 'db.pem'), '');
    symlinkSync('db.pem', join(folder, 'keys ü', 'link.pem'));
    symlinkSync('..', join(folder, 'keys ü', 'up'));
    symlinkSync('nowhere', join(folder, 'keys ü', 'gone.pem'));
    const host = nodeHost();
    const uri = pathToFileURL(join(folder, 'p.bootpol')).href;
    const listed = [...host.listFolder(uri, 'keys ü/')].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(listed).toEqual([
      { name: 'db.pem', kind: 'file' },
      { name: 'link.pem', kind: 'file' },
      { name: 'up', kind: 'folder' },
    ]);
    expect(host.listFolder(uri, './')).toEqual([{ name: 'keys ü', kind: 'folder' }]);
    expect(host.listFolder(uri, 'gone/')).toEqual([]);
    expect(host.listFolder('untitled:Untitled-1', './')).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What is offered, as editors sort it. */
function offersIn(source: string) {
  const { document, offset } = marked(source, { listFolder });
  return [...completionsAt(document, offset, 'plain text')].sort((a, b) =>
    (a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1,
  );
}
