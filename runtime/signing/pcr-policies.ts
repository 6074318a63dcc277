import { attempt, attemptLater, type Finding } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import type { PeImage } from '../formats/pe.ts';
import type { PcrSignatureEntry } from '../formats/pcrsig.ts';
import type { EffectiveProfile } from '../formats/uki-sections.ts';
import { type MeasuredImage, measuredImages } from './pcr-image.ts';
import { KERNEL_BOOT_PCR, pcrPolicyDigest } from './pcr-policy.ts';
import { DEFAULT_PHASES, NO_PHASE, PCR_BANKS, type PcrBank, pcrCalculator, type PcrOptions } from './pcr-value.ts';

/** A value of PCR 11 that can come about, named by how it does. */
export interface PredictedPolicy {
  readonly image: MeasuredImage;
  /** Empty before the first phase. */
  readonly phase: string;
}

/** The policies that the predicted values of a UKI fulfil. */
export interface PolicyStore {
  /** The predicted value that the entry's policy asks for, among those of the profiles. */
  find(entry: PcrSignatureEntry, seers: readonly EffectiveProfile[]): Promise<PredictedPolicy | null>;
  /** Why nothing can be predicted. */
  findings(): readonly Finding[];
}

/** Phases that systemd measures; a policy for any other is not recognised (man systemd-pcrphase.service). */
const KNOWN_PHASES: readonly string[] = [
  NO_PHASE,
  ...DEFAULT_PHASES,
  'enter-initrd:leave-initrd:sysinit:ready:shutdown',
  'enter-initrd:leave-initrd:sysinit:ready:shutdown:final',
  'enter-initrd:storage-target-mode',
];

/** Predicts the values of a profile in a bank when they are first asked for, once. */
export function policyStore(pe: PeImage, options: PcrOptions): PolicyStore {
  const calculator = pcrCalculator(pe, options);
  const images = attempt(() => measuredImages(pe));
  const faults: Finding[] = images.ok ? [] : [images.finding];
  const known = new Map<string, Promise<ReadonlyMap<string, PredictedPolicy>>>();
  const predict = async (profile: number | null, bank: PcrBank): Promise<ReadonlyMap<string, PredictedPolicy>> => {
    const policies = new Map<string, PredictedPolicy>();
    for (const image of images.ok ? images.value.filter((candidate) => candidate.profile === profile) : []) {
      const value = await attemptLater(() => calculator.valueOf(image, bank));
      if (!value.ok) {
        faults.push(value.finding);
        return new Map();
      }
      for (const phase of KNOWN_PHASES) {
        const after = await calculator.afterPhase(value.value, bank, phase);
        policies.set(hexOf(await pcrPolicyDigest(after, bank, options.engine)), { image, phase });
      }
    }
    return policies;
  };
  const find: PolicyStore['find'] = async ({ bank: name, pcrs, pol }, seers) => {
    const bank = PCR_BANKS.find((candidate) => candidate === name);
    if (bank === undefined || !isKernelBootOnly(pcrs)) return null;
    for (const { profile } of seers) {
      const key = `${bank} ${profile ?? ''}`;
      const policies = known.get(key) ?? predict(profile, bank);
      known.set(key, policies);
      const found = (await policies).get(pol);
      if (found !== undefined) return found;
    }
    return null;
  };
  return { find, findings: () => faults.slice(0, 1) };
}

/** Whether a policy is about PCR 11 alone. */
export function isKernelBootOnly(pcrs: readonly number[]): boolean {
  return pcrs.length === 1 && pcrs[0] === KERNEL_BOOT_PCR;
}
