import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSigner } from '../../../forge/x509.ts';
import { bundleCli } from '../../../scripts/bundle-cli.ts';
import { sourceOf } from '../../../compiler/index.ts';
import { offsetOf, positionOf } from '../../../apps/lsp/place.ts';
import { type Message, type ServerProcess, startServer } from './server-process.ts';

const POLICY = `language 1
policy distro version 1 "😀"

signers distro = file "distro.pem"

artifact zboot {
  require outer: signed by distro
  require codec: compression in { gzip }
  image
}

at firmware sees file enforce { outer, codec }

test "a signed zboot is accepted, another refused" {
  given zboot signed by distro
  expect accept   at firmware
}

test "an unsigned one is refused" {
  given zboot
  expect reject at firmware because outer
}
`;

interface Edit {
  readonly range: {
    readonly start: { line: number; character: number };
    readonly end: { line: number; character: number };
  };
  readonly newText: string;
}

describe('an editor at the server, as a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-lsp-'));
  const file = join(folder, 'distro.bootpol');
  const uri = pathToFileURL(file).href;
  const cli = join(folder, 'cli', 'bootpol.js');

  beforeAll(async () => {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'distro.pem'), newSigner({ subject: 'Distro', key: 'p256' }).certificatePem);
    await bundleCli(join(folder, 'cli'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('types a wrong codec, sees it, fixes it, renames a requirement, formats, runs the tests, saves what `check` accepts', async () => {
    const server = startServer(cli);
    const editor = editorOf(server, uri);
    await editor.open(POLICY);
    expect(await editor.diagnostics()).toEqual([]);

    const at = editor.text().indexOf('gzip }');
    const typed = performance.now();
    editor.change(at, at + 4, 'gzp');
    const [diagnostic] = await editor.diagnostics();
    console.log(`the diagnostic came ${(performance.now() - typed).toFixed(0)} ms after the key`);
    expect(diagnostic).toMatchObject({ code: 'BP0204', range: editor.rangeOf(at, at + 3) });

    const actions = await server.ask('textDocument/codeAction', {
      textDocument: { uri },
      range: editor.rangeOf(at, at),
      context: { diagnostics: [diagnostic] },
    });
    editor.apply(editsOf(firstOf(actions.result), 'edit'));
    expect(editor.text()).toBe(POLICY);
    expect(await editor.diagnostics()).toEqual([]);

    const position = editor.rangeOf(POLICY.indexOf('outer'), 0).start;
    expect((await server.ask('textDocument/prepareRename', { textDocument: { uri }, position })).result).toMatchObject({
      placeholder: 'outer',
    });
    const refusal = await server.ask('textDocument/rename', { textDocument: { uri }, position, newName: 'codec' });
    expect(refusal.error?.message).toContain('there is already a requirement `codec`');
    const renaming = await server.ask('textDocument/rename', { textDocument: { uri }, position, newName: 'envelope' });
    editor.apply(editsOf({ edit: renaming.result }, 'edit'));
    expect(editor.text()).toBe(POLICY.replaceAll('outer', 'envelope'));

    const formatting = await server.ask('textDocument/formatting', {
      textDocument: { uri },
      options: { tabSize: 2, insertSpaces: true },
    });
    editor.apply(listOf(formatting.result).filter(isEdit));
    expect(editor.text()).toBe(POLICY.replaceAll('outer', 'envelope').replace('accept   at', 'accept at'));

    const run = await server.ask('workspace/executeCommand', { command: 'bootpol.runTests', arguments: [uri] });
    expect(run.result).toEqual({ failed: 0 });
    const lenses = await server.ask('textDocument/codeLens', { textDocument: { uri } });
    expect(JSON.stringify(lenses.result)).toMatch(/all tests passed · coverage of outcomes: \d+%/);

    writeFileSync(file, editor.text());
    server.tell('textDocument/didSave', { textDocument: { uri } });
    server.tell('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
    // Saving the policy itself leaves what is known of this text.
    const kept = await server.ask('textDocument/codeLens', { textDocument: { uri } });
    expect(kept.result).toEqual(lenses.result);
    expect(await server.end()).toBe(0);
    const checked = spawnSync(process.execPath, [cli, 'check', file], { encoding: 'utf8' });
    expect([checked.status, checked.stderr]).toEqual([0, '']);
    expect(readFileSync(file, 'utf8')).toBe(editor.text());
  });

  test('keeps to the order of a session, and says by its exit code whether it was ended', async () => {
    const server = startServer(cli);
    const place = { textDocument: { uri }, position: { line: 0, character: 0 } };
    expect((await server.ask('textDocument/hover', place)).error?.code).toBe(-32002);
    await server.ask('initialize', { processId: null, rootUri: null, capabilities: {} });
    expect((await server.ask('textDocument/hover', place)).result).toBeNull();
    await server.ask('shutdown', null);
    expect((await server.ask('textDocument/hover', place)).error?.code).toBe(-32600);
    server.tell('exit', undefined);
    expect(await server.exited).toBe(0);
    const abandoned = startServer(cli);
    await abandoned.ask('initialize', { processId: null, rootUri: null, capabilities: {} });
    abandoned.tell('exit', undefined);
    expect(await abandoned.exited).toBe(1);
  });

  test('serves an editor that can do little: edits without versions; files that it saves are read anew', async () => {
    const server = startServer(cli);
    const base = pathToFileURL(join(folder, 'base.bootpol')).href;
    writeFileSync(join(folder, 'base.bootpol'), 'language 1\npolicy base\n');
    const text = 'language 1\npolicy p\nimport "base.bootpol"\nartifact pe {\n  require nx: nx-compat\n}\n';
    const capabilities = { textDocument: { hover: { contentFormat: ['plaintext'] } } };
    await server.ask('initialize', { processId: process.pid, rootUri: null, capabilities });
    server.tell('initialized', {});
    server.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'bootpol', version: 1, text } });
    const first = await server.wait(isAbout(uri));
    expect(JSON.stringify(first.params)).toContain('"code":"BP0702"');
    const position = { line: 4, character: 11 };
    const renaming = await server.ask('textDocument/rename', { textDocument: { uri }, position, newName: 'safe' });
    const edit = { range: { start: { line: 4, character: 10 }, end: { line: 4, character: 12 } }, newText: 'safe' };
    expect(renaming.result).toEqual({ changes: { [uri]: [edit] } });
    const hover = await server.ask('textDocument/hover', {
      textDocument: { uri },
      position: { line: 3, character: 10 },
    });
    expect(hover.result).toMatchObject({ contents: { kind: 'plaintext' } });
    const symbols = await server.ask('workspace/symbol', { query: 'nx' });
    expect(listOf(symbols.result)).toHaveLength(1);

    rmSync(join(folder, 'base.bootpol'));
    server.tell('textDocument/didOpen', { textDocument: { uri: base, languageId: 'bootpol', version: 1, text: '' } });
    server.tell('textDocument/didSave', { textDocument: { uri: base } });
    const second = await server.wait((message) => isAbout(uri)(message) && message !== first);
    expect(JSON.stringify(second.params)).toContain('"code":"BP0701"');
    expect(await server.end()).toBe(0);
  });

  test('survives what no editor sends', async () => {
    const server = startServer(cli);
    const editor = editorOf(server, uri);
    await editor.open('');
    const place = { textDocument: { uri }, position: { line: 0, character: 0 } };
    expect((await server.ask('textDocument/noSuchThing', place)).error?.code).toBe(-32601);
    expect(
      (await server.ask('textDocument/hover', { textDocument: { uri: 'file:///elsewhere' }, position: place.position }))
        .result,
    ).toBeNull();
    for (const bad of [
      null,
      [],
      7,
      {},
      { textDocument: null },
      { textDocument: { uri }, position: { line: -5, character: 1e308 } },
    ]) {
      const answer = await server.ask('textDocument/hover', bad);
      expect(answer.result === null || answer.error !== undefined).toBe(true);
    }
    server.tell('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [
        { range: { start: { line: 999, character: 9 }, end: { line: -1, character: -1 } }, text: 'language 1' },
      ],
    });
    server.write('Content-Length: 9\r\n\r\n{"json": ');
    server.write('Content-Length: 4\r\n\r\nnull');
    server.write('Content-Length: 2\r\n\r\n[]');
    for (const text of HOSTILE) {
      editor.replace(text);
      const end = editor.rangeOf(text.length, text.length).end;
      for (const [method, params] of REQUESTS) {
        const answer = await server.ask(`textDocument/${method}`, { textDocument: { uri }, position: end, ...params });
        expect([method, answer.error]).toEqual([method, undefined]);
      }
    }
    expect(await server.end()).toBe(0);
  }, 240_000);
});

const HOSTILE = [
  '\u0000\uD800"'.repeat(2 ** 18), // a megabyte of garbage
  '{'.repeat(20_000),
  'artifact zboot {\n require a: any of { '.repeat(5_000),
  '"'.repeat(20_000),
  'at x sees file\n'.repeat(5_000),
];

const REQUESTS = [
  ['completion', {}],
  ['hover', {}],
  ['definition', {}],
  ['references', { context: { includeDeclaration: true } }],
  ['documentSymbol', {}],
  ['formatting', { options: {} }],
  ['foldingRange', {}],
  ['semanticTokens/full', {}],
  [
    'selectionRange',
    {
      positions: [
        { line: 0, character: 3 },
        { line: 1e9, character: -1 },
      ],
    },
  ],
  ['rangeFormatting', { range: { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } }, options: {} }],
  ['semanticTokens/range', { range: { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } } }],
  ['codeLens', {}],
  ['inlayHint', { range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } } }],
  [
    'codeAction',
    { range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } }, context: { diagnostics: [] } },
  ],
] as const;

/** An editor with one file: it keeps the text as it tells it to the server. */
function editorOf(server: ServerProcess, uri: string) {
  let text = '';
  let version = 1;
  const rangeOf = (start: number, end: number) => {
    const source = sourceOf('', text);
    return { start: positionOf(source, start), end: positionOf(source, end) };
  };
  const change = (start: number, end: number, newText: string): void => {
    const range = rangeOf(start, end);
    version += 1;
    text = text.slice(0, start) + newText + text.slice(end);
    server.tell('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text: newText }],
    });
  };
  return {
    text: () => text,
    rangeOf,
    change,
    replace: (newText: string) => {
      version += 1;
      text = newText;
      server.tell('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
    },
    open: async (opened: string) => {
      text = opened;
      const capabilities = {
        workspace: { workspaceEdit: { documentChanges: true } },
        textDocument: { completion: { completionItem: { snippetSupport: true } } },
      };
      await server.ask('initialize', { processId: process.pid, rootUri: null, capabilities });
      server.tell('initialized', {});
      server.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'bootpol', version, text } });
    },
    /** Applies edits from the end of the text backwards. */
    apply: (edits: readonly Edit[]) => {
      const source = sourceOf('', text);
      const placed = edits.map(({ range, newText }) => ({
        start: offsetOf(source, range.start),
        end: offsetOf(source, range.end),
        newText,
      }));
      for (const { start, end, newText } of placed.sort((a, b) => b.start - a.start)) change(start, end, newText);
    },
    /** The diagnostics of the newest version. */
    diagnostics: async (): Promise<readonly unknown[]> => {
      const isNewest = ({ method, params }: Message): boolean =>
        method === 'textDocument/publishDiagnostics' && Reflect.get(Object(params), 'version') === version;
      const { params } = await server.wait(isNewest);
      const found: unknown = Reflect.get(Object(params), 'diagnostics');
      return listOf(found);
    },
  };
}

/** The diagnostics of one document. */
function isAbout(uri: string) {
  return ({ method, params }: Message): boolean =>
    method === 'textDocument/publishDiagnostics' && Reflect.get(Object(params), 'uri') === uri;
}

function firstOf(list: unknown): unknown {
  return listOf(list)[0];
}

function listOf(value: unknown): readonly unknown[] {
  return isList(value) ? value : [];
}

/** The edits of a workspace edit that is the property of an answer. */
function editsOf(answer: unknown, property: string): readonly Edit[] {
  const edit: unknown = Reflect.get(Object(answer), property);
  const change = firstOf(Reflect.get(Object(edit), 'documentChanges'));
  const edits: unknown = Reflect.get(Object(change), 'edits');
  if (!isList(edits)) throw new Error(`no edits in ${JSON.stringify(answer)}`);
  return edits.filter(isEdit);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isEdit(value: unknown): value is Edit {
  return typeof value === 'object' && value !== null && 'range' in value && 'newText' in value;
}
