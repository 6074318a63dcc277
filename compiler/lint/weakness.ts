import { requirementsIn } from '../check/additions.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { Condition, Constraint } from '../syntax/ast.ts';
import type { LintContext } from './context.ts';
import { writtenBlocks } from './walk.ts';

/** Warns of constraints that admit digests and keys which are no longer held to be safe. */
export function lintWeakness(context: LintContext): void {
  for (const { condition } of writtenBlocks(context.checked.policy.statements).flatMap(requirementsIn))
    visit(condition, context);
}

function visit(condition: Condition, context: LintContext): void {
  if ('conditions' in condition) for (const inner of condition.conditions) visit(inner, context);
  if ('constraints' in condition) for (const constraint of condition.constraints) lintConstraint(constraint, context);
}

/** NIST SP 800-131A: SHA-1, RSA under 2048 bits and curves under 224 bits are disallowed; 224 gives less than 128-bit strength. */
const LEAST_BITS: Readonly<Record<string, number>> = { rsa: 2048, ec: 256 };

function lintConstraint(constraint: Constraint, { report }: LintContext): void {
  if (constraint.kind === 'digest') {
    for (const { text, span } of constraint.words) {
      if (text !== 'sha1') continue;
      const notes = ['collisions of SHA-1 are made in practice, and `like strict` and `like linux` refuse it anyway'];
      report(diagnose('BP0515', { values: { what: 'the digest `sha1`' }, at: span, notes }));
    }
  }
  if (constraint.kind !== 'key') return;
  const { family, least } = constraint;
  const bits = LEAST_BITS[family.text];
  if (bits === undefined || least.value >= bits) return;
  const values = { what: `${family.text === 'rsa' ? 'RSA' : 'elliptic-curve'} keys of ${least.value} bits` };
  report(diagnose('BP0515', { values, at: least.span, help: `ask for at least \`${family.text} >= ${bits}\`` }));
}
