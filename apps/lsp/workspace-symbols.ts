import type { DocumentSymbol, SymbolInformation } from 'vscode-languageserver';
import type { PolicyDocument } from './policy-document.ts';
import { type PolicyFile, policyFiles } from './policy-files.ts';
import { symbolsOf } from './symbols.ts';

/** More symbols than that nobody looks through. */
const MOST = 500;

/** What the policies that are open, and the files that they import, declare under names like the one that is asked for. */
export function workspaceSymbols(documents: readonly PolicyDocument[], query: string): readonly SymbolInformation[] {
  const files = new Map(documents.flatMap(policyFiles).map((file) => [file.uri, file] as const));
  // An open policy is the newest text of its file.
  for (const { uri, reading } of documents) files.set(uri, { uri, path: null, reading });
  const letters = query.toLowerCase();
  return [...files.values()]
    .flatMap((file) => symbolsOf(file).flatMap((symbol) => flattened(symbol, null, file)))
    .filter(({ name }) => holdsInOrder(name.toLowerCase(), letters))
    .slice(0, MOST);
}

function flattened(symbol: DocumentSymbol, around: string | null, file: PolicyFile): readonly SymbolInformation[] {
  const { name, kind, selectionRange, children = [] } = symbol;
  const location = { uri: file.uri, range: selectionRange };
  const own = { name, kind, location, ...(around === null ? {} : { containerName: around }) };
  return [own, ...children.flatMap((child) => flattened(child, name, file))];
}

/** Whether the letters stand in a name in their order, as editors match while one types. */
function holdsInOrder(name: string, letters: string): boolean {
  let from = 0;
  for (const letter of letters) {
    const at = name.indexOf(letter, from);
    if (at < 0) return false;
    from = at + letter.length;
  }
  return true;
}
