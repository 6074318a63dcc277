import { parsePolicy } from '../grammar/parser.ts';
import { type Source, sourceOf } from '../grammar/source.ts';
import type { Plan } from '../runtime/contract/plan.ts';
import { assertionFaults } from './analyse/assertions.ts';
import { byPlace, check, isError } from './check/check.ts';
import { type CostBound, costBound } from './check/cost.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { certainDespite, certainWithoutImports } from './diagnostics/recovery.ts';
import { syntaxDiagnostic } from './diagnostics/syntax.ts';
import { checkImported } from './check/imported.ts';
import { allow, type Allowances, type AllowedDiagnostic } from './lint/allow.ts';
import { lint } from './lint/lint.ts';
import { loadImports, type LoadedImport } from './load/imports.ts';
import { lower } from './lower/lower.ts';
import { placeFinder } from './lower/place.ts';
import { lowerTests } from './lower/tests.ts';
import type { CompileOptions } from './options.ts';
import type { PolicyTests } from './policy-test.ts';
import { astOf } from './syntax/ast-from-cst.ts';

/** A file that went into a policy. */
export type ImportedText = Pick<LoadedImport, 'path' | 'sha256' | 'source'>;

/** What checking a policy gives. */
export interface CheckedText {
  /** Null when there is an error among the diagnostics. */
  readonly plan: Plan | null;
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** Warnings that the policy allows by `# bootpol: allow CODE because "…"`. */
  readonly allowed: readonly AllowedDiagnostic[];
  /** For rendering the diagnostics. */
  readonly source: Source;
  /** The files that it imports, itself or by way of another, as far as they could be read. */
  readonly imports: readonly ImportedText[];
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
  const { source, parsed, policy } = readingOf(text, options);
  const loaded = loadImports(policy, options);
  const imports = checkImported(loaded, options);
  const checked = check(policy, options, { role: 'whole', imports: imports.files });
  const refused = { plan: null, source, imports: loaded.files, cost: null, tests: null };
  if (parsed.errors.length > 0) {
    const meaning = certainDespite(parsed.errors, checked.diagnostics);
    return { ...refused, diagnostics: [...parsed.errors.map(syntaxDiagnostic), ...meaning].sort(byPlace), allowed: [] };
  }
  const own = imports.faults.length === 0 ? checked.diagnostics : certainWithoutImports(checked.diagnostics);
  const diagnostics = [...imports.faults, ...own];
  if (diagnostics.some(isError)) return { ...refused, ...sorted(allow(parsed, diagnostics, 'not all')) };
  const plan = lower(checked, source, options.sha256);
  const broken = assertionFaults(checked.assertions, plan);
  if (broken.length > 0) return { ...refused, ...sorted(allow(parsed, [...diagnostics, ...broken], 'not all')) };
  const warnings = [...diagnostics, ...lint({ checked, plan, at: placeFinder(source) }, options)];
  const judged = sorted(allow(parsed, warnings, options.at === undefined ? 'on no day' : 'at a day'));
  const tests = lowerTests(checked, source);
  return { ...judged, plan, source, imports: loaded.files, cost: costBound(checked), tests };
}

/** What was read already is taken only when it is this text under this name. */
function readingOf(text: string, { reading, fileName }: CompileOptions) {
  if (reading?.source.text === text && reading.source.name === fileName) return reading;
  const source = sourceOf(fileName, text);
  const parsed = parsePolicy(source);
  return { source, parsed, policy: astOf(parsed) };
}

function sorted({ diagnostics, allowed }: Allowances): Allowances {
  return { diagnostics: [...diagnostics].sort(byPlace), allowed };
}
