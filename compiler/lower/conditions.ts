import {
  NO_CONSTRAINTS,
  type PlanCondition,
  type PlanConstraints,
  type PlanPropertyCondition,
  type PlanTest,
} from '../../runtime/contract/plan.ts';
import { isPropertyName, PROPERTIES } from '../../runtime/contract/properties.ts';
import { POLICY_DIGESTS, type PolicyDigest, SCHEMES } from '../../runtime/contract/vocabulary.ts';
import type { Condition, Constraint, PropertyCondition } from '../syntax/ast.ts';
import type { PlaceFinder } from './place.ts';

/** One condition of a checked policy as the plan has it. */
export function lowerCondition(condition: Condition, at: PlaceFinder): PlanCondition {
  const place = at(condition.span.start);
  switch (condition.kind) {
    case 'any':
    case 'all':
    case 'none': {
      const conditions = condition.conditions.map((inner) => lowerCondition(inner, at));
      return { kind: condition.kind, conditions, place };
    }
    case 'signed':
    case 'allowed': {
      const constraints = lowerConstraints(condition.constraints);
      return { kind: condition.kind, signers: condition.signers.text, constraints, place };
    }
    case 'covered':
      return { kind: 'covered', signers: condition.signers.text, place };
    case 'property':
      return lowerProperty(condition, at);
  }
}

function lowerConstraints(constraints: readonly Constraint[]): PlanConstraints {
  let lowered: PlanConstraints = NO_CONSTRAINTS;
  for (const constraint of constraints) lowered = { ...lowered, ...lowerConstraint(constraint, lowered) };
  return lowered;
}

function lowerConstraint(constraint: Constraint, before: PlanConstraints): Partial<PlanConstraints> {
  switch (constraint.kind) {
    case 'digest':
      return { digests: [...new Set(constraint.words.map((word) => word.text))].filter(isPolicyDigest) };
    case 'key': {
      const family = constraint.family.text === 'ec' ? 'ec' : 'rsa';
      return { keys: [...(before.keys ?? []), { family, leastBits: constraint.least.value }] };
    }
    case 'validity':
      return { validity: constraint.validity };
    case 'count':
      return { count: constraint.least.value };
    case 'timestamped':
      return { timestamped: true };
    case 'scheme':
      return { scheme: SCHEMES.find((scheme) => scheme === constraint.scheme.text) ?? 'authenticode' };
  }
}

function isPolicyDigest(word: string): word is PolicyDigest {
  return Object.hasOwn(POLICY_DIGESTS, word);
}

function lowerProperty(condition: PropertyCondition, at: PlaceFinder): PlanPropertyCondition {
  const { name, argument, span } = condition;
  if (!isPropertyName(name.text)) throw new Error(`\`${name.text}\` passed the checks and is not a property`);
  const test = lowerTest(condition, PROPERTIES[name.text].form.kind);
  return { kind: 'property', property: name.text, argument: argument?.text ?? null, test, place: at(span.start) };
}

function lowerTest({ operator, value }: PropertyCondition, form: string): PlanTest {
  if (value === null) return { kind: 'flag' };
  if (value.kind === 'text') return { kind: 'text', text: value.value };
  if (value.kind === 'number') return { kind: operator?.text === '<=' ? 'at-most' : 'at-least', value: value.value };
  if (form === 'words') {
    const words = value.items.flatMap((item) => ('text' in item ? [item.text] : []));
    return { kind: 'words-in', words: [...new Set(words)] };
  }
  const digests = value.items.flatMap((item) => ('hex' in item ? [{ algorithm: item.algorithm, hex: item.hex }] : []));
  return { kind: 'digest-in', digests };
}
