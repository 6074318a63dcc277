import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { GivenLayer } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';

/** Says which statements are understood and not acted upon yet: none is passed over in silence. */
export function checkLater(context: CheckContext): void {
  for (const statement of context.policy.statements) {
    const at = statement.span;
    switch (statement.kind) {
      case 'test':
        context.report(diagnose('BP0601', { values: { title: statement.title.value }, at: statement.title.span }));
        for (const given of statement.given) noteSigners(given, context);
        break;
      case 'assert':
        context.report(diagnose('BP0602', { values: {}, at }));
        break;
      case 'import':
        context.report(diagnose('BP0603', { values: {}, at }));
        break;
      default:
        break;
    }
  }
}

/** Signers of the images that tests describe are used there. */
function noteSigners(given: GivenLayer, context: CheckContext): void {
  for (const signers of given.signedBy) context.usedSigners.add(signers.text);
  if (given.nested !== null) noteSigners(given.nested, context);
  for (const child of given.children) noteSigners(child, context);
}
