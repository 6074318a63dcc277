import type { Engine } from '../bytes/engine.ts';
import type { RangeSet } from '../bytes/ranges.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Reason } from '../contract/judgement.ts';
import type { PlanConstraints } from '../contract/plan.ts';
import type { Outcome, ProfileName } from '../contract/vocabulary.ts';
import type { PeImage } from '../formats/pe.ts';
import type { CollectedSignatures } from '../signing/certificate-table.ts';
import type { Signature } from '../signing/signature.ts';

/** On whose word, and by which rules. */
export interface TrustTerms {
  /** Who is believed. */
  readonly anchors: readonly Anchor[];
  /** Who and what is not, whatever the anchors say. */
  readonly revoked: readonly Anchor[];
  readonly constraints: PlanConstraints;
  /** The time of the judgement; used by `valid now` and by revocations that begin at a time. */
  readonly at: Date;
  readonly profile: ProfileName;
  readonly engine: Engine;
}

/** What is asked of one PE layer. */
export interface LayerQuestion extends TrustTerms {
  readonly pe: PeImage;
  readonly collected: CollectedSignatures;
  /** `yes` for `allowed by`: an image digest among the anchors is enough. */
  readonly allowDigests: 'yes' | 'no';
}

/** What one signature of the layer is worth. */
export interface Ruling {
  readonly trusted: boolean;
  readonly signature: Signature;
  /** The anchor that its chain ends in; null when it is not trusted. */
  readonly anchor: Anchor | null;
  /** Why it is not trusted, the decisive reason first; empty when it is. */
  readonly reasons: readonly Reason[];
}

/** What the layer is worth. */
export interface LayerRuling {
  /** `undecided`: something that was asked for cannot be established here. */
  readonly outcome: Outcome;
  /** One for each signature, in their order. */
  readonly rulings: readonly Ruling[];
  /** Why the outcome is not `true`; empty when it is. */
  readonly reasons: readonly Reason[];
  /** The bytes of the layer that trusted signatures hashed, as the profile hashes them. */
  readonly covers: RangeSet;
}
