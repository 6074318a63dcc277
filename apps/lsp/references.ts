import { type DocumentHighlight, DocumentHighlightKind, type Location } from 'vscode-languageserver';
import type { NameOccurrence } from '../../compiler/index.ts';
import { rangeOf } from './place.ts';
import { nameAt, type PolicyDocument } from './policy-document.ts';
import { namedFiles } from './policy-places.ts';

/** Where the name at an offset is declared: of a requirement, in every block that states it; of a nested kind, its own block. */
export function definitionsAt(document: PolicyDocument, offset: number): readonly Location[] {
  const { reading, uri } = document;
  const path = namedFiles(reading.policy).find(({ span }) => span.start <= offset && offset <= span.end);
  if (path) return fileLocation(uri, path.value);
  const name = nameAt(reading, offset);
  if (name === null) return [];
  if (name.kind === 'layer') return blockLocations(name, document);
  const declared = sameName(name, document).filter(({ role }) => role === 'declaration');
  return [...declared.map((each) => locationOf(each, document)), ...importedLocations(name, document)];
}

/** Every place where the name at an offset stands. */
export function referencesAt(
  document: PolicyDocument,
  offset: number,
  declarations: 'with declarations' | 'uses alone',
): readonly Location[] {
  const name = nameAt(document.reading, offset);
  if (name === null) return [];
  const found = sameName(name, document).filter(({ role }) => role === 'use' || declarations === 'with declarations');
  return found.map((each) => locationOf(each, document));
}

/** The same places, for marking them in the text. */
export function highlightsAt(document: PolicyDocument, offset: number): readonly DocumentHighlight[] {
  const name = nameAt(document.reading, offset);
  if (name === null) return [];
  return sameName(name, document).map(({ word, role }) => ({
    range: rangeOf(document.reading.source, word.span),
    kind: role === 'declaration' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}

/** Every occurrence of a name, itself among them, in the order of the text. */
export function sameName(name: NameOccurrence, { reading }: PolicyDocument): readonly NameOccurrence[] {
  return reading.names.filter(
    ({ kind, word, of }) => kind === name.kind && of === name.of && word.text === name.word.text,
  );
}

function locationOf({ word }: NameOccurrence, { reading, uri }: PolicyDocument): Location {
  return { uri, range: rangeOf(reading.source, word.span) };
}

function importedLocations({ kind, word }: NameOccurrence, { imported, uri }: PolicyDocument): readonly Location[] {
  return imported().flatMap(({ path, reading }) => {
    const target = fileUri(uri, path);
    if (target === null) return [];
    const declared = reading.names.filter(
      (name) => name.role === 'declaration' && name.kind === kind && name.word.text === word.text,
    );
    return declared.map((name) => ({ uri: target, range: rangeOf(reading.source, name.word.span) }));
  });
}

function blockLocations({ word }: NameOccurrence, { reading, uri }: PolicyDocument): readonly Location[] {
  return reading.policy.statements.flatMap((statement) =>
    (statement.kind === 'artifact' || statement.kind === 'layer') && statement.layer.text === word.text
      ? [{ uri, range: rangeOf(reading.source, statement.layer.span) }]
      : [],
  );
}

function fileLocation(uri: string, path: string): readonly Location[] {
  const target = fileUri(uri, path);
  const start = { line: 0, character: 0 };
  return target === null ? [] : [{ uri: target, range: { start, end: start } }];
}

/** The URI of a file that a policy names relative to itself; null where there is none. */
export function fileUri(policyUri: string, path: string): string | null {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  try {
    return new URL(escaped, policyUri).href;
  } catch {
    return null;
  }
}
