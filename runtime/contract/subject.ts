import type { Judgement, Pending, Reason } from './judgement.ts';
import type { LayerKind } from './layer-kinds.ts';
import type { PlanConstraints, PlanCondition, PlanTest } from './plan.ts';
import type { PropertyName } from './properties.ts';
import type { Outcome } from './vocabulary.ts';

/**
 * One layer as one view presents it: the only thing that compiled conditions see of the runtime.
 *
 * Every method answers from memory or says `PENDING` and puts the work on the file's list; the evaluator does the work
 * and asks again. Asked twice, a method gives the same object.
 */
export interface Subject {
  readonly kind: LayerKind | 'unknown';
  readonly path: string;
  signedBy(signers: string, constraints: PlanConstraints): Judgement | Pending;
  allowedBy(signers: string, constraints: PlanConstraints): Judgement | Pending;
  coveredBy(signers: string): Judgement | Pending;
  property(name: PropertyName, argument: string | null, test: PlanTest): Judgement | Pending;
}

/** How a condition came out on one subject, with everything that explains it. */
export interface Proof {
  readonly outcome: Outcome;
  readonly condition: PlanCondition;
  /** Of `any of`, `all of`, `none of`: in the order of the text. */
  readonly children: readonly Proof[];
  readonly reasons: readonly Reason[];
}

/** A requirement's condition, compiled: no I/O, no time, no randomness. */
export type ConditionFunction = (subject: Subject) => Proof | Pending;
