import { diagnose } from '../diagnostics/diagnostic.ts';
import type { Expectation, TestStatement } from '../syntax/ast.ts';
import type { LintContext } from './context.ts';

/** Warns of expectations that hold whatever the images are, and of those that are said twice. */
export function lintTests(context: LintContext): void {
  for (const statement of context.checked.policy.statements) {
    if (statement.kind === 'test') lintTest(statement, context);
  }
}

function lintTest({ given, expectations }: TestStatement, context: LintContext): void {
  const { plan } = context;
  const declared = new Set<string>(plan.artifacts.map(({ kind }) => kind));
  const areDeclared = given.every(({ image }) => declared.has(image.layer.text));
  const said = new Set<string>();
  for (const expectation of expectations) {
    const view = plan.views.find(({ name }) => name === expectation.view?.text);
    const acceptsAll = view?.enforcesNothing === true && view.sees.kind === 'file' && view.loads === null;
    const key = keyOf(expectation);
    if (acceptsAll && areDeclared && expectation.verdict.text === 'accept') {
      const notes = [`\`${view.name}\` enforces nothing, so it accepts every file of these kinds`];
      context.report(diagnose('BP0524', { values: {}, at: expectation.span, notes }));
    } else if (said.has(key)) {
      context.report(diagnose('BP0524', { values: {}, at: expectation.span, notes: ['it is said above already'] }));
    }
    said.add(key);
  }
}

function keyOf({ verdict, view, because }: Expectation): string {
  return [verdict.text, view?.text ?? '', ...because.map(({ text }) => text).sort()].join(' ');
}
