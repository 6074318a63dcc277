import type { ProfileName } from '../../../runtime/contract/vocabulary.ts';
import type { Tool } from './tools.ts';
import type { Variant } from './variants.ts';

/** What a tool and bootpol are both asked about a file. */
export const QUESTIONS = {
  trusted: 'is it signed, soundly, through this one certificate?',
  listed: 'may it be loaded because its SHA-256 image digest is listed?',
  digest: 'what is its SHA-256 Authenticode digest?',
  'signed-digest': 'which digest does its signature state?',
  'own-digest': 'what is its Authenticode digest, in the algorithm of its signature?',
  certificates: 'whose certificates does each signature embed?',
  signers: 'who made each signature?',
  stamped: 'is it signed through this certificate, at the time that a trusted timestamp says?',
} as const;

/** Name of a question. */
export type Question = keyof typeof QUESTIONS;

/** Who answers for bootpol: a profile, or the readers that all profiles share. */
export type Party = ProfileName | 'reader';

/** One question put to a tool and to bootpol about one file. */
export interface Comparison {
  readonly variant: Variant;
  readonly question: Question;
  readonly tool: Tool;
  readonly party: Party;
  /** `takes`, `refuses`, `crashes`, `none` (no answer to a question for a value), or the value. */
  readonly said: string;
  /** The same of bootpol, which never crashes. */
  readonly expected: string;
  /** The rule by which bootpol refuses. */
  readonly rule: string | null;
  /** All that the tool printed. */
  readonly text: string;
}

/** How a tool differs from bootpol. */
export type Difference = 'takes' | 'refuses' | 'crashes' | 'none' | 'another';

/** The difference, or null where both say the same. */
export function differenceOf({ said, expected }: Comparison): Difference | null {
  if (said === 'crashes') return 'crashes';
  if (said === expected) return null;
  if (said === 'takes' || said === 'refuses' || said === 'none') return said;
  return 'another';
}
