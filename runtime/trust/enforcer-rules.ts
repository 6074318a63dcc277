import type { EnforcerRule } from './enforcer-rule.ts';
import { FILE_RULES } from './enforcer-rules-file.ts';
import { MESSAGE_RULES } from './enforcer-rules-message.ts';
import { TRUST_RULES } from './enforcer-rules-trust.ts';

export type { EnforcerRule } from './enforcer-rule.ts';

/**
 * Every rule by which `like edk2`, `like linux` and `like shim` refuse, by its permanent code.
 *
 * EDK2 is edk2-stable202608 with OpenSSL 3, Linux is 7.2.13 (crypto/asymmetric_keys/ where no folder is named), shim is
 * 16.1. Rules that were measured say so. `docs/enforcers.md` is printed from here.
 */
export const ENFORCER_RULES = {
  ...FILE_RULES,
  ...MESSAGE_RULES,
  ...TRUST_RULES,
} as const satisfies Readonly<Record<string, EnforcerRule>>;

/** Permanent code of a rule. */
export type RuleCode = keyof typeof ENFORCER_RULES;
