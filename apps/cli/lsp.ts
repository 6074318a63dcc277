import { createConnection } from 'vscode-languageserver/node';
import { nodeHost } from '../lsp/node-host.ts';
import { serve } from '../lsp/server.ts';
import type { CommandRun } from './command.ts';
import { EXIT } from './exit-code.ts';
import { VERSION } from './version.ts';

/** `bootpol lsp`: a language server on standard input and output, until the editor ends it. */
export const lsp: CommandRun = async () => {
  const connection = createConnection(process.stdin, process.stdout);
  serve(connection, nodeHost(), VERSION);
  await new Promise<void>((resolve) => void connection.onExit(() => resolve()));
  return EXIT.fine;
};
