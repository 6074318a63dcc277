import type { Plan } from '../../runtime/contract/plan.ts';
import type { CheckedPolicy } from '../check/check.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { PlaceFinder } from '../lower/place.ts';
import type { CompileOptions } from '../options.ts';
import type { LintContext } from './context.ts';
import { lintImplications } from './implications.ts';
import { lintNames } from './names.ts';
import { lintSigners } from './signers.ts';
import { lintTests } from './tests.ts';
import { lintTimes } from './times.ts';
import { lintViews } from './views.ts';
import { lintWaivers } from './waivers.ts';
import { lintWeakness } from './weakness.ts';

/** A policy without errors, and its plan. */
export interface Lintable {
  readonly checked: CheckedPolicy;
  readonly plan: Plan;
  readonly at: PlaceFinder;
}

/** Warnings about a policy that works: what in it decides nothing, allows more than it seems to, or is likely a slip. */
export function lint({ checked, plan, at }: Lintable, options: CompileOptions): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const context: LintContext = { checked, plan, options, at, report: (diagnostic) => void found.push(diagnostic) };
  lintImplications(context);
  lintViews(context);
  lintWaivers(context);
  lintWeakness(context);
  lintSigners(context);
  lintTimes(context);
  lintTests(context);
  lintNames(context);
  return found;
}
