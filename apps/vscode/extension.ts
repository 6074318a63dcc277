import { join } from 'node:path';
import { type ExtensionContext, workspace } from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

/** Starts the language server that comes with the extension, or the one that the settings name. */
export async function activate(context: ExtensionContext): Promise<void> {
  const chosen = workspace.getConfiguration('bootpol').get<string>('server', '');
  const module = chosen === '' ? join(context.extensionPath, 'server', 'bootpol.js') : chosen;
  const server = { module, args: ['lsp'], transport: TransportKind.stdio };
  const client = new LanguageClient(
    'bootpol',
    'bootpol',
    { run: server, debug: server },
    { documentSelector: [{ language: 'bootpol' }] },
  );
  context.subscriptions.push(client);
  await client.start();
}
