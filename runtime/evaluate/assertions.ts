import { PENDING, type Pending } from '../contract/judgement.ts';
import type { PlanAssertion } from '../contract/plan.ts';
import type { Gap, RequirementVerdict } from '../contract/verdict.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { BoundRequirement } from './bind.ts';
import { uncoveredLayers, unprotectedLayers } from './gaps.ts';
import type { RequirementContext } from './requirement.ts';

/** What an assertion is held against: a view of a file with the requirements that it enforces there. */
export interface AssertedView {
  readonly bound: readonly BoundRequirement[];
  readonly context: RequirementContext;
  readonly file: FileFacts;
}

/**
 * The reserved requirement `assert`: once for every layer that an assertion about the view fails on, and once for each
 * that holds. No waiver lifts it.
 */
export function assertionVerdicts(
  assertions: readonly PlanAssertion[],
  view: AssertedView,
): readonly RequirementVerdict[] | Pending {
  const verdicts: RequirementVerdict[] = [];
  for (const assertion of assertions) {
    const judged = judgeAssertion(assertion, view);
    if (judged === PENDING) return PENDING;
    verdicts.push(...judged);
  }
  return verdicts;
}

function judgeAssertion(assertion: PlanAssertion, view: AssertedView): readonly RequirementVerdict[] | Pending {
  const { bound, context, file } = view;
  const { layer: kind } = assertion;
  const gaps = (kind === null ? unprotectedLayers : uncoveredLayers)(bound, context, file);
  if (gaps === PENDING) return PENDING;
  const failing = gaps.filter((gap) => kind === null || gap.kind === kind);
  if (failing.length > 0) return failing.map((gap) => failed(assertion, gap));
  return [{ ...entry(assertion, context.facts.root.path), outcome: 'satisfied', condition: 'true' }];
}

function failed(assertion: PlanAssertion, gap: Gap): RequirementVerdict {
  const { layer, offsetBytes, uncoveredBytes, text, because } = gap;
  const reason = { code: `uncovered-${because}`, text, layer, offsetBytes, lengthBytes: uncoveredBytes };
  const unreadable = because === 'unreadable';
  return {
    ...entry(assertion, layer),
    outcome: unreadable ? 'undecided' : 'violated',
    condition: unreadable ? 'undecided' : 'false',
    reasons: [reason],
  };
}

function entry({ place }: PlanAssertion, layer: string): RequirementVerdict {
  return {
    name: 'assert',
    mode: 'require',
    layer,
    outcome: 'violated',
    condition: 'false',
    reasons: [],
    proof: null,
    place,
    waiver: null,
  };
}
