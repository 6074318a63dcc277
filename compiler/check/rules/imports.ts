import type { CheckContext } from '../context.ts';
import { checkDigest } from '../literals.ts';

/** Checks the digests that `import` statements state; whether the files have them is seen when they are read. */
export function checkImports(context: CheckContext): void {
  for (const statement of context.policy.statements) {
    if (statement.kind === 'import' && statement.digest !== null) checkDigest(statement.digest, 'import', context);
  }
}
