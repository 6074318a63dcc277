import type { Engine } from '../bytes/engine.ts';
import { attempt, type Finding } from '../bytes/format-error.ts';
import { normalise, NO_RANGES, type RangeSet } from '../bytes/ranges.ts';
import type { PeImage, PeSection } from '../formats/pe.ts';
import { type PcrSignatureEntry, readPcrSignatures } from '../formats/pcrsig.ts';
import { contentRange, type EffectiveProfile, effectiveProfiles, ukiSections } from '../formats/uki-sections.ts';
import { checkSignature } from './check-signature.ts';
import { bytesOfHex } from '../bytes/hex.ts';
import type { MeasuredImage } from './pcr-image.ts';
import { type BareKey, type KeyStore, keyStore } from './pcr-key.ts';
import { isKernelBootOnly, type PolicyStore, policyStore, type PredictedPolicy } from './pcr-policies.ts';
import { KERNEL_BOOT_PCR } from './pcr-policy.ts';
import { PCR_BANKS, type PcrBank, type PcrOptions } from './pcr-value.ts';
import { type Signature, unreadSignature } from './signature.ts';

/** The signatures of all `.pcrsig` sections of a UKI, checked. */
export interface PcrSignatures {
  readonly signatures: readonly Signature[];
  /** The profiles that can be booted: null alone for a UKI without profiles. */
  readonly profiles: readonly (number | null)[];
  /** Why nothing can be predicted, and `.pcrpkey` sections that hold no key. */
  readonly findings: readonly Finding[];
}

/**
 * Reads and checks the signatures of PCR 11 that a UKI carries. Never throws for what it holds.
 *
 * Each is compared with the values that are predicted for the profiles that see it, after each phase that systemd
 * knows, and verified under their `.pcrpkey`: RSA PKCS#1 v1.5 with SHA-256 over the policy digest, as systemd has a TPM
 * check it (src/shared/tpm2-util.c `tpm2_build_sealing_policy`).
 */
export async function collectPcrSignatures(pe: PeImage, options: PcrOptions): Promise<PcrSignatures> {
  const profiles = effectiveProfiles(pe);
  const sections = ukiSections(pe).filter(({ section }) => section.name === '.pcrsig');
  const numbers = profiles.map(({ profile }) => profile);
  if (sections.length === 0) return { signatures: [], profiles: numbers, findings: [] };
  const policies = policyStore(pe, options);
  const keys = keyStore(pe, options.engine);
  const signatures: Signature[] = [];
  for (const { section } of sections) {
    const seers = profiles.filter((profile) => profile.section('.pcrsig') === section);
    const read = attempt(() => readPcrSignatures(contentOf(pe, section), pe.layer));
    // What is wrong with the section itself is a finding of its layer.
    for (const entry of read.ok ? read.value : []) {
      const at = { pe, section, entry, index: signatures.length };
      signatures.push(await checkEntry(at, seers, { keys, policies, engine: options.engine }));
    }
  }
  const findings = [...policies.findings(), ...keys.findings()];
  return { signatures, profiles: numbers, findings };
}

interface PlacedEntry {
  readonly pe: PeImage;
  readonly section: PeSection;
  readonly entry: PcrSignatureEntry;
  readonly index: number;
}

interface PcrChecks {
  readonly keys: KeyStore;
  readonly policies: PolicyStore;
  readonly engine: Engine;
}

async function checkEntry(
  at: PlacedEntry,
  seers: readonly EffectiveProfile[],
  { keys, policies, engine }: PcrChecks,
): Promise<Signature> {
  const { entry } = at;
  const predicted = await policies.find(entry, seers);
  const seer = seers.find(({ profile }) => profile === predicted?.image.profile) ?? seers[0] ?? null;
  const stray = seer === null ? at.pe.sections.find(({ name }) => name === '.pcrpkey') : null;
  const key = await keys.of(seer?.section('.pcrpkey') ?? stray ?? null);
  const objection = await keyObjection(entry, key, engine);
  const bank = PCR_BANKS.find((name) => name === entry.bank) ?? null;
  const findings = [...(objection === null ? [] : [objection]), ...policyFindings(entry, { seer, bank, predicted })];
  return {
    ...blank(at),
    digestMatches: predicted !== null,
    computedDigest: predicted === null ? null : entry.pol,
    intact: objection === null,
    keyAlgorithm: key === null ? null : key.key.kind,
    keyBits: key === null ? null : key.key.bits,
    covers: predicted === null ? NO_RANGES : rangesOf(predicted.image),
    findings: findings.map(([code, text]) => placed(at, code, text)),
    pcr: {
      bank: entry.bank,
      registers: entry.pcrs,
      keyFingerprint: entry.pkfp,
      spki: key?.spki ?? null,
      profile: predicted === null ? (seer?.profile ?? null) : predicted.image.profile,
      phase: predicted?.phase ?? null,
    },
  };
}

type Objection = readonly [code: string, text: string];

/** Why the signature is not one of the key that the image carries. */
async function keyObjection(
  { pkfp, pol, sig }: PcrSignatureEntry,
  key: BareKey | null,
  engine: Engine,
): Promise<Objection | null> {
  if (key === null) return ['pcr-no-key', 'there is no readable `.pcrpkey` to verify the signature with'];
  if (key.fingerprint !== pkfp) {
    return ['pcr-other-key', 'the signature names another key than the one in `.pcrpkey`'];
  }
  if (key.key.kind !== 'rsa' || key.key.bits > RSA_BITS_LIMIT) {
    const text = `a TPM takes RSA keys of at most ${RSA_BITS_LIMIT} bits; this is ${key.key.kind} ${key.key.bits ?? ''}`;
    return ['pcr-key-unsupported', text.trimEnd()];
  }
  const message = bytesOfHex(pol);
  const question = { spki: key.spki, scheme: { kind: 'rsa', digest: 'sha256' }, digest: null, message } as const;
  const answer = await checkSignature({ ...question, signature: sig }, engine);
  return answer.kind === 'good' ? null : ['pcr-signature-bad', answer.text];
}

/** Largest RSA key of the TPM 2.0 Library (Part 2, annex B). */
const RSA_BITS_LIMIT = 4096;

interface PolicyState {
  readonly seer: EffectiveProfile | null;
  readonly bank: PcrBank | null;
  readonly predicted: PredictedPolicy | null;
}

function policyFindings({ bank, pcrs }: PcrSignatureEntry, state: PolicyState): readonly Objection[] {
  if (state.predicted !== null) return [];
  if (state.seer === null) return [['pcr-unseen', 'no profile uses this `.pcrsig`: each has its own']];
  if (state.bank === null) return [['pcr-bank-unsupported', `the bank \`${bank}\` is not supported`]];
  if (!isKernelBootOnly(pcrs)) {
    const text = `the policy is about PCR ${pcrs.join(', ')}; only that of PCR ${KERNEL_BOOT_PCR} alone can be predicted`;
    return [['pcr-other-registers', text]];
  }
  return [['pcr-policy-mismatch', 'the policy is not that of this image in any phase that systemd measures']];
}

function contentOf(pe: PeImage, section: PeSection): Uint8Array {
  const [start, end] = contentRange(pe, section);
  return pe.bytes.subarray(start, end);
}

/** The measured sections; the zeros that loading adds are in no file. */
function rangesOf({ sections }: MeasuredImage): RangeSet {
  return normalise(sections.map(({ range }) => range));
}

function placed({ pe, section, entry }: PlacedEntry, code: string, text: string): Finding {
  const offsetBytes = section.pointerToRawData + entry.offsetBytes;
  return { code, text, layer: pe.layer, offsetBytes, lengthBytes: entry.sizeBytes };
}

function blank({ section, entry, index }: PlacedEntry): Signature {
  const offsetBytes = section.pointerToRawData + entry.offsetBytes;
  const place = { scheme: 'pcr', index, offsetBytes, sizeBytes: entry.sizeBytes, cmsOffsetBytes: offsetBytes } as const;
  return {
    ...unreadSignature(place),
    digestAlgorithm: entry.bank,
    digest: entry.pol,
    signerDigestAlgorithm: 'sha256',
  };
}
