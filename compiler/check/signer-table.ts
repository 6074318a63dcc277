import type { Anchor } from '../../runtime/contract/anchor.ts';

/** A signer set with everything that its declaration leads to. */
export interface ResolvedSigners {
  readonly param: boolean;
  /** Names of the parameters among its members. */
  readonly includes: readonly string[];
  readonly anchors: readonly Anchor[];
}

/** All signer sets of a policy, and what is revoked in every view. */
export interface SignerTable {
  readonly sets: ReadonlyMap<string, ResolvedSigners>;
  readonly revoked: readonly Anchor[];
}
