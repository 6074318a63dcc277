import type { Anchor } from '../../runtime/contract/anchor.ts';

/** A signer set with everything that its declaration leads to. */
export interface ResolvedSigners {
  readonly param: boolean;
  /** Names of the parameters among its members. */
  readonly includes: readonly string[];
  readonly anchors: readonly Anchor[];
  /** What imported files revoke in it; what the policy itself revokes holds for every set. */
  readonly revoked: readonly Anchor[];
  /** The sets that it joins; null for a file and for a parameter. */
  readonly members: readonly string[] | null;
}

/** All signer sets of a policy and of what it imports, and what the policy itself revokes. */
export interface SignerTable {
  readonly sets: ReadonlyMap<string, ResolvedSigners>;
  readonly revoked: readonly Anchor[];
}

/** What two anchors have in common when they are the same one. */
export function identityOf(anchor: Anchor): string {
  if (anchor.kind === 'certificate' || anchor.kind === 'public-key') return `${anchor.kind}:${anchor.sha256}`;
  if (anchor.kind === 'image-digest') return `${anchor.algorithm}:${anchor.hex}`;
  return `tbs:${anchor.algorithm}:${anchor.hex}:${anchor.revokedFrom ?? ''}`;
}
