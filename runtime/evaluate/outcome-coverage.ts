import type { Plan, PlanBlock, PlanCondition, PlanPlace, PlanRequirement } from '../contract/plan.ts';
import type { Proof } from '../contract/subject.ts';
import type { Verdict } from '../contract/verdict.ts';

/** A single condition of the policy's text, and which of its two outcomes no verdict has shown. */
export interface UnshownOutcomes {
  readonly condition: PlanCondition;
  readonly never: readonly ('true' | 'false')[];
}

/** How much of what the conditions of a policy can say has been seen. */
export interface OutcomeCoverage {
  readonly shown: number;
  /** Two for each condition that some view enforces; groups are no conditions of their own. */
  readonly total: number;
  /** In the order of the text. */
  readonly unshown: readonly UnshownOutcomes[];
}

/**
 * Counts the outcomes of conditions that a set of verdicts shows, out of those that they could.
 *
 * A condition is one place of the text, however many layers it was asked of. *Undecided* is no outcome that a policy
 * should have to show.
 */
export function outcomeCoverage(plan: Plan, verdicts: readonly Verdict[]): OutcomeCoverage {
  const shown = new Set<string>();
  for (const { views } of verdicts) {
    for (const { requirements } of views) for (const { proof } of requirements) if (proof !== null) note(proof, shown);
  }
  const conditions = enforcedConditions(plan);
  const unshown = conditions
    .map((condition) => ({ condition, never: OUTCOMES.filter((outcome) => !shown.has(key(condition.place, outcome))) }))
    .filter(({ never }) => never.length > 0);
  const total = conditions.length * OUTCOMES.length;
  return { shown: total - unshown.reduce((sum, { never }) => sum + never.length, 0), total, unshown };
}

const OUTCOMES = ['true', 'false'] as const;

function note(proof: Proof, shown: Set<string>): void {
  if (proof.children.length === 0) shown.add(key(proof.condition.place, proof.outcome));
  for (const child of proof.children) note(child, shown);
}

function key({ file, line, column }: PlanPlace, outcome: string): string {
  return `${file}:${line}:${column} ${outcome}`;
}

/** Leaves of all requirements that a view enforces, each place of the text once, in its order. */
function enforcedConditions(plan: Plan): readonly PlanCondition[] {
  const enforced = new Set(plan.views.flatMap(({ enforce }) => enforce));
  const found = new Map<string, PlanCondition>();
  for (const block of plan.artifacts) {
    for (const { name, condition } of requirementsOf(block)) {
      if (!enforced.has(name)) continue;
      for (const leaf of leavesOf(condition)) found.set(key(leaf.place, ''), leaf);
    }
  }
  return [...found.values()].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

function requirementsOf(block: PlanBlock): readonly PlanRequirement[] {
  return [
    ...block.requirements,
    ...block.children.flatMap(({ alternatives }) => alternatives).flatMap((inner) => requirementsOf(inner)),
  ];
}

function leavesOf(condition: PlanCondition): readonly PlanCondition[] {
  return 'conditions' in condition ? condition.conditions.flatMap(leavesOf) : [condition];
}
