import type { Range, TextEdit } from 'vscode-languageserver';
import {
  type NameKind,
  type NameOccurrence,
  type PolicyReading,
  readPolicyText,
  type GrammarPaths,
  sourceOf,
  STRANGER,
} from '../../compiler/index.ts';
import { rangeOf } from './place.ts';
import { nameAt, type PolicyDocument } from './policy-document.ts';
import { filesThatShare } from './policy-files.ts';
import { sameName } from './references.ts';

/** What can be renamed at an offset, or why nothing can. */
export type RenameTarget =
  | { readonly ok: true; readonly range: Range; readonly placeholder: string; readonly name: NameOccurrence }
  | { readonly ok: false; readonly text: string };

export type Renaming =
  | { readonly ok: true; readonly edits: readonly TextEdit[] }
  | { readonly ok: false; readonly text: string };

/** Looks whether the name at an offset can be renamed: the author's own, declared in this text. */
export function prepareRename(document: PolicyDocument, offset: number): RenameTarget {
  const { reading } = document;
  const name = nameAt(reading, offset);
  if (name === null) return { ok: false, text: 'no name stands here' };
  const { text, span } = name.word;
  if (!OWN_KINDS.includes(name.kind)) return { ok: false, text: `\`${text}\` is a word of the language` };
  if (name.kind === 'requirement' && text === 'shape') {
    return { ok: false, text: '`shape` is reserved: it stands for the declarations of layers' };
  }
  if (!isDeclaredIn(document, name)) {
    const other = filesThatShare(name.kind, document).find((file) => isDeclaredIn(file, name));
    const where =
      other === undefined || other.path === null
        ? 'is not declared in this policy'
        : `is declared in \`${other.path}\``;
    return { ok: false, text: `\`${text}\` ${where}` };
  }
  return { ok: true, range: rangeOf(reading.source, span), placeholder: text, name };
}

function isDeclaredIn(file: Pick<PolicyDocument, 'reading'>, name: NameOccurrence): boolean {
  return sameName(name, file).some(({ role }) => role === 'declaration');
}

const OWN_KINDS: readonly NameKind[] = ['signers', 'requirement', 'view', 'policy'];

/** Renames the name at an offset everywhere in its policy. Refuses names that are none, are taken, or would be read otherwise. */
export function renameAt(document: PolicyDocument, { offset, newName }: RenameQuestion, paths: GrammarPaths): Renaming {
  const target = prepareRename(document, offset);
  if (!target.ok) return target;
  const { name } = target;
  const { reading } = document;
  const fault = faultOf(newName, name, document);
  if (fault !== null) return { ok: false, text: fault };
  const places = sameName(name, document);
  const renamed = renamedText(reading.source.text, places, newName);
  if (!meansTheSame(reading, readPolicyText(sourceOf(reading.source.name, renamed), paths), { name, newName })) {
    return { ok: false, text: `\`${newName}\` would be read as something else here` };
  }
  const edits = places.map(({ word }) => ({ range: rangeOf(reading.source, word.span), newText: newName }));
  return { ok: true, edits };
}

export interface RenameQuestion {
  readonly offset: number;
  readonly newName: string;
}

function faultOf(newName: string, { kind, word }: NameOccurrence, document: PolicyDocument): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/.test(newName)) {
    return `\`${newName}\` is not a name: names have letters a to z, digits, \`_\`, and single hyphens inside`;
  }
  if (newName === word.text) return null;
  if (kind === 'requirement' && ['shape', 'assert', 'nothing'].includes(newName)) return `\`${newName}\` is reserved`;
  if (kind === 'signers' && newName === STRANGER) return `\`${STRANGER}\` is the signer that no set trusts, in tests`;
  const files = filesThatShare(kind, document);
  const isNamed = (other: NameOccurrence): boolean => other.kind === kind && other.word.text === newName;
  const taken =
    files.find(({ reading: { names } }) => names.some((other) => other.role === 'declaration' && isNamed(other))) ??
    files.find(({ reading: { names } }) => names.some(isNamed));
  const where = taken === undefined || taken.path === null ? 'this policy' : `\`${taken.path}\``;
  return taken ? `there is already a ${NOUNS[kind]} \`${newName}\` in ${where}` : null;
}

const NOUNS: Readonly<Record<NameKind, string>> = {
  policy: 'policy',
  signers: 'signer set',
  requirement: 'requirement',
  view: 'view',
  layer: 'layer',
  property: 'property',
  given: 'property',
  value: 'word',
};

function renamedText(text: string, places: readonly NameOccurrence[], newName: string): string {
  let renamed = '';
  let from = 0;
  for (const { word } of places) {
    renamed += text.slice(from, word.span.start) + newName;
    from = word.span.end;
  }
  return renamed + text.slice(from);
}

/** Whether the names of both texts are the same but for the one: a keyword that is read as a name everywhere, is one. */
function meansTheSame(
  before: PolicyReading,
  after: PolicyReading,
  { name, newName }: { readonly name: NameOccurrence; readonly newName: string },
): boolean {
  if (after.syntaxErrors > before.syntaxErrors || after.names.length !== before.names.length) return false;
  return before.names.every((old, index) => {
    const now = after.names[index];
    const isRenamed = old.kind === name.kind && old.word.text === name.word.text && old.of === name.of;
    return now?.kind === old.kind && now.role === old.role && now.word.text === (isRenamed ? newName : old.word.text);
  });
}
