import { parsePolicy } from '../grammar/parser.ts';
import { type Source, sourceOf } from '../grammar/source.ts';
import type { Plan } from '../runtime/contract/plan.ts';
import { byPlace, check, isError } from './check/check.ts';
import { type CostBound, costBound } from './check/cost.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { certainDespite } from './diagnostics/recovery.ts';
import { syntaxDiagnostic } from './diagnostics/syntax.ts';
import { lower } from './lower/lower.ts';
import { lowerTests } from './lower/tests.ts';
import type { CompileOptions } from './options.ts';
import type { PolicyTests } from './policy-test.ts';
import { astOf } from './syntax/ast-from-cst.ts';

/** What checking a policy gives. */
export interface CheckedText {
  /** Null when there is an error among the diagnostics. */
  readonly plan: Plan | null;
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** For rendering the diagnostics. */
  readonly source: Source;
  /** Bound on the work of one verdict; null when there is no plan. */
  readonly cost: CostBound | null;
  /** The policy's own tests; null when there is no plan. */
  readonly tests: PolicyTests | null;
}

/**
 * The whole compiler: text → tokens → CST → AST → checked policy → plan.
 *
 * Never throws for what a text says; faults of the text are diagnostics. After a syntax slip only those faults of
 * meaning are given that the unreadable part cannot have caused.
 */
export function checkPolicy(text: string, options: CompileOptions): CheckedText {
  const source = sourceOf(options.fileName, text);
  const parsed = parsePolicy(source);
  const checked = check(astOf(parsed), options);
  if (parsed.errors.length > 0) {
    const meaning = certainDespite(parsed.errors, checked.diagnostics);
    const diagnostics = [...parsed.errors.map(syntaxDiagnostic), ...meaning].sort(byPlace);
    return { plan: null, diagnostics, source, cost: null, tests: null };
  }
  const { diagnostics } = checked;
  if (diagnostics.some(isError)) return { plan: null, diagnostics, source, cost: null, tests: null };
  return {
    plan: lower(checked, source, options.sha256),
    diagnostics,
    source,
    cost: costBound(checked),
    tests: lowerTests(checked, source),
  };
}
