import type { PcrPrediction, PredictedImage } from './pcr-prediction.ts';
import { printable } from './printable.ts';

/**
 * A prediction as `systemd-measure calculate` prints it: for each phase a comment and a line a bank, `11:sha256=…`.
 *
 * Where a UKI can boot in several ways, a comment before each says which one it is. Lines are as long as digests are.
 */
export function renderPcrText(prediction: PcrPrediction): string {
  const isOnly = prediction.images.length === 1;
  return prediction.images.map((image) => `${isOnly ? '' : `# ${describe(image)}\n`}${valueLines(image)}`).join('');
}

function valueLines({ values }: PredictedImage): string {
  const phases = [...new Set(values.map(({ phase }) => phase))];
  return phases
    .map((phase) => {
      const lines = values.filter((value) => value.phase === phase).map(({ bank, hash }) => `11:${bank}=${hash}\n`);
      return `# PCR[11] Phase <${printable(phase === '' ? ':' : phase)}>\n${lines.join('')}`;
    })
    .join('');
}

function describe({ profile, id, title, dtbauto, efifw }: PredictedImage): string {
  const names = [id, title].filter((name) => name !== null).map(printable);
  const parts = [
    profile === null ? null : `profile @${profile}${names.length === 0 ? '' : ` (${names.join(', ')})`}`,
    choice('.dtbauto', dtbauto),
    choice('.efifw', efifw),
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function choice(section: string, number: number | null): string | null {
  if (number === null) return null;
  return number === 0 ? `no ${section} selected` : `${section} ${number} selected`;
}
