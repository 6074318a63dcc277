import type { Reason } from '../contract/judgement.ts';
import type { RequirementVerdict } from '../contract/verdict.ts';
import { VERDICTS, type VerdictName } from '../contract/vocabulary.ts';

/** The worst of several verdicts; `reject` for none at all, since nothing judged is nothing accepted. */
export function worst(verdicts: readonly VerdictName[]): VerdictName {
  if (verdicts.length === 0) return 'reject';
  const rank = Math.max(...verdicts.map((verdict) => VERDICTS.indexOf(verdict)));
  return VERDICTS[rank] ?? 'reject';
}

/** The verdict of a view: its own refusals, then its worst requirement. */
export function verdictOfView(requirements: readonly RequirementVerdict[], refusals: readonly Reason[]): VerdictName {
  const own: readonly VerdictName[] = refusals.length > 0 ? ['reject'] : ['accept'];
  return worst([...own, ...requirements.map(({ outcome }) => VERDICT_OF[outcome])]);
}

const VERDICT_OF: Readonly<Record<RequirementVerdict['outcome'], VerdictName>> = {
  satisfied: 'accept',
  warned: 'accept-with-warnings',
  waived: 'accept-waived',
  undecided: 'undecided',
  violated: 'reject',
};
