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
    case 'signed':
    case 'allowed':
      // A signature of PCR values keeps nobody from loading the bytes.
      return condition.constraints.scheme !== 'pcr';
    case 'covered':
      return true;
  }
}
