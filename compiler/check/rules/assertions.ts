import { LAYER_KIND_NAMES, type LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import { CODECS } from '../../../runtime/contract/vocabulary.ts';
import type { Span } from '../../../grammar/source.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { AssertStatement, Word } from '../../syntax/ast.ts';
import { ASSERTION_FORMS, type AssertionForm, DECODES, UNCOVERED } from '../assertion-forms.ts';
import type { CheckContext } from '../context.ts';
import { listed, suggest } from '../wording.ts';
import { knownKind } from './blocks.ts';
import { checkViewName } from './tests.ts';
import { checkWordList } from './words.ts';

/** An `assert` statement that is understood. */
export type Assertion =
  /** Layers of one kind, or of all: what the view uses of them is covered. */
  | { readonly kind: 'uncovered'; readonly layer: LayerKind | null; readonly view: string; readonly span: Span }
  /** What the view must carry is among these. */
  | {
      readonly kind: 'footprint';
      readonly carries: 'decoders' | 'parsers';
      readonly only: readonly string[];
      readonly view: string;
      readonly span: Span;
    };

/** Reads the assertions of a policy; reports those that are none, and names that do not exist. */
export function checkAssertions(context: CheckContext): readonly Assertion[] {
  const statements = context.policy.statements.filter((statement) => statement.kind === 'assert');
  return statements.map((statement) => assertionOf(statement, context)).filter((assertion) => assertion !== null);
}

function assertionOf(statement: AssertStatement, context: CheckContext): Assertion | null {
  const form = nearestForm(statement.words);
  if (!followsForm(statement, form, context)) return null;
  const { words, list, span } = statement;
  const view = words[form === UNCOVERED ? 4 : 2];
  if (view === undefined || !checkViewName(view, context)) return null;
  if (form === UNCOVERED) return uncoveredOf(words[2], { view: view.text, span }, context);
  const named = list ?? [];
  const known = form === DECODES ? knowsCodecs(named, context) : knowsKinds(named, context);
  if (!known) return null;
  const only = named.map(({ text }) => text);
  return { kind: 'footprint', carries: form === DECODES ? 'decoders' : 'parsers', only, view: view.text, span };
}

/** The form that has most of the words at their places. */
function nearestForm(words: readonly Word[]): AssertionForm {
  const score = ({ words: fixed }: AssertionForm): number =>
    fixed.filter((word, index) => words[index]?.text === word).length;
  return ASSERTION_FORMS.reduce((best, form) => (score(form) > score(best) ? form : best), UNCOVERED);
}

function followsForm({ words, list, span }: AssertStatement, form: AssertionForm, context: CheckContext): boolean {
  const help = `write \`${form.text}\``;
  const notes = [`assertions are: ${ASSERTION_FORMS.map(({ words: fixed }) => fixed.map(shown).join(' ')).join('; ')}`];
  for (const [index, word] of words.entries()) {
    const due = form.words[index];
    if (typeof due === 'object' || due === word.text) continue;
    const { label, fix } = due === undefined ? { label: '', fix: null } : suggest(word, dueWords(index));
    context.report(diagnose('BP0801', { values: { word: word.text }, at: word.span, label, notes, help, fix }));
    return false;
  }
  if (words.length === form.words.length && (list !== null) === (form.list !== null)) return true;
  const end = list === null || words.length < form.words.length ? (words.at(-1)?.span ?? span) : span;
  if (words.length < form.words.length || list === null) {
    context.report(diagnose('BP0802', { values: {}, at: end, help }));
  } else context.report(diagnose('BP0801', { values: { word: '{' }, at: span, notes, help }));
  return false;
}

function shown(word: AssertionForm['words'][number]): string {
  return typeof word === 'string' ? word : '…';
}

/** What may stand at one place of any form. */
function dueWords(index: number): readonly string[] {
  return [...new Set(ASSERTION_FORMS.map(({ words }) => words[index]).filter((word) => typeof word === 'string'))];
}

function uncoveredOf(
  what: Word | undefined,
  about: { readonly view: string; readonly span: Span },
  context: CheckContext,
): Assertion | null {
  if (what === undefined || what.text === 'byte') return { kind: 'uncovered', layer: null, ...about };
  const layer = knownKind(what, ['byte'], context);
  return layer === null ? null : { kind: 'uncovered', layer, ...about };
}

function knowsCodecs(words: readonly Word[], context: CheckContext): boolean {
  const note = `compressions are: ${listed(CODECS)}`;
  return checkWordList(words, { noun: 'a compression', words: CODECS, note }, context);
}

function knowsKinds(words: readonly Word[], context: CheckContext): boolean {
  return words.map((word) => knownKind(word, LAYER_KIND_NAMES, context)).every((kind) => kind !== null);
}
