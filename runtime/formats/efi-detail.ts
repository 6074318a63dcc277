import type { Finding } from '../bytes/format-error.ts';
import type { Claim } from './regions.ts';

/** What one part of an EFI program adds to what its PE headers say: the reader of the program joins them. */
export interface EfiDetail {
  /** Fields for people, as in `Layer.header`. */
  readonly header: Readonly<Record<string, string | number>>;
  /** Names for stretches inside sections. */
  readonly claims: readonly Claim[];
  readonly findings: readonly Finding[];
}
