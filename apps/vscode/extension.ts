import { join } from 'node:path';
import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

/** Starts the language server that comes with the extension, or the one that the settings name, and anew when they name another. */
export async function activate(context: ExtensionContext): Promise<void> {
  let client = clientOf(context);
  const restart = async (): Promise<void> => {
    const old = client;
    client = clientOf(context);
    await old.dispose();
    await client.start();
  };
  context.subscriptions.push(
    { dispose: () => client.dispose() },
    commands.registerCommand('bootpol.restartServer', restart),
    commands.registerCommand('bootpol.testPolicy', testPolicy),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('bootpol.server')) void restart();
    }),
  );
  await client.start();
}

function clientOf(context: ExtensionContext): LanguageClient {
  const chosen = workspace.getConfiguration('bootpol').get<string>('server', '');
  const module = chosen === '' ? join(context.extensionPath, 'server', 'bootpol.js') : chosen;
  const server = { module, args: ['lsp'], transport: TransportKind.stdio };
  return new LanguageClient(
    'bootpol',
    'bootpol',
    { run: server, debug: server },
    { documentSelector: [{ language: 'bootpol' }] },
  );
}

/** The command of the server behind the lenses above tests, for the policy that is being edited. */
async function testPolicy(): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (document?.languageId !== 'bootpol') return;
  await commands.executeCommand('bootpol.runTests', document.uri.toString());
}
