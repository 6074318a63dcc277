import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { FIX_ALL } from './code-actions.ts';
import { RUN_TESTS } from './code-lens.ts';
import type { ClientAbilities, LspHost } from './host.ts';
import { openPolicies } from './open-policies.ts';
import { serveFeatures } from './server-features.ts';
import { serveTests } from './server-tests.ts';
import { TOKENS_LEGEND } from './semantic-tokens.ts';

/** A server that runs. */
export interface RunningServer {
  /** To be called when files that policies name are others than before. */
  filesChanged(): void;
  /** Calls back when the editor says that files have changed, before they are read anew. */
  onFilesChanged(forget: () => void): void;
}

/** Serves one editor over a connection until it closes. @param version of bootpol. */
export function serve(connection: Connection, host: LspHost, version: string): RunningServer {
  const client: ClientAbilities = {
    insertForm: 'plain text',
    watchesFiles: 'no',
    refreshesLenses: 'no',
    editForm: 'plain',
    hoverForm: 'markdown',
    session: 'not begun',
  };
  const documents = new TextDocuments(TextDocument);
  const policies = openPolicies(connection, documents, host);
  connection.onInitialize((given) => {
    noteAbilities(given, client);
    client.session = 'open';
    return initialized(host, version);
  });
  connection.onInitialized(() => {
    if (client.watchesFiles === 'no') return;
    const watchers = [{ globPattern: '**/*.{pem,crt,cer,der,x509,pub,esl,auth,bootpol}' }];
    connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => undefined);
  });
  connection.onShutdown(() => {
    client.session = 'over';
  });
  documents.onDidChangeContent(({ document: { uri } }) => {
    // Read at once, so that completion finds it read; checked when typing pauses.
    policies.get(uri);
    policies.checkSoon(uri);
  });
  documents.onDidClose(({ document: { uri } }) => policies.close(uri));
  const forgetting: (() => void)[] = [];
  const readAnew = (changed: readonly string[]): void => {
    for (const forget of forgetting) forget();
    policies.checkBeside(changed);
  };
  connection.onDidChangeWatchedFiles(({ changes }) => readAnew(changes.map(({ uri }) => uri)));
  // Not every editor watches files; what it saves itself it always tells.
  documents.onDidSave(({ document }) => readAnew([document.uri]));
  serveFeatures(connection, policies, client);
  serveTests(connection, { policies, host, client });
  documents.listen(connection);
  connection.listen();
  return { filesChanged: () => policies.checkAll(), onFilesChanged: (forget) => void forgetting.push(forget) };
}

function noteAbilities({ capabilities }: InitializeParams, client: ClientAbilities): void {
  const { textDocument, workspace } = capabilities;
  if (textDocument?.completion?.completionItem?.snippetSupport === true) client.insertForm = 'snippets';
  if (textDocument?.hover?.contentFormat?.includes('markdown') === false) client.hoverForm = 'plain text';
  if (workspace?.didChangeWatchedFiles?.dynamicRegistration === true) client.watchesFiles = 'yes';
  if (workspace?.workspaceEdit?.documentChanges === true) client.editForm = 'of a version';
  if (workspace?.codeLens?.refreshSupport === true) client.refreshesLenses = 'yes';
}

function initialized(host: LspHost, version: string): InitializeResult {
  return {
    serverInfo: { name: 'bootpol', version },
    capabilities: {
      positionEncoding: 'utf-16',
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      completionProvider: { triggerCharacters: [' ', '{', ':', '"', '/'] },
      hoverProvider: true,
      definitionProvider: true,
      declarationProvider: true,
      referencesProvider: true,
      documentHighlightProvider: true,
      documentSymbolProvider: true,
      documentLinkProvider: {},
      renameProvider: { prepareProvider: true },
      documentFormattingProvider: true,
      documentRangeFormattingProvider: true,
      foldingRangeProvider: true,
      selectionRangeProvider: true,
      workspaceSymbolProvider: true,
      codeActionProvider: { codeActionKinds: ['quickfix', FIX_ALL] },
      inlayHintProvider: true,
      semanticTokensProvider: { legend: TOKENS_LEGEND, full: true, range: true },
      ...(host.runTests === null ? {} : { codeLensProvider: {}, executeCommandProvider: { commands: [RUN_TESTS] } }),
    },
  };
}
