import { normalise, NO_RANGES } from '../bytes/ranges.ts';
import type { Reason } from '../contract/judgement.ts';
import type { ProfileName } from '../contract/vocabulary.ts';
import type { CollectedAppended } from '../signing/appended.ts';
import { imageDigests } from '../signing/authenticode.ts';
import type { Signature } from '../signing/signature.ts';
import { checkWithSigner, isAbsentSigner } from '../signing/signer-facts.ts';
import type { Layer } from '../formats/layer.ts';
import { type AnchorSet, anchorSet } from './anchor-set.ts';
import { type ChainObjection, findChain, type LinkChecker, linkChecker } from './chain.ts';
import { constraintObjections, strictChainRules } from './constraints.ts';
import type { LayerRuling, Ruling, TrustTerms } from './layer-question.ts';
import { type Revocations, revocationsOf } from './revocation.ts';
import { SIGNATURE_RULES } from './strict-rules.ts';
import { trustedTimestamp } from './timestamps.ts';

/** What is asked of the appended signature of one layer. */
export interface AppendedQuestion extends TrustTerms {
  readonly layer: Pick<Layer, 'path' | 'bytes' | 'pe'>;
  readonly collected: CollectedAppended;
}

/** Who looks at appended signatures: Linux (s390 kernels, IMA `modsig`), and so `strict`. Firmware and shim do not. */
const READERS: readonly ProfileName[] = ['strict', 'linux'];

/** Rules about fields that are matters of Authenticode or of EDK2. */
const RULES_ELSEWHERE: readonly string[] = ['digest-not-taken', 'key-algorithm'];

/**
 * Judges an appended signature. Every peculiarity of its form refuses it, in every profile that reads such signatures at all:
 * Linux minds all of them. The signer may be embedded, or be among the anchors; every SignerInfo must be trusted.
 */
export async function judgeAppended(question: AppendedQuestion): Promise<LayerRuling> {
  const { collected, constraints, engine, profile, revoked, at } = question;
  if (!READERS.includes(profile)) {
    return refused(question, ['appended-not-read', `\`like ${profile}\` looks at no appended signature`]);
  }
  if (collected.signatures.length === 0) {
    return refused(question, ['no-signature', 'the layer carries no appended signature']);
  }
  const links = linkChecker(engine);
  const revocations = revocationsOf(revoked, { links, engine, at });
  const context: AppendedContext = { question, links, revocations, anchors: anchorSet(question.anchors) };
  const imageRevoked = await revokedImage(context);
  const rulings: Ruling[] = [];
  for (const signature of collected.signatures) rulings.push(await judgeOne(signature, context));
  const reasons = [...imageRevoked, ...rulings.flatMap((ruling) => ruling.reasons)];
  const signers = new Set(rulings.map(({ signature }) => signature.signer?.sha256));
  if (reasons.length > 0) return { outcome: 'false', rulings: rulings.map(distrusted), reasons, covers: NO_RANGES };
  if (signers.size >= constraints.count) {
    const covers = normalise(rulings.flatMap(({ signature }) => signature.covers));
    return { outcome: 'true', rulings, reasons, covers };
  }
  const text = `${constraints.count} distinct trusted signers wanted, ${signers.size} found`;
  return {
    outcome: 'false',
    rulings,
    reasons: [place(question, null, { code: 'too-few-signers', text })],
    covers: NO_RANGES,
  };
}

interface AppendedContext {
  readonly question: AppendedQuestion;
  readonly links: LinkChecker;
  readonly revocations: Revocations;
  readonly anchors: AnchorSet;
}

async function judgeOne(collected: Signature, context: AppendedContext): Promise<Ruling> {
  const { question, anchors, links, revocations } = context;
  const signature = await withKnownSigner(collected, context);
  const { signer } = signature;
  const isAbsent = signature.absentSigner !== null;
  const reasons: Reason[] = signature.findings.filter(({ code }) => !(isAbsent && code === 'cms-signer-absent'));
  const object = (objection: ChainObjection): void => {
    reasons.push(place(question, signature, objection));
  };
  if (signer === null || !signature.intact || !signature.digestMatches) {
    if (signature.absentSigner !== null) object(absentObjection(signature.absentSigner.name));
    if (reasons.length === 0) object({ code: 'appended-not-intact', text: 'the appended signature does not hold' });
    return { trusted: false, signature, anchor: null, reasons };
  }
  for (const rule of SIGNATURE_RULES.filter(({ code }) => !RULES_ELSEWHERE.includes(code))) {
    const text = rule.objection(signature);
    if (text !== null) object({ code: rule.code, text });
  }
  constraintObjections(signature, question).forEach(object);
  const stamp = await trustedTimestamp(signature, { terms: question, anchors, links, revocations });
  if (stamp.objection !== null) object(stamp.objection);
  const rules = strictChainRules({ signingTime: stamp.time ?? signature.signingTime }, question);
  const found = await findChain({ signer, embedded: signature.certificates, anchors, rules, links });
  const revoked = await revocations.ofSignature(signature, found.chain ?? []);
  if (revoked !== null) object(revoked);
  if (found.chain === null) {
    found.objections.forEach(object);
    object({ code: 'signer-unknown', text: `\`${signer.subject}\` leads to no trusted certificate` });
  }
  const last = found.chain?.at(-1);
  const anchor = last === undefined ? null : anchors.find(last.sha256);
  const trusted = reasons.length === 0 && anchor !== null;
  return trusted ? { trusted, signature, anchor, reasons } : { trusted: false, signature, anchor: null, reasons };
}

/** Linux `pkcs7_trust.c:pkcs7_validate_trust_one`: a key of the keyring that the SignerInfo names directly. */
async function withKnownSigner(signature: Signature, { anchors, question }: AppendedContext): Promise<Signature> {
  const { absentSigner } = signature;
  if (absentSigner === null) return signature;
  let tried = signature;
  for (const certificate of anchors.all().filter((candidate) => isAbsentSigner(absentSigner, candidate))) {
    tried = await checkWithSigner(signature, certificate, question.engine);
    if (tried.intact) return tried;
  }
  return tried;
}

/** A layer whose image digest is revoked counts for nothing, whatever signs it. */
async function revokedImage({ question, revocations }: AppendedContext): Promise<readonly Reason[]> {
  const { layer, engine } = question;
  if (layer.pe === null) return [];
  const revoked = await revocations.ofImage(layer.pe, imageDigests(layer.pe, engine));
  if (revoked === null) return [];
  if (revoked !== 'unknown') return [revoked];
  const text = 'whether the image is revoked cannot be established: a digest is not available';
  return [place(question, null, { code: 'revocation-unknown', text })];
}

function absentObjection(name: string): ChainObjection {
  return { code: 'signer-unknown', text: `the signer is neither embedded nor trusted: ${name}` };
}

function distrusted(ruling: Ruling): Ruling {
  return { ...ruling, trusted: false, anchor: null };
}

function refused(question: AppendedQuestion, [code, text]: readonly [code: string, text: string]): LayerRuling {
  return { outcome: 'false', rulings: [], reasons: [place(question, null, { code, text })], covers: NO_RANGES };
}

function place({ layer }: AppendedQuestion, signature: Signature | null, { code, text }: ChainObjection): Reason {
  if (signature === null) return { code, text, layer: layer.path, offsetBytes: 0, lengthBytes: 0 };
  const { offsetBytes, sizeBytes } = signature;
  return { code, text, layer: layer.path, offsetBytes, lengthBytes: sizeBytes };
}
