import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { CompileOptions } from '../options.ts';
import type { Policy } from '../syntax/ast.ts';
import type { CheckContext } from './context.ts';
import { type Assertion, checkAssertions } from './rules/assertions.ts';
import { checkBlocks } from './rules/blocks.ts';
import { checkContents } from './rules/contents.ts';
import { checkImports } from './rules/imports.ts';
import { checkNesting, type Reach } from './rules/nesting.ts';
import { checkTests } from './rules/tests.ts';
import { checkUnused } from './rules/unused.ts';
import { checkViews } from './rules/views.ts';
import { checkWaivers } from './rules/waivers.ts';
import { checkWhole } from './rules/whole.ts';
import { type ImportedFile, type Scope, scopeOf } from './scope.ts';
import type { SignerTable } from './signer-table.ts';
import { resolveSigners } from './signers.ts';

/** A policy whose names are resolved; without errors among its diagnostics it has one meaning. */
export interface CheckedPolicy {
  readonly policy: Policy;
  readonly scope: Scope;
  readonly signers: SignerTable;
  readonly reach: Reach;
  readonly assertions: readonly Assertion[];
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What a policy is checked as, and with what. */
export interface Surroundings {
  readonly role: CheckContext['role'];
  /** Checked already, each behind those that it imports. */
  readonly imports: readonly ImportedFile[];
}

/** Applies every rule of meaning. Warnings about unused declarations are given only when there is no error. */
export function check(policy: Policy, options: CompileOptions, { role, imports }: Surroundings): CheckedPolicy {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
  const scope = scopeOf(policy, imports, report);
  const naming = { policy, options, scope, role, usedSigners: new Set<string>(), report };
  const signers = resolveSigners(naming);
  const context: CheckContext = { ...naming, signers };
  const reach = checkNesting(context);
  checkWhole(reach, context);
  checkBlocks(context);
  checkViews(reach, context);
  checkWaivers(context);
  checkTests(context);
  checkImports(context);
  const assertions = checkAssertions(context);
  if (!diagnostics.some(isError)) {
    checkContents(context);
    checkUnused(reach, context);
  }
  return { policy, scope, signers, reach, assertions, diagnostics: diagnostics.sort(byPlace) };
}

/** Whether a diagnostic makes the policy unusable. */
export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}

/** Orders diagnostics as their places stand in the text. */
export function byPlace(left: Diagnostic, right: Diagnostic): number {
  return startOf(left) - startOf(right);
}

function startOf({ labels }: Diagnostic): number {
  return labels[0]?.span.start ?? 0;
}
