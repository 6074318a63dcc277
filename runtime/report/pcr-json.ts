import type { PcrPrediction } from './pcr-prediction.ts';
import type { PcrReport, PcrReportFile } from './pcr-schema.ts';
import type { SkippedReport } from './skipped-schema.ts';

/** One file of a run: its prediction, or why there is none. */
export type PredictedFile =
  | { readonly file: string; readonly prediction: PcrPrediction }
  | { readonly file: string; readonly error: string };

/** The whole run as one value of the published schema. */
export function pcrReport(files: readonly PredictedFile[], skipped?: SkippedReport): PcrReport {
  return {
    version: 1,
    files: files.map(fileReport),
    ...(skipped === undefined ? {} : { skipped: { ...skipped } }),
  };
}

function fileReport(predicted: PredictedFile): PcrReportFile {
  const { file } = predicted;
  if ('error' in predicted) return { file, error: predicted.error, images: [], findings: [] };
  const { images, findings } = predicted.prediction;
  return {
    file,
    error: null,
    images: images.map((image) => ({
      ...image,
      sections: [...image.sections],
      values: image.values.map(({ bank, phase, hash }) => ({ bank, phase, pcr: 11, hash })),
    })),
    findings: findings.map(({ code, text, layer, offsetBytes }) => ({ code, text, layer, offsetBytes })),
  };
}
