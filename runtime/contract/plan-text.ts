import type { Plan, PlanCondition } from './plan.ts';

/**
 * The meaning of a plan as one text, from which its digest is made: canonical JSON without what does not change any
 * verdict.
 *
 * Left out are `digest` itself, every `place`, and the numbers of requirements. Keys are sorted, and so are the
 * elements of lists, because every list in a plan is a set.
 */
export function canonicalPlanText(plan: Omit<Plan, 'digest'>): string {
  return canonicalText(plan);
}

/** The meaning of one condition as text: two conditions with the same text ask the same. */
export function canonicalConditionText(condition: PlanCondition): string {
  return canonicalText(condition);
}

const LEFT_OUT: ReadonlySet<string> = new Set(['digest', 'place', 'id']);

function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return canonicalSet(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let text = '';
  for (const [key, member] of Object.entries(value).sort(byKey)) {
    if (!LEFT_OUT.has(key)) text += `${text === '' ? '{' : ','}"${key}":${canonicalText(member)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function canonicalSet(elements: readonly unknown[]): string {
  const texts = elements.map(canonicalText);
  return `[${(texts.length > 1 ? texts.sort() : texts).join(',')}]`;
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
