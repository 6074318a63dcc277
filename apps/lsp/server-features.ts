import {
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  MarkupContent,
  type Position,
  ResponseError,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { policyPaths } from '../../compiler/index.ts';
import { codeActionsAt } from './code-actions.ts';
import { completionsAt } from './completion.ts';
import { documentLinksOf } from './document-links.ts';
import { foldsOf } from './folding.ts';
import { formattingOf, rangeFormattingOf } from './formatting.ts';
import type { ClientAbilities } from './host.ts';
import { hoverAt } from './hover.ts';
import { inlayHintsIn } from './inlay-hints.ts';
import type { OpenPolicies } from './open-policies.ts';
import { withoutMarkdown } from './markdown.ts';
import { offsetOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';
import { definitionsAt, highlightsAt, importersReferences, referencesAt } from './references.ts';
import { prepareRename, renameAt } from './rename.ts';
import { selectionRangeAt } from './selection-ranges.ts';
import { semanticTokensOf } from './semantic-tokens.ts';
import { symbolsOf } from './symbols.ts';
import { workspaceSymbols } from './workspace-symbols.ts';

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
    if (client.session !== 'open') throw OUT_OF_SESSION[client.session];
    const document = policies.get(given.textDocument.uri);
    return document === null ? null : ask(document);
  };
  const at = <T>(given: AtPosition, ask: (document: PolicyDocument, offset: number) => T): T | null =>
    of(given, (document) => ask(document, offsetOf(document.reading.source, given.position)));

  connection.onCompletion((given) =>
    at(given, (document, offset) => [...completionsAt(document, offset, client.insertForm)]),
  );
  connection.onHover((given) =>
    at(given, (document, offset) => {
      const hover = hoverAt(document, offset);
      if (hover === null || client.hoverForm === 'markdown' || !MarkupContent.is(hover.contents)) return hover;
      return { ...hover, contents: withoutMarkdown(hover.contents) };
    }),
  );
  connection.onDefinition((given) => at(given, (document, offset) => [...definitionsAt(document, offset)]));
  connection.onDeclaration((given) => at(given, (document, offset) => [...definitionsAt(document, offset)]));
  connection.onReferences((given) => {
    const wanted = given.context.includeDeclaration ? 'with declarations' : 'uses alone';
    return at(given, (document, offset) => [
      ...referencesAt(document, offset, wanted),
      ...importersReferences(document, offset, policies.all()),
    ]);
  });
  connection.onWorkspaceSymbol(({ query }) => [...workspaceSymbols(policies.all(), query)]);
  connection.onDocumentHighlight((given) => at(given, (document, offset) => [...highlightsAt(document, offset)]));
  connection.onDocumentSymbol((given) => of(given, (document) => [...symbolsOf(document)]));
  connection.onDocumentLinks((given) => of(given, (document) => [...documentLinksOf(document)]));
  connection.onDocumentFormatting((given) => of(given, (document) => [...formattingOf(document)]));
  connection.onDocumentRangeFormatting((given) =>
    of(given, (document) => [...rangeFormattingOf(document, given.range, paths)]),
  );
  connection.onSelectionRanges((given) =>
    of(given, (document) =>
      given.positions.map((position) => selectionRangeAt(document, offsetOf(document.reading.source, position))),
    ),
  );
  connection.onFoldingRanges((given) => of(given, (document) => [...foldsOf(document)]));
  connection.onCodeAction((given) => {
    const wanted = { range: given.range, only: given.context.only ?? null };
    return of(given, (document) =>
      codeActionsAt(document, wanted, policies.faults(document)).map((action) => ({
        ...action,
        ...(action.edit === undefined ? {} : { edit: editFor(client, action.edit) }),
      })),
    );
  });
  connection.languages.semanticTokens.on(
    (given) => of(given, (document) => semanticTokensOf(document)) ?? { data: [] },
  );
  connection.languages.semanticTokens.onRange((given) => {
    const tokens = of(given, (document) => {
      const { source } = document.reading;
      const within = { start: offsetOf(source, given.range.start), end: offsetOf(source, given.range.end) };
      return semanticTokensOf(document, within);
    });
    return tokens ?? { data: [] };
  });
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
      return editFor(client, { documentChanges: [{ textDocument: { uri, version }, edits: [...renaming.edits] }] });
    }),
  );
}

/** Language Server Protocol 3.17, initialize and shutdown. */
const OUT_OF_SESSION = {
  'not begun': new ResponseError(
    ErrorCodes.ServerNotInitialized,
    'the session has not begun: `initialize` comes first',
  ),
  over: new ResponseError(ErrorCodes.InvalidRequest, 'the session is over: only `exit` can follow'),
} as const;

/** The same edit as the editor can take it. */
function editFor({ editForm }: ClientAbilities, edit: WorkspaceEdit): WorkspaceEdit {
  if (editForm === 'of a version') return edit;
  const changes: Record<string, TextEdit[]> = {};
  for (const change of edit.documentChanges ?? []) {
    if ('edits' in change) changes[change.textDocument.uri] = change.edits.filter((each) => 'newText' in each);
  }
  return { changes };
}

function refused(text: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, text);
}
