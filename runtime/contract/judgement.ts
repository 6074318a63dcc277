import type { Outcome } from './vocabulary.ts';

/** Why something came out as it did, with its place in the file. */
export interface Reason {
  /** Permanent code of a finding or of a rule, such as `no-signature`. */
  readonly code: string;
  readonly text: string;
  /** Layer path. */
  readonly layer: string;
  /** From the start of that layer's bytes. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** What the runtime says about one question asked of one layer. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
}

/** A judgement that needs work first (a digest, a signature check): `evaluate` awaits it and asks again. */
export const PENDING: unique symbol = Symbol('pending');
export type Pending = typeof PENDING;
