import type { PlaceFinder } from '../lower/place.ts';
import type { Plan } from '../../runtime/contract/plan.ts';
import type { CheckedPolicy } from '../check/check.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { CompileOptions } from '../options.ts';

/** What every lint sees: a policy without errors, its plan, and where to put what it finds. */
export interface LintContext {
  readonly checked: CheckedPolicy;
  readonly plan: Plan;
  readonly options: CompileOptions;
  /** Places of the policy's text. */
  readonly at: PlaceFinder;
  readonly report: (diagnostic: Diagnostic) => void;
}
