import type { PlanCondition } from './plan.ts';

/** Whether a condition asks for bytes to be vouched for, by a signature or a digest, in every way in which it can hold. */
export function asksForBytes(condition: PlanCondition): boolean {
  switch (condition.kind) {
    case 'any':
      return condition.conditions.every(asksForBytes);
    case 'all':
      return condition.conditions.some(asksForBytes);
    case 'none':
      return false;
    case 'property':
      return condition.property === 'sha256';
    default:
      return true;
  }
}
