import type { Reason } from '../contract/judgement.ts';
import type { Signature } from '../signing/signature.ts';
import type { LayerQuestion, LayerRuling, Ruling } from './layer-question.ts';
import { judgeByEnforcer } from './enforcer-layer.ts';
import { judgeStrictly } from './profile-strict.ts';

export type { LayerQuestion, LayerRuling, Ruling } from './layer-question.ts';

/**
 * Judges the signatures of a PE layer by a profile's rules.
 *
 * Unknown, unsupported, absent and unreadable are never `true`.
 */
export async function judgeLayer(question: LayerQuestion): Promise<LayerRuling> {
  const { constraints, profile } = question;
  if (constraints.scheme !== 'authenticode') {
    return undecided(question, ['scheme-elsewhere', `signatures of scheme ${constraints.scheme} are judged elsewhere`]);
  }
  return profile === 'strict' ? judgeStrictly(question) : judgeByEnforcer(question, profile);
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
  return { outcome: 'undecided', rulings: [], reasons: [reason], covers: [] };
}
