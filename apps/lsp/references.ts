import { type DocumentHighlight, DocumentHighlightKind, type Location } from 'vscode-languageserver';
import type { NameOccurrence } from '../../compiler/index.ts';
import { rangeOf } from './place.ts';
import { nameAt, type PolicyDocument } from './policy-document.ts';
import { filesThatShare, fileUri, policyFiles } from './policy-files.ts';
import { namedFiles } from './policy-places.ts';

/**
 * Where the name at an offset is declared, in this file or in one that it imports: of a requirement, in every block that states
 * it; of a kind of layer, its own blocks.
 */
export function definitionsAt(document: PolicyDocument, offset: number): readonly Location[] {
  const { reading, uri } = document;
  const path = namedFiles(reading.policy).find(({ span }) => span.start <= offset && offset <= span.end);
  if (path) return fileLocation(uri, path.value);
  const name = nameAt(reading, offset);
  if (name === null) return [];
  if (name.kind === 'layer') return blockLocations(name, document);
  return placesOf(name, document, 'declaration');
}

/** Every place where the name at an offset stands, in this file and in those that it imports. */
export function referencesAt(
  document: PolicyDocument,
  offset: number,
  declarations: 'with declarations' | 'uses alone',
): readonly Location[] {
  const name = nameAt(document.reading, offset);
  if (name === null) return [];
  return placesOf(name, document, declarations === 'uses alone' ? 'use' : null);
}

/** The places of the same name in policies that import this file, themselves or by way of others. */
export function importersReferences(
  document: PolicyDocument,
  offset: number,
  others: readonly PolicyDocument[],
): readonly Location[] {
  const name = nameAt(document.reading, offset);
  if (name === null) return [];
  return others
    .filter((other) => other.uri !== document.uri)
    .filter((other) => filesThatShare(name.kind, other).some(({ uri }) => uri === document.uri))
    .flatMap((other) =>
      sameName(name, other).map(({ word }) => ({ uri: other.uri, range: rangeOf(other.reading.source, word.span) })),
    );
}

/** Its places in this file, for marking them in the text. */
export function highlightsAt(document: PolicyDocument, offset: number): readonly DocumentHighlight[] {
  const name = nameAt(document.reading, offset);
  if (name === null) return [];
  return sameName(name, document).map(({ word, role }) => ({
    range: rangeOf(document.reading.source, word.span),
    kind: role === 'declaration' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}

/** Every occurrence of a name in a file, in the order of the text. */
export function sameName(
  name: NameOccurrence,
  { reading }: Pick<PolicyDocument, 'reading'>,
): readonly NameOccurrence[] {
  return reading.names.filter(
    ({ kind, word, of }) => kind === name.kind && of === name.of && word.text === name.word.text,
  );
}

function placesOf(
  name: NameOccurrence,
  document: PolicyDocument,
  wanted: NameOccurrence['role'] | null,
): readonly Location[] {
  return filesThatShare(name.kind, document).flatMap((file) =>
    sameName(name, file)
      .filter(({ role }) => wanted === null || role === wanted)
      .map(({ word }) => ({ uri: file.uri, range: rangeOf(file.reading.source, word.span) })),
  );
}

function blockLocations({ word }: NameOccurrence, document: PolicyDocument): readonly Location[] {
  return policyFiles(document).flatMap(({ uri, reading }) =>
    reading.policy.statements.flatMap((statement) =>
      (statement.kind === 'artifact' || statement.kind === 'layer') && statement.layer.text === word.text
        ? [{ uri, range: rangeOf(reading.source, statement.layer.span) }]
        : [],
    ),
  );
}

function fileLocation(uri: string, path: string): readonly Location[] {
  const target = fileUri(uri, path);
  const start = { line: 0, character: 0 };
  return target === null ? [] : [{ uri: target, range: { start, end: start } }];
}
