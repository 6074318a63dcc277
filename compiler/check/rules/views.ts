import { LAYER_KIND_NAMES, LAYER_KINDS, type LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import { PROFILES } from '../../../runtime/contract/vocabulary.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { ViewStatement, Word } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { isRequirementName, requirementNames } from '../scope.ts';
import { useSigners } from '../signers.ts';
import { aLayer, listed, quoted, suggest } from '../wording.ts';
import { knownKind } from './blocks.ts';
import type { Reach } from './nesting.ts';
import { checkBeside, checkListed, checkWord } from './words.ts';

/** Checks every enforcement point: what it sees, loads and enforces, and by whose rules. */
export function checkViews(reach: Reach, context: CheckContext): void {
  for (const view of context.scope.views) {
    checkSees(view, reach, context);
    if (view.beside !== null) checkBeside(view.beside, context);
    checkLoads(view, context);
    checkProfile(view, context);
    if (view.revokedBy !== null) useSigners(view.revokedBy, context);
    checkEnforce(view, context);
  }
}

function checkSees(view: ViewStatement, reach: Reach, context: CheckContext): void {
  const { sees, trimmed, name } = view;
  const file = sees.find((word) => word.text === 'file');
  if (sees.length === 0) {
    const help = 'add `sees file`, or `sees KIND` for the layer that it is handed';
    context.report(diagnose('BP0408', { values: { name: name.text }, at: name.span, help }));
  }
  checkListed(sees, context);
  if (file !== undefined) {
    if (sees.length > 1) context.report(diagnose('BP0406', { values: {}, at: file.span }));
    if (trimmed !== null) context.report(diagnose('BP0404', { values: {}, at: trimmed.span }));
    return;
  }
  const kinds = kindsOf(sees, context);
  const unseen = kinds.filter(({ kind }) => !reach.kinds.has(kind));
  const [first] = unseen;
  if (first === undefined || reach.kinds.size === 0 || kinds.length < sees.length) return;
  const values = { name: name.text, kinds: quoted(unseen.map(({ kind }) => kind)) };
  const notes = [`the artifacts hold: ${listed([...reach.kinds])}`];
  const code = unseen.length === kinds.length ? 'BP0402' : 'BP0506';
  context.report(diagnose(code, { values, at: first.word.span, notes }));
}

function checkLoads({ loads }: ViewStatement, context: CheckContext): void {
  if (loads === null) return;
  checkListed(loads, context);
  for (const { kind, word } of kindsOf(loads, context)) {
    if (LAYER_KINDS[kind].outermost) continue;
    const notes = [`formats are: ${listed(LAYER_KIND_NAMES.filter((each) => LAYER_KINDS[each].outermost))}`];
    context.report(diagnose('BP0405', { values: { layer: aLayer(kind) }, at: word.span, notes }));
  }
}

interface NamedKind {
  readonly kind: LayerKind;
  readonly word: Word;
}

function kindsOf(words: readonly Word[], context: CheckContext): readonly NamedKind[] {
  const kinds: NamedKind[] = [];
  for (const word of words) {
    const kind = knownKind(word, LAYER_KIND_NAMES, context);
    if (kind !== null) kinds.push({ kind, word });
  }
  return kinds;
}

function checkProfile({ like }: ViewStatement, context: CheckContext): void {
  if (like === null) return;
  const note = `profiles are: ${listed(PROFILES)}`;
  checkWord(like, { noun: 'a profile', words: PROFILES, note, otherNames: PROFILE_NAMES }, context);
}

const PROFILE_NAMES: Readonly<Record<string, string>> = { kernel: 'linux', uefi: 'edk2', firmware: 'edk2' };

function checkEnforce({ enforce, name }: ViewStatement, context: CheckContext): void {
  if (enforce === 'nothing') return;
  if (enforce === null) {
    const help = 'add `enforce { … }`, or `enforce nothing` to say that it enforces none on purpose';
    context.report(diagnose('BP0401', { values: { name: name.text }, at: name.span, help }));
    return;
  }
  checkListed(enforce, context);
  for (const word of enforce) checkEnforced(word, context);
}

function checkEnforced(word: Word, context: CheckContext): void {
  if (isRequirementName(word.text, context.scope)) return;
  if (word.text === 'shape') {
    const notes = ['every view judges it, of the bytes that it sees: leave it out'];
    context.report(diagnose('BP0112', { values: { name: word.text }, at: word.span, notes }));
    return;
  }
  const names = requirementNames(context.scope);
  const { label, fix } = suggest(word, names);
  const notes = names.length === 0 ? [] : [`requirements are: ${listed(names)}`];
  context.report(diagnose('BP0102', { values: { name: word.text }, at: word.span, label, notes, fix }));
}
