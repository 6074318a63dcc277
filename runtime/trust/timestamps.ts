import type { Signature, Timestamp } from '../signing/signature.ts';
import { isSoundTimestamp } from '../signing/timestamp.ts';
import type { AnchorSet } from './anchor-set.ts';
import { type ChainObjection, findChain, type LinkChecker } from './chain.ts';
import { strictChainRules } from './constraints.ts';
import type { TrustTerms } from './layer-question.ts';
import type { Revocations } from './revocation.ts';

/** With what the timestamps of a signature are judged. */
export interface TimestampContext {
  readonly terms: TrustTerms;
  readonly anchors: AnchorSet;
  readonly links: LinkChecker;
  readonly revocations: Revocations;
}

/** The time that a trusted authority vouches for, and what is missing. */
export interface TimestampAnswer {
  /** ISO 8601 UTC, the earliest; null without a trusted timestamp, or when none is asked for. */
  readonly time: string | null;
  /** Why `timestamped` does not hold; null when it does, or is not asked for. */
  readonly objection: ChainObjection | null;
}

/**
 * Looks for a timestamp that is right in itself and whose authority leads to an anchor of the same signer set: a timestamp by
 * anybody is nobody's word. The authority's certificates must be valid at the time that it states.
 *
 * Nothing is done unless the policy asks with `timestamped` or `valid at signing`.
 */
export async function trustedTimestamp(signature: Signature, context: TimestampContext): Promise<TimestampAnswer> {
  const { constraints } = context.terms;
  if (!constraints.timestamped && constraints.validity !== 'at-signing') return { time: null, objection: null };
  const times: string[] = [];
  let last: ChainObjection = { code: 'no-timestamp', text: 'the signature carries no timestamp' };
  for (const timestamp of signature.timestamps) {
    const objection = await objectionTo(timestamp, context);
    if (objection !== null) last = objection;
    else if (timestamp.time !== null) times.push(timestamp.time);
  }
  const [time = null] = times.sort();
  return { time, objection: time === null && constraints.timestamped ? last : null };
}

async function objectionTo(timestamp: Timestamp, context: TimestampContext): Promise<ChainObjection | null> {
  const { terms, anchors, links, revocations } = context;
  const { signer, certificates, time, findings } = timestamp;
  if (signer === null || !isSoundTimestamp(timestamp)) {
    return { code: 'timestamp-unsound', text: findings[0]?.text ?? 'the timestamp does not hold' };
  }
  const constraints = { ...terms.constraints, validity: 'at-signing' as const };
  const rules = strictChainRules({ signingTime: time }, { ...terms, constraints });
  const found = await findChain({ signer, embedded: certificates, anchors, rules, links });
  const revoked = await revocations.ofSignature(timestamp, found.chain ?? []);
  if (revoked !== null) return { code: 'timestamp-revoked', text: revoked.text };
  if (found.chain !== null) return null;
  const [objection] = found.objections;
  return (
    objection ?? {
      code: 'timestamp-unknown',
      text: `the timestamp by \`${signer.subject}\` leads to no trusted certificate`,
    }
  );
}
