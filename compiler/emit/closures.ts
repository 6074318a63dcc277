import { type Judgement, PENDING, type Pending, type Reason } from '../../runtime/contract/judgement.ts';
import type { Plan, PlanBlock, PlanCondition } from '../../runtime/contract/plan.ts';
import type { ConditionFunction, Proof, Subject } from '../../runtime/contract/subject.ts';

/**
 * Compiles every condition of a plan; the index is the requirement's `id`.
 *
 * The logic is three-valued, and a group asks all its parts before it says `PENDING`, so that the work of all of them
 * is done together. A part that is still pending when the group is already decided is left out of the proof.
 */
export function emitClosures(plan: Plan): readonly ConditionFunction[] {
  const compiled: ConditionFunction[] = [];
  for (const block of plan.artifacts) emitBlock(block, compiled);
  return compiled;
}

const NO_PROOFS: readonly Proof[] = Object.freeze([]);
const NO_REASONS: readonly Reason[] = Object.freeze([]);

function emitBlock(block: PlanBlock, compiled: ConditionFunction[]): void {
  for (const requirement of block.requirements) compiled[requirement.id] = emitCondition(requirement.condition);
  for (const child of block.children) for (const alternative of child.alternatives) emitBlock(alternative, compiled);
}

function emitCondition(condition: PlanCondition): ConditionFunction {
  switch (condition.kind) {
    case 'any':
      return emitAny(condition, condition.conditions.map(emitCondition));
    case 'all':
      return emitAll(condition, condition.conditions.map(emitCondition));
    case 'none':
      return emitNone(condition, condition.conditions.map(emitCondition));
    case 'signed': {
      const { signers, constraints } = condition;
      return (subject) => proofOf(condition, subject.signedBy(signers, constraints));
    }
    case 'allowed': {
      const { signers, constraints } = condition;
      return (subject) => proofOf(condition, subject.allowedBy(signers, constraints));
    }
    case 'covered': {
      const { signers } = condition;
      return (subject) => proofOf(condition, subject.coveredBy(signers));
    }
    case 'property': {
      const { property, argument, test } = condition;
      return (subject) => proofOf(condition, subject.property(property, argument, test));
    }
  }
}

function proofOf(condition: PlanCondition, judgement: Judgement | Pending): Proof | Pending {
  if (judgement === PENDING) return PENDING;
  return { outcome: judgement.outcome, condition, children: NO_PROOFS, reasons: judgement.reasons };
}

/** True if one part is; false if all are; else undecided. */
function emitAny(condition: PlanCondition, parts: readonly ConditionFunction[]): ConditionFunction {
  return (subject) => {
    const answers = ask(parts, subject);
    if (answers.isTrue) return groupProof(condition, 'true', answers.proofs);
    if (answers.isPending) return PENDING;
    return groupProof(condition, answers.isUndecided ? 'undecided' : 'false', answers.proofs);
  };
}

/** False if one part is; true if all are; else undecided. */
function emitAll(condition: PlanCondition, parts: readonly ConditionFunction[]): ConditionFunction {
  return (subject) => {
    const answers = ask(parts, subject);
    if (answers.isFalse) return groupProof(condition, 'false', answers.proofs);
    if (answers.isPending) return PENDING;
    return groupProof(condition, answers.isUndecided ? 'undecided' : 'true', answers.proofs);
  };
}

/** False if one part is true; true if all are false; else undecided. */
function emitNone(condition: PlanCondition, parts: readonly ConditionFunction[]): ConditionFunction {
  return (subject) => {
    const answers = ask(parts, subject);
    if (answers.isTrue) return groupProof(condition, 'false', answers.proofs);
    if (answers.isPending) return PENDING;
    return groupProof(condition, answers.isUndecided ? 'undecided' : 'true', answers.proofs);
  };
}

/** What the parts of a group said, each asked once. */
interface Answers {
  readonly proofs: readonly Proof[];
  readonly isTrue: boolean;
  readonly isFalse: boolean;
  readonly isUndecided: boolean;
  readonly isPending: boolean;
}

function ask(parts: readonly ConditionFunction[], subject: Subject): Answers {
  const proofs: Proof[] = [];
  let isTrue = false;
  let isFalse = false;
  let isUndecided = false;
  let isPending = false;
  for (const part of parts) {
    const answer = part(subject);
    if (answer === PENDING) {
      isPending = true;
      continue;
    }
    proofs.push(answer);
    if (answer.outcome === 'true') isTrue = true;
    else if (answer.outcome === 'false') isFalse = true;
    else isUndecided = true;
  }
  return { proofs, isTrue, isFalse, isUndecided, isPending };
}

function groupProof(condition: PlanCondition, outcome: Proof['outcome'], children: readonly Proof[]): Proof {
  return { outcome, condition, children, reasons: NO_REASONS };
}
