import { hexOf } from '../bytes/hex.ts';
import { normalise, type RangeSet } from '../bytes/ranges.ts';
import type { Reason } from '../contract/judgement.ts';
import type { Certificate, Signature } from '../signing/signature.ts';
import { type AnchorSet, anchorSet } from './anchor-set.ts';
import { type ChainObjection, findChain, type LinkChecker, linkChecker } from './chain.ts';
import { constraintObjections, strictChainRules } from './constraints.ts';
import type { LayerQuestion, LayerRuling, Ruling } from './layer-question.ts';
import { enforcerFormReasons } from './enforcer-form.ts';
import { linuxCertificate } from './linux-certificate.ts';
import { imageDigestsByAlgorithm, type Revocations, revocationsOf } from './revocation.ts';
import { trustedTimestamp } from './timestamps.ts';
import { layerObjections, SIGNATURE_RULES, STRICT_DIGESTS, TOLERATED_FINDINGS } from './strict-rules.ts';

/**
 * `like strict`: refuses what EDK2, Linux or shim refuses for its form, what is weak, and what is unsound though all accept
 * it. `strict-rules.ts` has the rules; where the reader of PE files found no fault, the readers of the enforcers are asked.
 *
 * Form is asked of the file, the table and the first entry, which is the only one that Linux looks at; trust is asked of
 * every entry by itself, and one trusted entry is enough. So a file whose first entry is sound but by a stranger is
 * accepted for its second, though Linux with these keys refuses it: that is a matter of keys, which `like linux` has.
 */
export async function judgeStrictly(question: LayerQuestion): Promise<LayerRuling> {
  const { pe, collected, constraints, revoked, engine, at } = question;
  const links = linkChecker(engine);
  const revocations = revocationsOf(revoked, { links, engine, at });
  const findings = layerObjections(pe.findings, collected);
  const blocked: Reason[] = [...(findings.length > 0 ? findings : enforcerFormReasons(pe.bytes, pe.layer))];
  const imageRevoked = await revocations.ofImage(pe, collected.digests);
  if (imageRevoked === 'unknown' && collected.digests.fault === null) {
    const text = 'whether the image is revoked cannot be established: a digest is not available';
    return {
      outcome: 'undecided',
      rulings: [],
      reasons: [place(question, null, { code: 'revocation-unknown', text })],
      covers: [],
    };
  }
  if (imageRevoked !== null && imageRevoked !== 'unknown') blocked.unshift(imageRevoked);
  const context: JudgingContext = { question, links, revocations, anchors: anchorSet(question.anchors) };
  const single: Ruling[] = [];
  for (const signature of collected.signatures) single.push(await judgeOne(signature, context));
  const revokedSigner = single.flatMap(({ reasons }) => reasons).find(({ code }) => code === 'signer-revoked');
  if (revokedSigner !== undefined) blocked.push(revokedSigner);
  blocked.push(...entryReasons(question), ...(await selfSignatureReasons(question)));
  const rulings = asEntries(single, blocked, question);
  if (blocked.length === 0 && question.allowDigests === 'yes' && (await isListed(question))) {
    return { outcome: 'true', rulings, reasons: [], covers: coveredBy(rulings) };
  }
  const signers = new Set(rulings.filter(({ trusted }) => trusted).map(({ signature }) => signature.signer?.sha256));
  if (signers.size >= constraints.count) {
    return { outcome: 'true', rulings, reasons: [], covers: coveredBy(rulings) };
  }
  return { outcome: 'false', rulings, reasons: refusal(rulings, blocked, question), covers: [] };
}

function coveredBy(rulings: readonly Ruling[]): RangeSet {
  return normalise(rulings.filter(({ trusted }) => trusted).flatMap(({ signature }) => signature.covers));
}

interface JudgingContext {
  readonly question: LayerQuestion;
  readonly links: LinkChecker;
  readonly revocations: Revocations;
  readonly anchors: AnchorSet;
}

/** Judges a signature by itself: form, then soundness, then trust, so that the decisive reason comes first. */
async function judgeOne(signature: Signature, context: JudgingContext): Promise<Ruling> {
  const { question, anchors, links, revocations } = context;
  const reasons: Reason[] = [...formReasons(signature, question)];
  const refused = (): Ruling => ({ trusted: false, signature, anchor: null, reasons });
  const { signer } = signature;
  if (signer === null || !signature.intact || !signature.digestMatches) return refused();
  for (const objection of constraintObjections(signature, question))
    reasons.push(place(question, signature, objection));
  const stamp = await trustedTimestamp(signature, { terms: question, anchors, links, revocations });
  if (stamp.objection !== null) reasons.push(place(question, signature, stamp.objection));
  const rules = strictChainRules({ signingTime: stamp.time ?? signature.signingTime }, question);
  const found = await findChain({ signer, embedded: signature.certificates, anchors, rules, links });
  const revoked = await revocations.ofSignature(signature, found.chain ?? []);
  if (revoked !== null) reasons.unshift(place(question, signature, revoked));
  if (found.chain === null) {
    const objections = [...found.objections, unknownSigner(found.reached, signer)];
    reasons.push(...objections.map((objection) => place(question, signature, objection)));
  }
  const last = found.chain?.at(-1);
  const anchor = last === undefined ? null : anchors.find(last.sha256);
  return reasons.length === 0 && anchor !== null ? { trusted: true, signature, anchor, reasons } : refused();
}

/** Findings of the signature and the rules about its fields. */
function formReasons(signature: Signature, question: LayerQuestion): readonly Reason[] {
  const findings = signature.findings.filter(({ code }) => !TOLERATED_FINDINGS.has(code));
  const ruled = SIGNATURE_RULES.flatMap((rule) => {
    const text = rule.objection(signature);
    return text === null ? [] : [place(question, signature, { code: rule.code, text })];
  });
  return [...findings, ...ruled];
}

/**
 * Linux verifies the first entry and no other: what is wrong with its form is wrong with the file. In no entry EDK2 wants
 * signers that it cannot find, where there is a dbx (`IsForbiddenByDbx`, measured).
 */
function entryReasons(question: LayerQuestion): readonly Reason[] {
  return question.collected.signatures.flatMap((signature) => {
    const reasons = formReasons(signature, question);
    return signature.index === 0 ? reasons : reasons.filter(({ code }) => SIGNERS_UNREADABLE.has(code));
  });
}

const SIGNERS_UNREADABLE: ReadonlySet<string> = new Set([
  'cms-no-signer',
  'cms-signer-absent',
  'cms-signer-identifier',
  'cms-content-type',
  'cms-attribute-value',
]);

/** Linux parses every certificate of the first entry, and verifies those that name themselves as their issuer. */
async function selfSignatureReasons(question: LayerQuestion): Promise<readonly Reason[]> {
  const signature = question.collected.signatures.find(({ index }) => index === 0);
  const reasons: Reason[] = [];
  for (const certificate of signature?.certificates ?? []) {
    const parsed = await linuxCertificate(certificate, question.engine);
    if ('code' in parsed && parsed.code === 'certificate-self-signature') {
      reasons.push(place(question, signature ?? null, parsed));
    }
  }
  return reasons;
}

/** An entry is trusted when all its SignerInfos are, and nothing speaks against the layer. */
function asEntries(single: readonly Ruling[], blocked: readonly Reason[], question: LayerQuestion): readonly Ruling[] {
  return single.map((ruling) => {
    if (!ruling.trusted) return ruling;
    const { signature } = ruling;
    const sibling = single.find((other) => other.signature.index === signature.index && !other.trusted);
    const text = 'another SignerInfo of the same CMS is not trusted';
    const siblings = sibling === undefined ? [] : [place(question, signature, { code: 'signers-disagree', text })];
    const reasons = [...blocked, ...siblings, ...(sibling?.reasons ?? [])];
    return reasons.length === 0 ? ruling : { trusted: false, signature, anchor: null, reasons };
  });
}

async function isListed({ anchors, collected }: LayerQuestion): Promise<boolean> {
  for (const [algorithm, listed] of imageDigestsByAlgorithm(anchors)) {
    if (!STRICT_DIGESTS.includes(algorithm)) continue;
    const digest = await collected.digests.of(algorithm);
    if (digest !== null && listed.has(hexOf(digest))) return true;
  }
  return false;
}

function refusal(rulings: readonly Ruling[], blocked: readonly Reason[], question: LayerQuestion): readonly Reason[] {
  const trusted = rulings.filter((ruling) => ruling.trusted).length;
  const reasons = [...blocked, ...rulings.flatMap((ruling) => ruling.reasons)];
  if (rulings.length === 0) {
    reasons.push(place(question, null, { code: 'no-signature', text: 'the image carries no signature' }));
  }
  if (trusted > 0) {
    const text = `${question.constraints.count} distinct trusted signers wanted, ${trusted} trusted signatures found`;
    reasons.unshift(place(question, null, { code: 'too-few-signers', text }));
  }
  return reasons.filter((reason, index) => index === reasons.findIndex((other) => isSame(reason, other)));
}

function isSame(a: Reason, b: Reason): boolean {
  return a.code === b.code && a.text === b.text && a.offsetBytes === b.offsetBytes;
}

function unknownSigner(reached: readonly Certificate[], signer: Certificate): ChainObjection {
  const last = reached.at(-1) ?? signer;
  const end = last === signer ? '' : `, and neither does its issuer \`${last.subject}\``;
  return { code: 'signer-unknown', text: `\`${signer.subject}\` leads to no trusted certificate${end}` };
}

function place({ pe }: LayerQuestion, signature: Signature | null, { code, text }: ChainObjection): Reason {
  const { layer } = pe;
  if (signature === null) return { code, text, layer, offsetBytes: 0, lengthBytes: 0 };
  return { code, text, layer, offsetBytes: signature.offsetBytes, lengthBytes: signature.sizeBytes };
}
