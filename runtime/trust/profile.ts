import type { Engine } from '../bytes/engine.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Reason } from '../contract/judgement.ts';
import type { PlanConstraints } from '../contract/plan.ts';
import type { Outcome, ProfileName } from '../contract/vocabulary.ts';
import type { PeImage } from '../formats/pe.ts';
import type { CollectedSignatures } from '../signing/certificate-table.ts';
import type { Signature } from '../signing/signature.ts';
import { judgeStrictly } from './profile-strict.ts';

/** What is asked of one PE layer. */
export interface LayerQuestion {
  readonly pe: PeImage;
  readonly collected: CollectedSignatures;
  /** Who is believed. */
  readonly anchors: readonly Anchor[];
  /** Who and what is not, whatever the anchors say. */
  readonly revoked: readonly Anchor[];
  readonly constraints: PlanConstraints;
  /** The time of the judgement; used by `valid now` and by revocations that begin at a time. */
  readonly at: Date;
  readonly profile: ProfileName;
  /** `yes` for `allowed by`: an image digest among the anchors is enough. */
  readonly allowDigests: 'yes' | 'no';
  readonly engine: Engine;
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
}

/**
 * Judges the signatures of a PE layer by a profile's rules.
 *
 * Unknown, unsupported, absent and unreadable are never `true`. A profile without rules in this
 * version gives `undecided`, code `profile-unavailable`.
 */
export async function judgeLayer(question: LayerQuestion): Promise<LayerRuling> {
  const { constraints, profile } = question;
  if (profile !== 'strict') {
    return undecided(question, ['profile-unavailable', `the rules of \`like ${profile}\` are not available`]);
  }
  if (constraints.scheme !== 'authenticode') {
    return undecided(question, ['scheme-unavailable', `signatures of scheme ${constraints.scheme} cannot be checked`]);
  }
  if (constraints.timestamped) {
    return undecided(question, ['timestamp-unavailable', 'timestamps cannot be checked']);
  }
  return judgeStrictly(question);
}

/** What one signature is asked: the same question, and which of the collected signatures is meant. */
export interface TrustQuestion extends LayerQuestion {
  readonly signature: Signature;
}

/** Judges one signature within its layer: faults of the layer count against it too. */
export async function judgeSignature(question: TrustQuestion): Promise<Ruling> {
  const { signature } = question;
  const layer = await judgeLayer({
    ...question,
    constraints: { ...question.constraints, count: 1 },
    allowDigests: 'no',
  });
  const ruling = layer.rulings.find((candidate) => candidate.signature === signature);
  if (ruling !== undefined) return ruling;
  return { trusted: false, signature, anchor: null, reasons: layer.reasons };
}

function undecided({ pe }: LayerQuestion, [code, text]: readonly [code: string, text: string]): LayerRuling {
  const reason: Reason = { code, text, layer: pe.layer, offsetBytes: 0, lengthBytes: 0 };
  return { outcome: 'undecided', rulings: [], reasons: [reason] };
}
