import type { Anchor } from '../../runtime/contract/anchor.ts';
import type {
  PlanCondition,
  PlanConstraints,
  PlanPropertyCondition,
  PlanSignatureCondition,
} from '../../runtime/contract/plan.ts';
import type { LeafCondition } from '../lower/walk.ts';
import { identityOf, type SignerTable } from '../check/signer-table.ts';

/** How much comparing may still be done; a policy of many requirements is not compared to its end. */
export interface Budget {
  steps: number;
}

/**
 * Whether the second condition is true wherever the first one is, as far as the two texts tell. A `no` means only that it is
 * not seen.
 */
export function implies(left: PlanCondition, right: PlanCondition, rules: Rules): boolean {
  rules.budget.steps -= 1;
  if (rules.budget.steps < 0) return false;
  if (right.kind === 'all') return right.conditions.every((inner) => implies(left, inner, rules));
  if (left.kind === 'any') return left.conditions.every((inner) => implies(inner, right, rules));
  if (left.kind === 'all' && left.conditions.some((inner) => implies(inner, right, rules))) return true;
  if (right.kind === 'any') return right.conditions.some((inner) => implies(left, inner, rules));
  if ('conditions' in right) {
    return (
      left.kind === 'none' && right.conditions.every((no) => left.conditions.some((has) => implies(no, has, rules)))
    );
  }
  return !('conditions' in left) && leafImplies(left, right, rules);
}

/** What comparing conditions takes. */
export interface Rules {
  readonly signers: SignerTable;
  readonly budget: Budget;
  /** Which signer sets, `LEFT RIGHT`, are within others, as far as that was asked. */
  readonly within: Map<string, boolean>;
}

function leafImplies(left: LeafCondition, right: LeafCondition, rules: Rules): boolean {
  if (left.kind === 'property') return right.kind === 'property' && propertyImplies(left, right);
  if (right.kind === 'property' || !isWithin(left.signers, right.signers, rules)) return false;
  if (left.kind === 'covered' || right.kind === 'covered') return left.kind === right.kind;
  return (left.kind === 'signed' || right.kind === 'allowed') && constraintsImply(left, right);
}

function constraintsImply(
  { constraints: left }: PlanSignatureCondition,
  { constraints: right }: PlanSignatureCondition,
) {
  return (
    left.scheme === right.scheme &&
    isSubset(left.digests, right.digests) &&
    keysImply(left.keys, right.keys) &&
    (left.validity === right.validity || right.validity === 'profile') &&
    left.count >= right.count &&
    (left.timestamped || !right.timestamped)
  );
}

/** Null is no demand at all. */
function isSubset(left: readonly string[] | null, right: readonly string[] | null): boolean {
  return right === null || (left?.every((word) => right.includes(word)) ?? false);
}

function keysImply(left: PlanConstraints['keys'], right: PlanConstraints['keys']): boolean {
  if (right === null) return true;
  if (left === null) return false;
  return left.every((key) =>
    right.some(({ family, leastBits }) => family === key.family && leastBits <= key.leastBits),
  );
}

/** Whether everybody in one signer set is in the other; what it takes to compare two sets counts once. */
function isWithin(left: string, right: string, rules: Rules): boolean {
  if (left === right) return true;
  const pair = `${left} ${right}`;
  const known = rules.within.get(pair) ?? compareSets(left, right, rules);
  rules.within.set(pair, known);
  return known;
}

function compareSets(left: string, right: string, { signers: { sets }, budget }: Rules): boolean {
  const [inner, outer] = [sets.get(left), sets.get(right)];
  if (inner === undefined || outer === undefined || outer.param) return false;
  budget.steps -= inner.anchors.length + outer.anchors.length;
  if (budget.steps < 0) return false;
  const params = inner.param ? [left] : inner.includes;
  const held = new Set(outer.anchors.map(identityOf));
  const isHeld = (anchor: Anchor): boolean => held.has(identityOf(anchor));
  return params.every((param) => outer.includes.includes(param)) && inner.anchors.every(isHeld);
}

function propertyImplies(left: PlanPropertyCondition, right: PlanPropertyCondition): boolean {
  const [one, other] = [left.test, right.test];
  if (left.property !== right.property) {
    const texts = one.kind === 'text' && other.kind === 'text' ? { whole: one.text, part: other.text } : null;
    return left.property === 'is' && right.property === 'contains' && texts?.whole.includes(texts.part) === true;
  }
  if (left.argument !== right.argument) return false;
  if (one.kind === 'words-in' && other.kind === 'words-in') return isSubset(one.words, other.words);
  if (one.kind === 'digest-in' && other.kind === 'digest-in') {
    return isSubset(one.digests.map(digestText), other.digests.map(digestText));
  }
  if (one.kind === 'at-most' && other.kind === 'at-most') return one.value <= other.value;
  if (one.kind === 'at-least' && other.kind === 'at-least') return one.value >= other.value;
  if (one.kind === 'text' && other.kind === 'text') return one.text === other.text;
  return one.kind === 'flag' && other.kind === 'flag';
}

function digestText({ algorithm, hex }: { readonly algorithm: string; readonly hex: string }): string {
  return `${algorithm}:${hex}`;
}
