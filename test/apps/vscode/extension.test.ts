import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleCli } from '../../../scripts/bundle-cli.ts';
import { bundleVscode } from '../../../scripts/bundle-vscode.ts';
import { startServer } from '../lsp/server-process.ts';

describe('the extension for VS Code, as it is packaged', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-extension-'));
  const extension = join(folder, 'extension');

  beforeAll(async () => {
    await bundleCli(join(folder, 'cli'));
    await bundleVscode(extension, join(folder, 'cli'));
    rmSync(join(folder, 'cli'), { recursive: true });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has every file that its manifest names, the licence among them', () => {
    const text = readFileSync(join(extension, 'package.json'), 'utf8');
    const named = [...text.matchAll(/"\.\/([^"]+)"/g)].map(([, path]) => path ?? '');
    const listed = [...(/"files": \[([^\]]*)\]/.exec(text)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(named).toEqual(expect.arrayContaining(['out/extension.cjs', 'language-configuration.json']));
    expect(listed).toEqual(expect.arrayContaining(['LICENSE', 'server', 'syntaxes']));
    expect([...named, ...listed].filter((path) => !existsSync(join(extension, path)))).toEqual([]);
  });

  test('registers every command that its manifest contributes', () => {
    const manifest = readFileSync(join(extension, 'package.json'), 'utf8');
    const contributed = new Set([...manifest.matchAll(/"command": "([^"]+)"/g)].map(([, name]) => name ?? ''));
    expect(contributed.size).toBe(2);
    const code = readFileSync(join(extension, 'out', 'extension.cjs'), 'utf8');
    for (const name of contributed) expect([name, code.includes(`registerCommand("${name}"`)]).toEqual([name, true]);
  });

  test('has a server that needs nothing beside it: it checks a policy and runs its tests', async () => {
    const server = startServer(join(extension, 'server', 'bootpol.js'));
    const uri = pathToFileURL(join(folder, 'p.bootpol')).href;
    const text =
      'language 1\npolicy p\nparam signers ring\nartifact uki {\n  require a: signed by ring\n  linux: image\n  osrel, uname, sbat\n}\n' +
      'test "signed" {\n  given uki signed by ring { linux: image }\n  expect accept\n}\n';
    await server.ask('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    server.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'bootpol', version: 1, text } });
    const told = await server.wait(({ method }) => method === 'textDocument/publishDiagnostics');
    expect(told.params).toMatchObject({ uri, diagnostics: [] });
    const run = await server.ask('workspace/executeCommand', { command: 'bootpol.runTests', arguments: [uri] });
    expect(run.result).toEqual({ failed: 0 });
    expect(await server.end()).toBe(0);
  });
});
