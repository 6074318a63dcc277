import type { Engine } from '../bytes/engine.ts';
import { FormatError } from '../bytes/format-error.ts';
import type { RangeSet } from '../bytes/ranges.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Reason } from '../contract/judgement.ts';
import type { Arch } from '../contract/vocabulary.ts';
import type { SbatLevel } from './sbat-level.ts';
import { ENFORCER_RULES, type EnforcerRule, type RuleCode } from './enforcer-rules.ts';

/** An enforcer whose own rules are followed, not a union of rules. */
export type Enforcer = 'edk2' | 'linux' | 'shim';

/** What an enforcer is asked: may this file be loaded? */
export interface EnforcerQuestion {
  readonly bytes: Uint8Array;
  /** Layer path, for reasons. */
  readonly layer: string;
  /** Who is believed: db, a keyring, or what stands for them. In the order in which they are tried. */
  readonly anchors: readonly Anchor[];
  /** What is revoked: dbx, or what stands for it. */
  readonly revoked: readonly Anchor[];
  readonly engine: Engine;
  readonly machine: EnforcerMachine;
}

/** Settings of the machine that change an enforcer's answer; each default is what was measured, or a plain build. */
export interface EnforcerMachine {
  /** Who is believed about times by EDK2, where dbx has revocations with a time; default: nobody, as without a dbt. */
  readonly dbt?: readonly Anchor[];
  /** Whether Linux was built with CONFIG_SYSTEM_REVOCATION_LIST; default `no`, as measured. */
  readonly linuxRevocationList?: 'yes' | 'no';
  /** Generations that shim asks for; default: the newest that bootpol knows. */
  readonly sbatLevel?: SbatLevel;
  /** What shim does with an image without SBAT: through its protocol it lets it pass, when it boots it, it does not. */
  readonly sbatAbsent?: 'allowed' | 'refused';
}

/** What one SignerInfo is worth. */
export interface SignerRuling {
  /** What its trust rests on; null when it is not trusted. */
  readonly anchor: Anchor | null;
  /** Why it is not trusted, the decisive reason first. */
  readonly objections: readonly Reason[];
}

/** What one entry of the certificate table is worth. */
export interface EntryRuling {
  readonly index: number;
  readonly trusted: 'yes' | 'no';
  /** By SignerInfo, in the order of the CMS; empty when the CMS was not read. */
  readonly signers: readonly SignerRuling[];
  /** Why the entry is not trusted, the decisive reason first. */
  readonly objections: readonly Reason[];
}

/** What an enforcer makes of a file. */
export interface EnforcerRuling {
  /** What refuses the file whatever its signatures are worth, the decisive reason first. */
  readonly blocked: readonly Reason[];
  /** The entries that it looked at. */
  readonly entries: readonly EntryRuling[];
  /** Whether it takes the file for its image digest alone. */
  readonly digestListed: 'yes' | 'no';
  /** The bytes that its image digest hashes. */
  readonly covers: RangeSet;
  /** The refusal that decides when nothing else does: no signature, and no image digest that is listed. */
  readonly otherwise: Reason;
}

/** Where a rule was broken. */
export interface RulePlace {
  readonly layer: string;
  readonly offsetBytes: number;
  readonly lengthBytes?: number;
}

/** A reason that names the rule. */
export function broken(rule: RuleCode, text: string, { layer, offsetBytes, lengthBytes }: RulePlace): Reason {
  return { code: rule, text, layer, offsetBytes, lengthBytes: lengthBytes ?? 0 };
}

/** The same as something to throw out of a reader. */
export function refusal(rule: RuleCode, text: string, place: RulePlace): FormatError {
  return new FormatError(broken(rule, text, place));
}

/** The rule of a code; null for codes that are no enforcer's. */
export function ruleOf(code: string): EnforcerRule | null {
  return RULES.get(code) ?? null;
}

const RULES: ReadonlyMap<string, EnforcerRule> = new Map(Object.entries(ENFORCER_RULES));

/** A ruling that refuses the file before any signature is looked at. */
export function blockedBy(reason: Reason): EnforcerRuling {
  return { blocked: [reason], entries: [], digestListed: 'no', covers: [], otherwise: reason };
}

/** Whether the enforcer loads the file, by a signature or by an image digest. */
export function isAccepted({ blocked, entries, digestListed }: EnforcerRuling): boolean {
  return blocked.length === 0 && (digestListed === 'yes' || entries.some(({ trusted }) => trusted === 'yes'));
}

/** The architectures for which EDK2 2026.08 is built with elliptic curves (measured). */
export const EDK2_CURVE_ARCHES: readonly (Arch | null)[] = ['x86-64'];
