import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  RequestType,
} from 'vscode-languageserver/browser';
import type { FileAnswer } from './policy-document.ts';
import type { LspHost } from './host.ts';
import { serve } from './server.ts';

/** Asks the editor for a file that a policy names: its bytes in Base64, or null where it has none. */
const READ_FILE = new RequestType<{ readonly policyUri: string; readonly path: string }, string | null, void>(
  'bootpol/readFile',
);

/** What the server needs of a worker's global scope. */
type WorkerScope = ConstructorParameters<typeof BrowserMessageReader>[0];

/**
 * The language server in a browser's worker: messages of the protocol go through `postMessage`. Files come from the editor, once
 * each, by the request `bootpol/readFile`; tests are not run, since images are forged by Node.
 */
export function serveWorker(scope: WorkerScope, version: string): void {
  const connection = createConnection(new BrowserMessageReader(scope), new BrowserMessageWriter(scope));
  const known = new Map<string, FileAnswer>();
  const server = serve(
    connection,
    hostOf((policyUri, path) => {
      const key = JSON.stringify([policyUri, path]);
      const answer = known.get(key);
      if (answer !== undefined) return answer;
      known.set(key, NOT_HERE);
      connection
        .sendRequest(READ_FILE, { policyUri, path })
        .then((text) => {
          if (text === null) return;
          known.set(key, bytesOf(text));
          server.filesChanged();
        })
        .catch(() => undefined);
      return NOT_HERE;
    }),
    version,
  );
  server.onFilesChanged(() => known.clear());
}

const NOT_HERE: FileAnswer = { missing: 'it is not available here' };

function hostOf(readFile: LspHost['readFile']): LspHost {
  return {
    readFile,
    listFolder: () => [],
    runTests: null,
    today: () => new Date().toISOString().slice(0, 10),
    now: () => performance.now(),
  };
}

/** @throws Error for what is no Base64, which leaves the file missing. */
function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
