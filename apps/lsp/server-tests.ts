import { CodeLensRefreshRequest, type Connection } from 'vscode-languageserver';
import { codeLensesOf, RUN_TESTS } from './code-lens.ts';
import type { ClientAbilities, LspHost } from './host.ts';
import type { OpenPolicies } from './open-policies.ts';

/** What running tests needs to know. */
export interface TestServing {
  readonly policies: OpenPolicies;
  readonly host: LspHost;
  readonly client: ClientAbilities;
}

/** Serves the lenses above tests, and the command behind them. */
export function serveTests(connection: Connection, { policies, host, client }: TestServing): void {
  const { runTests } = host;
  if (runTests === null) return;
  const running = new Set<string>();
  connection.onCodeLens(({ textDocument: { uri } }) => {
    const document = policies.get(uri);
    return document === null ? null : [...codeLensesOf(document, policies.tests(document))];
  });
  connection.onExecuteCommand(async ({ command, arguments: [uri] = [] }) => {
    if (command !== RUN_TESTS || typeof uri !== 'string') return null;
    const document = policies.get(uri);
    if (document === null || running.has(uri)) return null;
    running.add(uri);
    try {
      const answer = await runTests(document);
      if (answer.ok) policies.keepTests(document, answer.report);
      else connection.window.showWarningMessage(`bootpol: ${answer.text}`);
      if (client.refreshesLenses === 'yes') connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
      return answer.ok ? { failed: answer.report.tests.filter(({ failures }) => failures.length > 0).length } : null;
    } finally {
      running.delete(uri);
    }
  });
}
