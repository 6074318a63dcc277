import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { CheckContext } from '../context.ts';

/** Says which statements are understood and not acted upon yet: none is passed over in silence. */
export function checkLater(context: CheckContext): void {
  for (const statement of context.policy.statements) {
    const at = statement.span;
    switch (statement.kind) {
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
