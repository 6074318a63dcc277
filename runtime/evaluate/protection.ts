import { intersect, NO_RANGES, type RangeSet, union } from '../bytes/ranges.ts';
import { PENDING, type Pending } from '../contract/judgement.ts';
import { asksForBytes } from '../contract/asks-for-bytes.ts';
import type { PlanCondition } from '../contract/plan.ts';
import type { ViewFacts } from '../facts/view-facts.ts';
import type { LayerNode } from '../facts/node.ts';

/**
 * The bytes of a layer that cannot change without the condition failing.
 *
 * `unforgeable`: a signature or digest that is not there now, and that nobody without the key can make. It decides
 * nothing in an `any of`, since that branch cannot be taken by changing bytes. A branch that asks for no signature and
 * no digest protects nothing, and so an `any of` with such a branch does neither.
 */
type Protection = RangeSet | 'unforgeable';

/** What a condition that holds protects of its layer. */
export function protectedRanges(condition: PlanCondition, node: LayerNode, facts: ViewFacts): RangeSet | Pending {
  const protection = protectionOf(condition, node, facts);
  return protection === 'unforgeable' ? NO_RANGES : protection;
}

function protectionOf(condition: PlanCondition, node: LayerNode, facts: ViewFacts): Protection | Pending {
  const whole: RangeSet = [[0, node.layer().bytes.length]];
  switch (condition.kind) {
    case 'any':
    case 'all': {
      const parts = condition.conditions.map((inner) => protectionOf(inner, node, facts));
      const ready = parts.filter((part) => part !== PENDING);
      if (ready.length < parts.length) return PENDING;
      return condition.kind === 'any' ? ofAny(ready) : ofAll(ready);
    }
    case 'none':
      return NO_RANGES;
    case 'signed':
    case 'allowed': {
      if (!asksForBytes(condition)) return NO_RANGES;
      const ranges = facts.signedRangesOf(node, condition);
      return ranges !== PENDING && ranges.length === 0 ? 'unforgeable' : ranges;
    }
    case 'covered': {
      const judged = facts.subjectOf(node).coveredBy(condition.signers);
      if (judged === PENDING) return PENDING;
      return judged.outcome === 'true' ? whole : 'unforgeable';
    }
    case 'property': {
      if (condition.property !== 'sha256') return NO_RANGES;
      const judged = facts.subjectOf(node).property(condition.property, condition.argument, condition.test);
      if (judged === PENDING) return PENDING;
      return judged.outcome === 'true' ? whole : 'unforgeable';
    }
  }
}

/** Bytes that every branch which can be taken protects. */
function ofAny(parts: readonly Protection[]): Protection {
  const ranges = parts.filter((part) => part !== 'unforgeable');
  const [first, ...rest] = ranges;
  return first === undefined ? 'unforgeable' : rest.reduce((common, next) => intersect(common, next), first);
}

/** One branch that cannot be taken is enough. */
function ofAll(parts: readonly Protection[]): Protection {
  if (parts.includes('unforgeable')) return 'unforgeable';
  return parts.reduce<RangeSet>((sum, part) => (part === 'unforgeable' ? sum : union(sum, part)), NO_RANGES);
}
