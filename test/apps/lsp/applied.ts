import type { TextEdit } from 'vscode-languageserver';
import { offsetOf } from '../../../apps/lsp/place.ts';
import type { PolicyDocument } from '../../../apps/lsp/policy-document.ts';

/** The text of a document after edits that do not touch one another. */
export function applied({ reading: { source } }: PolicyDocument, edits: readonly TextEdit[]): string {
  const backwards = edits
    .map(({ range, newText }) => ({ start: offsetOf(source, range.start), end: offsetOf(source, range.end), newText }))
    .sort((a, b) => b.start - a.start);
  return backwards.reduce(
    (text, { start, end, newText }) => text.slice(0, start) + newText + text.slice(end),
    source.text,
  );
}
