import type { Reason } from '../contract/judgement.ts';
import { type Enforcer, type EnforcerQuestion, type EnforcerRuling, isAccepted, ruleOf } from './enforcer.ts';
import { judgeAsEdk2 } from './profile-edk2.ts';
import { judgeAsLinux } from './profile-linux.ts';
import { judgeAsShim } from './profile-shim.ts';

/** Asks one enforcer. Never rejects for what the file holds. */
export function judgeAs(enforcer: Enforcer, question: EnforcerQuestion): Promise<EnforcerRuling> {
  return JUDGES[enforcer](question);
}

const JUDGES: Readonly<Record<Enforcer, (question: EnforcerQuestion) => Promise<EnforcerRuling>>> = {
  edk2: judgeAsEdk2,
  linux: judgeAsLinux,
  shim: judgeAsShim,
};

/** The one reason that makes the difference; null when the file is accepted. */
export function decisiveReason(ruling: EnforcerRuling): Reason | null {
  if (isAccepted(ruling)) return null;
  const objections = ruling.entries.flatMap((entry) => entry.objections);
  return ruling.blocked[0] ?? objections[0] ?? ruling.otherwise;
}

/** Whether the enforcer's own code would run out of bounds instead of refusing. */
export function wouldCrash(enforcer: Enforcer, reason: Reason): boolean {
  return ruleOf(reason.code)?.crashes?.includes(enforcer) === true;
}
