import { VERDICTS } from '../../../runtime/contract/vocabulary.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { Expectation, TestStatement, Word } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { isRequirementName, requirementNames } from '../scope.ts';
import { listed, suggest } from '../wording.ts';
import { checkGiven } from './given.ts';
import { checkWord } from './words.ts';

/** Checks the tests of a policy: what they give can be made, and what they expect can happen. */
export function checkTests(context: CheckContext): void {
  for (const statement of context.policy.statements) if (statement.kind === 'test') checkTest(statement, context);
}

function checkTest({ title, given, expectations }: TestStatement, context: CheckContext): void {
  const values = { title: title.value };
  if (given.length === 0) context.report(diagnose('BP0611', { values, at: title.span }));
  if (expectations.length === 0) context.report(diagnose('BP0612', { values, at: title.span }));
  for (const image of given) checkGiven(image, context);
  for (const expectation of expectations) checkExpectation(expectation, context);
}

function checkExpectation({ verdict, view, because }: Expectation, context: CheckContext): void {
  const note = `verdicts are: ${listed(VERDICTS)}`;
  checkWord(verdict, { noun: 'a verdict', words: VERDICTS, note, otherNames: VERDICT_NAMES }, context);
  if (view !== null) checkViewName(view, context);
  for (const name of because) checkBecause(name, context);
  const accepts = verdict.text === 'accept';
  if (accepts && because[0] !== undefined) {
    context.report(diagnose('BP0617', { values: {}, at: because[0].span }));
  }
}

const VERDICT_NAMES: Readonly<Record<string, string>> = {
  accepted: 'accept',
  pass: 'accept',
  rejected: 'reject',
  refuse: 'reject',
  refused: 'reject',
  fail: 'reject',
  unknown: 'undecided',
};

/** Reports a name that no view has; without any view, `file` is the one there is. */
export function checkViewName(word: Word, { scope, report }: CheckContext): boolean {
  const names = scope.views.length === 0 ? ['file'] : scope.views.map(({ name }) => name.text);
  if (names.includes(word.text)) return true;
  const { label, fix } = suggest(word, names);
  const notes = [`views are: ${listed(names)}`];
  report(diagnose('BP0616', { values: { name: word.text }, at: word.span, label, notes, fix }));
  return false;
}

function checkBecause(word: Word, { scope, report }: CheckContext): void {
  if (isRequirementName(word.text, scope) || word.text === 'shape' || word.text === 'assert') return;
  const names = [...requirementNames(scope), 'shape', 'assert'];
  const { label, fix } = suggest(word, names);
  report(
    diagnose('BP0102', {
      values: { name: word.text },
      at: word.span,
      label,
      notes: [`requirements are: ${listed(names)}`],
      fix,
    }),
  );
}
