import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSigner } from '../../../forge/x509.ts';
import { bundleWorker } from '../../../scripts/bundle-worker.ts';

const URI = 'file:///p.bootpol';
const POLICY = 'language 1\npolicy p\nsigners a = file "a.pem"\nartifact image {\n  require outer: signed by a\n}\n';

describe('the server in a worker, bundled, without anything of Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bootpol-worker-'));
  const file = join(folder, 'worker.js');

  beforeAll(() => bundleWorker(file));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('answers, asks the page for signer files, and checks anew when they come', async () => {
    const page = startWorker(readFileSync(file, 'utf8'));
    const initialized = await page.ask('initialize', { processId: null, rootUri: null, capabilities: {} });
    expect(JSON.stringify(initialized)).toContain('"hoverProvider":true');
    expect(JSON.stringify(initialized)).not.toContain('codeLensProvider');
    page.send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri: URI, languageId: 'bootpol', version: 1, text: POLICY } },
    });
    const wanted = await page.wait(({ method }) => method === 'bootpol/readFile');
    expect(wanted.params).toEqual({ policyUri: URI, path: 'a.pem' });
    const missing = await page.wait(({ method }) => method === 'textDocument/publishDiagnostics');
    expect(JSON.stringify(missing.params)).toContain('it is not available here');
    page.send({ id: wanted.id, result: btoa(newSigner({ subject: 'A', key: 'p256' }).certificatePem) });
    const read = await page.wait(({ method }) => method === 'textDocument/publishDiagnostics');
    expect(read.params).toMatchObject({ diagnostics: [] });
    const hover = await page.ask('textDocument/hover', {
      textDocument: { uri: URI },
      position: { line: 2, character: 20 },
    });
    expect(JSON.stringify(hover)).toContain('key ec 256');
  });
});

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

interface WorkerScope {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  readonly addEventListener: () => void;
  readonly postMessage: (message: Message) => void;
}

/** Runs a worker's script in a world of its own, with what browsers give to workers. */
function startWorker(script: string) {
  const inbox: Message[] = [];
  const waiting: { fits: (message: Message) => boolean; resolve: (message: Message) => void }[] = [];
  const scope: WorkerScope = {
    onmessage: null,
    addEventListener: () => undefined,
    postMessage: (message) => {
      const index = waiting.findIndex(({ fits }) => fits(message));
      if (index < 0) inbox.push(message);
      else waiting.splice(index, 1)[0]?.resolve(message);
    },
  };
  const world = {
    self: scope,
    setTimeout,
    clearTimeout,
    performance,
    TextDecoder,
    TextEncoder,
    URL,
    atob,
    console,
    queueMicrotask,
  };
  runInContext(script, createContext(world));
  const send = (message: object): void => {
    scope.onmessage?.({ data: { jsonrpc: '2.0', ...message } });
  };
  const wait = (fits: (message: Message) => boolean): Promise<Message> => {
    const index = inbox.findIndex(fits);
    const [found] = index < 0 ? [] : inbox.splice(index, 1);
    return found ? Promise.resolve(found) : new Promise((resolve) => void waiting.push({ fits, resolve }));
  };
  let lastId = 0;
  return {
    send,
    wait,
    ask: async (method: string, params: unknown): Promise<unknown> => {
      lastId += 1;
      const id = lastId;
      send({ id, method, params });
      return (await wait((message) => message.id === id && message.method === undefined)).result;
    },
  };
}
