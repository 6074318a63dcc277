import type { Finding } from '../bytes/format-error.ts';

/** The values of PCR 11 that one UKI can lead to. Plain data. */
export interface PcrPrediction {
  /** In the order of the profiles. */
  readonly images: readonly PredictedImage[];
  /** Why other readers could measure something else, such as a section that comes twice. */
  readonly findings: readonly Finding[];
}

/** One way in which the UKI can boot. */
export interface PredictedImage {
  /** Null in a UKI without profiles. */
  readonly profile: number | null;
  /** `ID` and `TITLE` of the profile; null when it has none. */
  readonly id: string | null;
  readonly title: string | null;
  /** Which `.dtbauto` and `.efifw` the hardware selects, from 1; 0: none of them; null: there are none. */
  readonly dtbauto: number | null;
  readonly efifw: number | null;
  /** What is measured, in order. */
  readonly sections: readonly { readonly name: string; readonly sizeBytes: number }[];
  readonly values: readonly PredictedValue[];
}

/** PCR 11 of one bank after one phase path. */
export interface PredictedValue {
  readonly bank: string;
  /** Empty before the first phase. */
  readonly phase: string;
  /** Lower-case hex. */
  readonly hash: string;
}
