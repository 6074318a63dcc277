import type { Reason } from '../contract/judgement.ts';

/**
 * The stages of a walk, in their order:
 *
 * - `firmware` and `shim`: they verify and load a program;
 * - `shim-self`: shim asks whether it is revoked itself;
 * - `kexec-read`: IMA appraises the file as it is read;
 * - `kexec-loader`: whether the kernel has a loader for the format;
 * - `kexec-signature`: the signature;
 * - `kexec-load`: the loader's own checks.
 */
export const BOOT_STAGES = [
  'firmware',
  'shim-self',
  'shim',
  'kexec-read',
  'kexec-loader',
  'kexec-signature',
  'kexec-load',
] as const;
export type BootStageName = (typeof BOOT_STAGES)[number];

/**
 * - `unverified`: the stage lets it pass, and asks nothing, or does not act on the answer;
 * - `assumed`: the machine does not say, and it is taken for granted;
 * - `undecided`: it depends on what neither machine nor file says;
 * - `not-reached`: an earlier stage refuses.
 */
export const STAGE_VERDICTS = [
  'accept',
  'unverified',
  'assumed',
  'undecided',
  'reject',
  'would-crash',
  'not-reached',
] as const;
export type StageVerdict = (typeof STAGE_VERDICTS)[number];

/** What a stage says of a program. */
export interface StageAnswer {
  readonly verdict: StageVerdict;
  /** The rule that decides, with its place in the program; null where none does. */
  readonly rule: StageRule | null;
  /** Why, for people. */
  readonly reason: string;
}

/** A broken rule, its place, and who has it. */
export interface StageRule {
  /** Permanent code. */
  readonly code: string;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** File and function of the source, or how it was measured; null where there is nothing to cite. */
  readonly source: string | null;
}

/** One stage of a walk. */
export interface BootStage extends StageAnswer {
  readonly name: BootStageName;
  /** Name of the program that is looked at: shim, the boot loader or the file. */
  readonly program: string;
}

/** A stage that lets the program pass, or leaves it open. */
export function passes(verdict: 'accept' | 'unverified' | 'assumed' | 'undecided', reason: string): StageAnswer {
  return { verdict, rule: null, reason };
}

/** A stage that refuses. */
export function refuses({ code, text, offsetBytes, lengthBytes }: Reason, source: string | null): StageAnswer {
  return { verdict: 'reject', rule: { code, offsetBytes, lengthBytes, source }, reason: text };
}

/** Whether the walk ends there. */
export function isRefusal({ verdict }: StageAnswer): boolean {
  return verdict === 'reject' || verdict === 'would-crash';
}
