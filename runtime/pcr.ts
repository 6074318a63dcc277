import { attempt, attemptLater, type Finding } from './bytes/format-error.ts';
import { hexOf } from './bytes/hex.ts';
import type { Layer } from './formats/layer.ts';
import type { ReadingOptions } from './facts/file-facts.ts';
import { readFile } from './formats/read-file.ts';
import { readOsRelease } from './formats/os-release.ts';
import { PROFILE_LIMIT } from './formats/uki-sections.ts';
import type { PcrPrediction, PredictedImage, PredictedValue } from './report/pcr-prediction.ts';
import { type MeasuredImage, measuredImages } from './signing/pcr-image.ts';
import { type PcrBank, type PcrCalculator, pcrCalculator } from './signing/pcr-value.ts';

/** What is to be predicted. */
export interface PcrQuestion extends ReadingOptions {
  readonly banks: readonly PcrBank[];
  /** Phase paths such as `enter-initrd:leave-initrd`; an empty one is the moment before the first phase. */
  readonly phases: readonly string[];
  /** Null: every profile. */
  readonly profile: number | null;
}

/** The prediction, or why there is none. */
export type PcrAnswer =
  | { readonly ok: true; readonly prediction: PcrPrediction }
  | { readonly ok: false; readonly finding: Finding };

/**
 * Predicts PCR 11 of a UKI for each way in which it can boot. Never throws for what the file holds.
 *
 * PCR 11 is what the stub measures of the UKI itself. Command lines that are handed over, addons and credentials go to
 * other registers.
 */
export async function predictPcr11(bytes: Uint8Array, question: PcrQuestion): Promise<PcrAnswer> {
  const layer = readFile(bytes, question);
  const { pe } = layer;
  if (layer.fault !== null) return { ok: false, finding: layer.fault };
  if (layer.kind !== 'uki' || pe === null) return { ok: false, finding: notUki(layer) };
  const images = attempt(() => measuredImages(pe));
  if (!images.ok) return images;
  // The stub takes profile 0 for granted where there are no profiles.
  const wanted = images.value.filter(({ profile }) => question.profile === null || (profile ?? 0) === question.profile);
  if (wanted.length === 0) return { ok: false, finding: noProfile(layer, question.profile) };
  const calculator = pcrCalculator(pe, question);
  const names = profileNames(layer);
  const predicted = await attemptLater(async () => {
    const all: PredictedImage[] = [];
    for (const image of wanted) all.push(await predictImage(image, { calculator, question, names }));
    return all;
  });
  if (!predicted.ok) return predicted;
  return { ok: true, prediction: { images: predicted.value, findings: disagreements(layer) } };
}

/** Findings for which another stub, or another tool, would measure something else. */
const DISAGREEMENTS: ReadonlySet<string> = new Set([
  'uki-duplicate-section',
  'uki-too-many-profiles',
  'uki-section-without-virtual-size',
]);

function disagreements({ findings }: Layer): readonly Finding[] {
  return findings.filter(({ code }) => DISAGREEMENTS.has(code));
}

interface Prediction {
  readonly calculator: PcrCalculator;
  readonly question: PcrQuestion;
  readonly names: ReadonlyMap<number | null, ProfileNames>;
}

async function predictImage(
  image: MeasuredImage,
  { calculator, question, names }: Prediction,
): Promise<PredictedImage> {
  const values: PredictedValue[] = [];
  for (const bank of question.banks) {
    const value = await calculator.valueOf(image, bank);
    for (const phase of question.phases) {
      values.push({ bank, phase, hash: hexOf(await calculator.afterPhase(value, bank, phase)) });
    }
  }
  const { profile, dtbauto, efifw } = image;
  const sections = image.sections.map(({ name, sizeBytes }) => ({ name, sizeBytes }));
  return { profile, ...(names.get(profile) ?? { id: null, title: null }), dtbauto, efifw, sections, values };
}

/** What a profile calls itself. */
type ProfileNames = Pick<PredictedImage, 'id' | 'title'>;

/** The names of every profile that has any. */
function profileNames({ parts }: Layer): ReadonlyMap<number | null, ProfileNames> {
  const named = parts.filter(({ kind }) => kind === 'profile').slice(0, PROFILE_LIMIT);
  return new Map(
    named.map((part) => {
      const read = attempt(() => readOsRelease(part.open()));
      const fields = read.ok ? read.value : new Map<string, string>();
      return [part.profile, { id: fields.get('ID') ?? null, title: fields.get('TITLE') ?? null }];
    }),
  );
}

function notUki({ kind, path }: Layer): Finding {
  const reason = kind === 'addon' ? 'an addon, which is measured into PCR 12' : `of kind \`${kind}\``;
  const text = `PCR 11 is that of a UKI; this file is ${reason}`;
  return { code: 'pcr-no-uki', text, layer: path, offsetBytes: 0, lengthBytes: 0 };
}

function noProfile({ path }: Layer, profile: number | null): Finding {
  const text = `there is no profile @${profile ?? 0}`;
  return { code: 'pcr-no-profile', text, layer: path, offsetBytes: 0, lengthBytes: 0 };
}
