import { base64Of } from '../bytes/base64.ts';
import { NO_RANGES } from '../bytes/ranges.ts';
import type { Reason } from '../contract/judgement.ts';
import type { PcrSignatures } from '../signing/pcr-signatures.ts';
import type { Signature } from '../signing/signature.ts';
import { certificateOf } from './anchor-certificate.ts';
import { keyObjection } from './constraints.ts';
import type { LayerRuling, Ruling, TrustTerms } from './layer-question.ts';
import { revokedKeys } from './revocation.ts';

/** What is asked of the `.pcrsig` signatures of one UKI. */
export interface PcrQuestion extends TrustTerms {
  readonly path: string;
  readonly collected: PcrSignatures;
}

/**
 * Judges the signatures of PCR 11 that a UKI carries: each profile that can be booted must have one, intact, about a value
 * that is predicted for it, by a key that is among the anchors and not revoked. `count` asks for so many keys.
 *
 * The profile does not matter: a TPM checks these signatures, and no enforcer. They cover nothing, for nobody is kept from
 * loading the bytes.
 */
export function judgePcr(question: PcrQuestion): LayerRuling {
  const { collected, constraints } = question;
  const trust = { trusted: anchorKeys(question), revoked: allRevoked(question) };
  const rulings = collected.signatures.map((signature) => rule(signature, question, trust));
  const short = collected.profiles.filter((profile) => keysFor(profile, rulings).size < constraints.count);
  if (short.length === 0) return { outcome: 'true', rulings, reasons: [], covers: NO_RANGES };
  const reasons = [...short.map((profile) => missing(profile, question, rulings)), ...rulings.flatMap(reasonsOf)];
  return { outcome: 'false', rulings, reasons: [...collected.findings, ...reasons], covers: NO_RANGES };
}

/** Keys as the base64 of their SubjectPublicKeyInfo. */
interface KeyTrust {
  readonly trusted: ReadonlyMap<string, TrustTerms['anchors'][number]>;
  readonly revoked: ReadonlySet<string>;
}

function anchorKeys({ anchors }: PcrQuestion): KeyTrust['trusted'] {
  return new Map(anchors.flatMap((anchor) => (anchor.kind === 'public-key' ? [[anchor.spki, anchor] as const] : [])));
}

/** A certificate that is revoked takes its key with it. */
function allRevoked({ revoked }: PcrQuestion): ReadonlySet<string> {
  const certified = revoked.flatMap((anchor) =>
    anchor.kind === 'certificate' ? [base64Of(certificateOf(anchor).spki)] : [],
  );
  return new Set([...revokedKeys(revoked), ...certified]);
}

function rule(signature: Signature, question: PcrQuestion, { trusted, revoked }: KeyTrust): Ruling {
  const spki = signature.pcr?.spki ?? null;
  const key = spki === null ? '' : base64Of(spki);
  const anchor = trusted.get(key) ?? null;
  const { digests } = question.constraints;
  const objections = [
    ...(anchor === null ? [['pcr-key-unknown', 'the key of `.pcrpkey` is none of the signers'] as const] : []),
    ...(revoked.has(key) ? [['pcr-key-revoked', 'the key of `.pcrpkey` is revoked'] as const] : []),
    ...(digests === null || digests.some((digest) => digest === signature.digestAlgorithm)
      ? []
      : [
          [
            'digest-not-allowed',
            `the bank is ${signature.digestAlgorithm ?? 'unknown'}, not one of ${digests.join(', ')}`,
          ] as const,
        ]),
    ...[keyObjection(signature, question)].flatMap((one) => (one === null ? [] : [[one.code, one.text] as const])),
  ];
  const reasons = [
    ...signature.findings,
    ...objections.map(([code, text]) => placed(signature, question, { code, text })),
  ];
  const holds = signature.intact && signature.digestMatches && reasons.length === 0;
  return { trusted: holds, signature, anchor: holds ? anchor : null, reasons };
}

/** The keys of the trusted signatures for a profile. */
function keysFor(profile: number | null, rulings: readonly Ruling[]): ReadonlySet<string> {
  const held = rulings.filter(({ trusted, signature }) => trusted && signature.pcr?.profile === profile);
  return new Set(held.map(({ signature }) => signature.pcr?.keyFingerprint ?? ''));
}

function missing(profile: number | null, { path, constraints }: PcrQuestion, rulings: readonly Ruling[]): Reason {
  const whose = profile === null ? 'PCR 11' : `PCR 11 of profile @${profile}`;
  const text =
    constraints.count > 1
      ? `${constraints.count} distinct trusted keys wanted for ${whose}, ${keysFor(profile, rulings).size} found`
      : `no trusted signature of ${whose}`;
  return { code: 'no-signature', text, layer: path, offsetBytes: 0, lengthBytes: 0 };
}

function reasonsOf({ reasons }: Ruling): readonly Reason[] {
  return reasons;
}

function placed(
  { offsetBytes, sizeBytes: lengthBytes }: Signature,
  { path: layer }: PcrQuestion,
  { code, text }: Pick<Reason, 'code' | 'text'>,
): Reason {
  return { code, text, layer, offsetBytes, lengthBytes };
}
