import { PENDING, type Pending, type Reason } from '../contract/judgement.ts';
import type { Plan, PlanAssertion, PlanView } from '../contract/plan.ts';
import type { ConditionFunction } from '../contract/subject.ts';
import type { RequirementVerdict, ViewGaps, ViewVerdict } from '../contract/verdict.ts';
import { BESIDE_PATH, type FileFacts } from '../facts/file-facts.ts';
import { type Belief, type ViewFacts, viewFacts } from '../facts/view-facts.ts';
import { assertionVerdicts } from './assertions.ts';
import { type Binding, bind } from './bind.ts';
import { gapsOfView } from './gaps.ts';
import { judgeRequirement, type RequirementContext } from './requirement.ts';
import { verdictOfView, worst } from './severity.ts';
import { judgeShape } from './shape.ts';
import { shapeVerdicts } from './shape-verdict.ts';

/** One view laid on one file. */
export interface ViewCase {
  judge(): ViewVerdict | Pending;
  gaps(): ViewGaps | Pending;
}

/** The initrd that is handed on beside a file, and everything that judging it needs. */
export interface BesideParts {
  readonly program: { readonly plan: Plan; readonly conditions: readonly ConditionFunction[] };
  readonly belief: Belief;
  readonly file: FileFacts;
  /** Of the initrd: waivers name it. */
  readonly sha256: string | null;
}

/**
 * Adds to a view of a file what the view says of the initrd handed on beside it.
 *
 * The initrd is a file of its own: no signature around the other file reaches it, and the block of `artifact initrd` is
 * what applies to it. A point that refuses the file itself never comes to its initrd.
 */
export function withBeside(main: ViewCase, view: PlanView, parts: BesideParts): ViewCase {
  const { plan } = parts.program;
  if (plan.views.every(({ beside }) => beside === null)) return refusedBeside(view);
  if (view.beside === null) return main;
  const opened = openBeside(view, parts);
  return {
    judge: () => {
      const verdict = main.judge();
      if (verdict === PENDING || isRefusedUnread(verdict)) return verdict;
      const requirements = requirementsOf(opened);
      return requirements === PENDING ? PENDING : joined(verdict, requirements, opened.refusals);
    },
    gaps: () => {
      const found = main.gaps();
      if (found === PENDING || found.loads === 'nothing') return found;
      const more = gapsOfView(opened.binding.requirements, opened.context, parts.file);
      return more === PENDING ? PENDING : { ...found, gaps: [...found.gaps, ...more.gaps.map(toldOf)] };
    },
  };
}

function refusedBeside({ name }: PlanView): ViewCase {
  const text = 'no view of the policy takes an initrd beside its file: `beside initrd` would say so';
  const verdict: ViewVerdict = {
    name,
    verdict: 'reject',
    reasons: [reason('beside-undeclared', text)],
    requirements: [],
  };
  return { judge: () => verdict, gaps: () => ({ view: name, loads: 'nothing', gaps: [] }) };
}

interface OpenBeside {
  readonly binding: Binding;
  readonly context: RequirementContext;
  readonly refusals: readonly Reason[];
  readonly file: FileFacts;
  readonly assertions: readonly PlanAssertion[];
}

function openBeside(view: PlanView, { program, belief, file, sha256 }: BesideParts): OpenBeside {
  const { plan, conditions } = program;
  const facts = viewFacts(file, { ...view, sees: { kind: 'file' }, loads: null, trimmed: false }, belief);
  const artifact = view.enforcesNothing ? undefined : plan.artifacts.find(({ kind }) => kind === 'initrd');
  const today = belief.at.toISOString().slice(0, 10);
  return {
    binding: artifact === undefined ? NOTHING_BOUND : bind(facts.root, artifact, view),
    context: { conditions, facts, waivers: plan.waivers, today, sha256 },
    refusals: kindRefusals(facts),
    file,
    assertions: plan.assertions.filter((assertion) => assertion.view === view.name),
  };
}

const NOTHING_BOUND: Binding = { blocks: [], requirements: [] };

function kindRefusals({ root }: ViewFacts): readonly Reason[] {
  if (root.kind === 'initrd') return [];
  return [
    reason('beside-not-initrd', `what is handed on beside the file is no initrd, but a file of kind \`${root.kind}\``),
  ];
}

function isRefusedUnread({ reasons, requirements }: ViewVerdict): boolean {
  return reasons.length > 0 && requirements.length === 0;
}

function requirementsOf({ binding, context, file, assertions }: OpenBeside): readonly RequirementVerdict[] | Pending {
  const judged = binding.requirements.map((bound) => judgeRequirement(bound, context));
  const ready = judged.filter((each) => each !== PENDING);
  const asserted = assertionVerdicts(assertions, { bound: binding.requirements, context, file });
  if (ready.length < judged.length || asserted === PENDING) return PENDING;
  return [
    ...ready,
    ...shapeVerdicts(
      binding.blocks.map((bound) => judgeShape(bound, context.facts.view.like)),
      context,
    ),
    ...asserted,
  ];
}

function joined(
  main: ViewVerdict,
  requirements: readonly RequirementVerdict[],
  refusals: readonly Reason[],
): ViewVerdict {
  return {
    name: main.name,
    verdict: worst([main.verdict, verdictOfView(requirements, refusals)]),
    reasons: [...main.reasons, ...refusals],
    requirements: [...main.requirements, ...requirements],
  };
}

function toldOf<T extends { readonly text: string }>(gap: T): T {
  return { ...gap, text: `handed on beside the file: ${gap.text}` };
}

function reason(code: string, text: string): Reason {
  return { code, text, layer: BESIDE_PATH, offsetBytes: 0, lengthBytes: 0 };
}
