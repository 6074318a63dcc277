import { PENDING, type Pending, type Reason } from '../contract/judgement.ts';
import type { PlanRequirement, PlanWaiver } from '../contract/plan.ts';
import type { ConditionFunction, Proof } from '../contract/subject.ts';
import type { RequirementVerdict } from '../contract/verdict.ts';
import type { Outcome } from '../contract/vocabulary.ts';
import type { ViewFacts } from '../facts/view-facts.ts';
import type { BoundRequirement } from './bind.ts';

/** What judging a requirement needs besides the layer. */
export interface RequirementContext {
  readonly conditions: readonly ConditionFunction[];
  readonly facts: ViewFacts;
  readonly waivers: readonly PlanWaiver[];
  /** ISO date, UTC. */
  readonly today: string;
  /** Of the whole file, lower-case hex; null when no waiver names a digest. */
  readonly sha256: string | null;
}

type Result = RequirementVerdict['outcome'];

/** Asks a requirement's condition of its layer and says what follows: mode, effective date and waivers applied. */
export function judgeRequirement(bound: BoundRequirement, context: RequirementContext): RequirementVerdict | Pending {
  const { node, requirement } = bound;
  const condition = context.conditions[requirement.id];
  if (condition === undefined) throw new Error(`the program has no condition ${requirement.id}`);
  const proof = condition(context.facts.subjectOf(node));
  if (proof === PENDING) return PENDING;
  const plain = outcomeOf(requirement, proof.outcome, context.today);
  const waiver = plain === 'violated' ? waiverFor(requirement.name, context) : null;
  return {
    name: requirement.name,
    mode: requirement.mode,
    layer: node.path,
    outcome: waiver === null ? plain : 'waived',
    condition: proof.outcome,
    reasons: plain === 'satisfied' ? NO_REASONS : reasonsOf(proof, requirement, node.path),
    proof,
    place: requirement.place,
    waiver: waiver?.because ?? null,
  };
}

const NO_REASONS: readonly Reason[] = [];

/** `require` needs true, `forbid` needs false; undecided helps neither. */
function outcomeOf(requirement: PlanRequirement, outcome: Outcome, today: string): Result {
  const wanted: Outcome = requirement.mode === 'forbid' ? 'false' : 'true';
  if (outcome === wanted) return 'satisfied';
  if (requirement.mode === 'warn') return 'warned';
  if (requirement.from !== null && today < requirement.from) return 'warned';
  return outcome === 'undecided' ? 'undecided' : 'violated';
}

/** The waiver in force for a requirement on this file; `until` is inclusive. */
export function waiverFor(name: string, { waivers, today, sha256 }: RequirementContext): PlanWaiver | null {
  return (
    waivers.find(
      (waiver) =>
        waiver.requirement === name &&
        today <= waiver.until &&
        (waiver.digests.length === 0 ||
          waiver.digests.some(({ algorithm, hex }) => algorithm === 'sha256' && hex === sha256)),
    ) ?? null
  );
}

function reasonsOf(proof: Proof, requirement: PlanRequirement, layer: string): readonly Reason[] {
  const reasons = leafReasons(proof);
  if (reasons.length > 0) return reasons;
  const text = requirement.mode === 'forbid' ? 'what it forbids holds' : 'its condition does not hold';
  return [{ code: 'condition', text, layer, offsetBytes: 0, lengthBytes: 0 }];
}

/** Reasons of the leaves that made a condition come out as it did, in the order of the text. */
function leafReasons(proof: Proof): readonly Reason[] {
  if (proof.children.length === 0) return proof.reasons;
  const decisive = proof.children.filter(({ outcome, reasons, children }) => {
    if (proof.condition.kind === 'none') return outcome !== 'false';
    return outcome !== 'true' && (reasons.length > 0 || children.length > 0);
  });
  return decisive.flatMap(leafReasons);
}
