import type { Plan } from './plan.ts';

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

const LEFT_OUT: ReadonlySet<string> = new Set(['digest', 'place', 'id']);

function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (!LEFT_OUT.has(key)) members.push(`${JSON.stringify(key)}:${canonicalText(member)}`);
  }
  return `{${members.sort().join(',')}}`;
}
