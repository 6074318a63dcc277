import { type Connection, LSPErrorCodes, type Position, ResponseError } from 'vscode-languageserver';
import { policyPaths } from '../../compiler/index.ts';
import { codeActionsAt } from './code-actions.ts';
import { completionsAt } from './completion.ts';
import { documentLinksOf } from './document-links.ts';
import { foldsOf } from './folding.ts';
import { formattingOf } from './formatting.ts';
import type { ClientAbilities } from './host.ts';
import { hoverAt } from './hover.ts';
import { inlayHintsIn } from './inlay-hints.ts';
import type { OpenPolicies } from './open-policies.ts';
import { offsetOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';
import { definitionsAt, highlightsAt, referencesAt } from './references.ts';
import { prepareRename, renameAt } from './rename.ts';
import { semanticTokensOf } from './semantic-tokens.ts';
import { symbolsOf } from './symbols.ts';

interface OfDocument {
  readonly textDocument: { readonly uri: string };
}

interface AtPosition extends OfDocument {
  readonly position: Position;
}

/** Connects every request of the protocol to its feature. A document that is not open has nothing to show. */
export function serveFeatures(connection: Connection, policies: OpenPolicies, client: ClientAbilities): void {
  const paths = policyPaths();
  const of = <T>(given: OfDocument, ask: (document: PolicyDocument) => T): T | null => {
    const document = policies.get(given.textDocument.uri);
    return document === null ? null : ask(document);
  };
  const at = <T>(given: AtPosition, ask: (document: PolicyDocument, offset: number) => T): T | null =>
    of(given, (document) => ask(document, offsetOf(document.reading.source, given.position)));

  connection.onCompletion((given) =>
    at(given, (document, offset) => [...completionsAt(document, offset, client.insertForm)]),
  );
  connection.onHover((given) => at(given, hoverAt));
  connection.onDefinition((given) => at(given, (document, offset) => [...definitionsAt(document, offset)]));
  connection.onReferences((given) => {
    const wanted = given.context.includeDeclaration ? 'with declarations' : 'uses alone';
    return at(given, (document, offset) => [...referencesAt(document, offset, wanted)]);
  });
  connection.onDocumentHighlight((given) => at(given, (document, offset) => [...highlightsAt(document, offset)]));
  connection.onDocumentSymbol((given) => of(given, (document) => [...symbolsOf(document)]));
  connection.onDocumentLinks((given) => of(given, (document) => [...documentLinksOf(document)]));
  connection.onDocumentFormatting((given) => of(given, (document) => [...formattingOf(document)]));
  connection.onFoldingRanges((given) => of(given, (document) => [...foldsOf(document)]));
  connection.onCodeAction((given) => {
    const wanted = { range: given.range, only: given.context.only ?? null };
    return of(given, (document) => [...codeActionsAt(document, wanted, policies.faults(document))]);
  });
  connection.languages.semanticTokens.on((given) => of(given, semanticTokensOf) ?? { data: [] });
  connection.languages.inlayHint.on((given) => of(given, (document) => [...inlayHintsIn(document, given.range)]));
  connection.onPrepareRename((given) =>
    at(given, (document, offset) => {
      const target = prepareRename(document, offset);
      return target.ok ? { range: target.range, placeholder: target.placeholder } : refused(target.text);
    }),
  );
  connection.onRenameRequest((given) =>
    at(given, (document, offset) => {
      const renaming = renameAt(document, { offset, newName: given.newName }, paths);
      if (!renaming.ok) return refused(renaming.text);
      const { uri, version } = document;
      return { documentChanges: [{ textDocument: { uri, version }, edits: [...renaming.edits] }] };
    }),
  );
}

function refused(text: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, text);
}
