import { normalise, type RangeSet } from '../bytes/ranges.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Reason } from '../contract/judgement.ts';
import type { Certificate, Signature } from '../signing/signature.ts';
import { certificateOf } from './anchor-certificate.ts';
import { anchorSet } from './anchor-set.ts';
import { type ChainObjection, linkChecker } from './chain.ts';
import { digestObjection, keyObjection, validityObjection } from './constraints.ts';
import type { Enforcer, EnforcerRuling, EntryRuling } from './enforcer.ts';
import { judgeAs } from './judge-enforcer.ts';
import type { LayerQuestion, LayerRuling, Ruling } from './layer-question.ts';
import { revocationsOf } from './revocation.ts';
import { type TimestampAnswer, trustedTimestamp } from './timestamps.ts';

/**
 * `like edk2`, `like linux`, `like shim`: what the enforcer makes of the layer, and what the policy asks beyond that.
 *
 * The enforcer reads the bytes by itself. What was collected of the signatures serves the policy's constraints, the
 * coverage and the reader; where an enforcer takes an entry that was not collected, it counts all the same.
 */
export async function judgeByEnforcer(question: LayerQuestion, enforcer: Enforcer): Promise<LayerRuling> {
  const { pe, engine, revoked, anchors, allowDigests, constraints } = question;
  const ruling = await judgeAs(enforcer, {
    bytes: pe.bytes,
    layer: pe.layer,
    anchors: allowDigests === 'yes' ? anchors : anchors.filter(({ kind }) => kind === 'certificate'),
    revoked,
    engine,
    machine: {},
  });
  const links = linkChecker(engine);
  const revocations = revocationsOf(revoked, { links, engine, at: question.at });
  const stamping = { terms: question, anchors: anchorSet(anchors), links, revocations };
  const rulings: Ruling[] = [];
  for (const signature of question.collected.signatures) {
    const stamp = await trustedTimestamp(signature, stamping);
    rulings.push(ruleOn({ signature, stamp }, ruling, question));
  }
  const isListed = ruling.blocked.length === 0 && ruling.digestListed === 'yes';
  const signers = trustedSigners(rulings, ruling, constraints);
  const isSigned = signers.size >= constraints.count;
  const covers = isSigned ? ruling.covers : [];
  if (isListed || isSigned) return { outcome: 'true', rulings, reasons: [], covers: normalise(covers) };
  return { outcome: 'false', rulings, reasons: refusal(question, rulings, ruling), covers: NOTHING };
}

const NOTHING: RangeSet = [];

/** What the enforcer says of the entry, of the SignerInfo in it, and what the policy says of the signature. */
function ruleOn({ signature, stamp }: Stamped, ruling: EnforcerRuling, question: LayerQuestion): Ruling {
  const entry = ruling.entries.find(({ index }) => index === signature.index);
  const siblings = question.collected.signatures.filter(({ index }) => index === signature.index);
  const signer = entry?.signers[siblings.indexOf(signature)];
  const anchor = signer?.anchor ?? null;
  if (ruling.blocked.length > 0 || entry?.trusted !== 'yes' || anchor === null) {
    const reasons = [...ruling.blocked, ...(signer?.objections ?? []), ...(entry?.objections ?? [])];
    return {
      trusted: false,
      signature,
      anchor: null,
      reasons: reasons.length > 0 ? reasons : [notLooked(signature, question)],
    };
  }
  const reasons = policyObjections({ signature, stamp }, anchor, question).map((objection) =>
    place(objection, signature, question),
  );
  return { trusted: reasons.length === 0, signature, anchor: reasons.length === 0 ? anchor : null, reasons };
}

/** A signature, and what its timestamps are worth where the policy asks. */
interface Stamped {
  readonly signature: Signature;
  readonly stamp: TimestampAnswer;
}

function policyObjections(
  { signature, stamp }: Stamped,
  anchor: Anchor,
  question: LayerQuestion,
): readonly ChainObjection[] {
  const { digests } = question.constraints;
  const chain = [...signature.chain, ...anchorCertificates(anchor)];
  return [
    digests === null ? null : digestObjection(signature, question, digests),
    keyObjection(signature, question),
    stamp.objection,
    ...chain.map((certificate) =>
      validityObjection(certificate, { signingTime: stamp.time ?? signature.signingTime }, question),
    ),
  ].filter((objection) => objection !== null);
}

function anchorCertificates(anchor: Anchor): readonly Certificate[] {
  return anchor.kind === 'certificate' ? [certificateOf(anchor)] : [];
}

/** By their certificates; an entry that was not collected counts as one signer, unless the policy asks something of it. */
function trustedSigners(
  rulings: readonly Ruling[],
  ruling: EnforcerRuling,
  { timestamped }: LayerQuestion['constraints'],
): ReadonlySet<string> {
  const collected = rulings.filter(({ trusted }) => trusted).map(({ signature }) => signerName(signature));
  if (timestamped || ruling.blocked.length > 0 || rulings.length > 0) return new Set(collected);
  return new Set(ruling.entries.filter(({ trusted }) => trusted === 'yes').map(anchorName));
}

function signerName({ signer, index }: Signature): string {
  return signer?.sha256 ?? `entry ${index}`;
}

function anchorName({ signers, index }: EntryRuling): string {
  const anchor = signers.find((signer) => signer.anchor !== null)?.anchor ?? null;
  return anchor?.kind === 'certificate' ? anchor.sha256 : `entry ${index}`;
}

function refusal(question: LayerQuestion, rulings: readonly Ruling[], ruling: EnforcerRuling): readonly Reason[] {
  const trusted = rulings.filter((one) => one.trusted).length;
  const { count } = question.constraints;
  const text = `${count} distinct trusted signers wanted, ${trusted} trusted signatures found`;
  const few = { code: 'too-few-signers', text, layer: question.pe.layer, offsetBytes: 0, lengthBytes: 0 };
  const reasons = [
    ...(trusted > 0 && ruling.blocked.length === 0 ? [few] : []),
    ...ruling.blocked,
    ...ruling.entries.flatMap(({ objections }) => objections),
    ...rulings.flatMap((one) => one.reasons),
  ];
  const each = reasons.filter((reason, index) => index === reasons.findIndex((other) => isSame(reason, other)));
  return each.length > 0 ? each : [ruling.otherwise];
}

function isSame(a: Reason, b: Reason): boolean {
  return a.code === b.code && a.text === b.text && a.offsetBytes === b.offsetBytes;
}

function notLooked(signature: Signature, question: LayerQuestion): Reason {
  const text = 'the enforcer does not look at this entry of the certificate table';
  return place({ code: 'entry-not-looked-at', text }, signature, question);
}

function place({ code, text }: ChainObjection, signature: Signature, { pe }: LayerQuestion): Reason {
  const { offsetBytes, sizeBytes } = signature;
  return { code, text, layer: pe.layer, offsetBytes, lengthBytes: sizeBytes };
}
