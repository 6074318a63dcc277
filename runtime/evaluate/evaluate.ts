import { PENDING, type Pending, type Reason } from '../contract/judgement.ts';
import type { Plan, PlanAssertion, PlanView } from '../contract/plan.ts';
import type { ConditionFunction } from '../contract/subject.ts';
import type { Verdict, ViewGaps, ViewVerdict } from '../contract/verdict.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { loadingOf } from '../facts/loading.ts';
import { type Belief, type ViewFacts, viewFacts } from '../facts/view-facts.ts';
import { type AssertedView, assertionVerdicts } from './assertions.ts';
import { type Binding, bind } from './bind.ts';
import { type BesideParts, type ViewCase, withBeside } from './beside.ts';
import { gapsOfView } from './gaps.ts';
import { judgeRequirement, type RequirementContext } from './requirement.ts';
import { judgeShape, type ShapeRuling } from './shape.ts';
import { shapeVerdicts } from './shape-verdict.ts';
import { verdictOfView, worst } from './severity.ts';

/** A plan with its conditions compiled: `conditions[requirement.id]`. */
export interface Program {
  readonly plan: Plan;
  readonly conditions: readonly ConditionFunction[];
}

/** A policy laid on one file, ready to be judged as often as facts arrive. */
export interface Case {
  /** Every view's verdict from the facts at hand; `PENDING` when some are still being computed. */
  judge(): readonly ViewVerdict[] | Pending;
  /** What every view leaves unprotected, likewise. */
  gaps(): readonly ViewGaps[] | Pending;
}

/** Whether the verdict states the digest of the whole file, which costs a pass over it. */
export type FileDigest = 'stated' | 'when-needed';

/** Judges a file under a program. Waits for the facts that the enforced requirements demand, and for no others. */
export async function evaluate(program: Program, file: FileFacts, options: Judging): Promise<Verdict> {
  return (await open(program, file, options)).verdict;
}

/** A verdict, and what the views leave unprotected of the file, whether they accept it or not. */
export interface Examination {
  readonly verdict: Verdict;
  readonly gaps: readonly ViewGaps[];
}

/** Judges a file as `evaluate` does, and looks at what no enforced requirement covers. */
export async function examine(program: Program, file: FileFacts, options: Judging): Promise<Examination> {
  const { verdict, opened, files } = await open(program, file, options);
  return { verdict, gaps: await settled(files, () => opened.gaps()) };
}

/** What judging needs besides program and file. */
export type Judging = Belief & {
  readonly fileDigest: FileDigest;
  /** The initrd that is handed on beside the file; null when there is none. */
  readonly beside: FileFacts | null;
};

async function open(program: Program, file: FileFacts, { fileDigest, beside, ...belief }: Judging) {
  const files = beside === null ? [file] : [file, beside];
  const needed = fileDigest === 'stated' || program.plan.waivers.some(({ digests }) => digests.length > 0);
  const digestOf = async (asked: FileFacts): Promise<string | null> =>
    needed ? (await settled(files, () => asked.sha256Of(asked.root.layer()))).hex : null;
  const sha256 = await digestOf(file);
  const handed = beside === null ? null : { program, belief, file: beside, sha256: await digestOf(beside) };
  const opened = openCase({ program, file, belief, sha256, beside: handed });
  const views = await settled(files, () => opened.judge());
  const verdict: Verdict = {
    verdict: worst(views.map(({ verdict: each }) => each)),
    policy: named(program.plan),
    sha256,
    views,
  };
  return { verdict, opened, files };
}

/** The policy's name; its digest is computed when somebody reads it. */
function named(plan: Plan): Verdict['policy'] {
  return {
    ...plan.policy,
    get digest() {
      return plan.digest;
    },
  };
}

/** What a case is made of. */
export interface CaseParts {
  readonly program: Program;
  readonly file: FileFacts;
  readonly belief: Belief;
  /** Of the whole file: waivers name it. Null when none does. */
  readonly sha256: string | null;
  readonly beside: BesideParts | null;
}

/** Lays every view on the file; nothing is hashed or verified yet. */
export function openCase(parts: CaseParts): Case {
  const { beside } = parts;
  const views = parts.program.plan.views.map((view) => {
    const main = openView(view, parts);
    return beside === null ? main : withBeside(main, view, beside);
  });
  return {
    judge: () => allReady(views.map((each) => each.judge())),
    gaps: () => allReady(views.map((each) => each.gaps())),
  };
}

function allReady<T>(answers: readonly (T | Pending)[]): readonly T[] | Pending {
  const ready = answers.filter(isReady);
  return ready.length === answers.length ? ready : PENDING;
}

function isReady<T>(answer: T | Pending): answer is T {
  return answer !== PENDING;
}

function openView(view: PlanView, parts: CaseParts): ViewCase {
  const facts = viewFacts(parts.file, view, parts.belief);
  if (facts.root.kind === 'unknown') return refused(undeclaredArtifact(view, facts));
  const early = earlyVerdict(view, facts);
  if (early !== null) return refused(early);
  const context: RequirementContext = {
    conditions: parts.program.conditions,
    facts,
    waivers: parts.program.plan.waivers,
    today: parts.belief.at.toISOString().slice(0, 10),
    sha256: parts.sha256,
  };
  const assertions = parts.program.plan.assertions.filter((assertion) => assertion.view === view.name);
  if (view.enforcesNothing) {
    const judge = () => judgeNothing(view, { bound: [], context, file: parts.file }, assertions);
    return { judge, gaps: () => gapsOfView([], context, parts.file) };
  }
  const artifact = parts.program.plan.artifacts.find(({ kind }) => kind === facts.root.kind);
  if (artifact === undefined) return refused(undeclaredArtifact(view, facts));
  const binding = bind(facts.root, artifact, view);
  const shape = binding.blocks
    .filter(({ node }) => facts.sees(node) === 'yes')
    .map((block) => judgeShape(block, view.like));
  return {
    judge: () => judgeView(view, { binding, shape, context, file: parts.file, assertions }),
    gaps: () => gapsOfView(binding.requirements, context, parts.file),
  };
}

/** A point that refuses before it looks at any requirement loads nothing. */
function refused(verdict: ViewVerdict): ViewCase {
  return { judge: () => verdict, gaps: () => ({ view: verdict.name, loads: 'nothing', gaps: [] }) };
}

/** What the point answers before any requirement is looked at; null when it goes on. */
function earlyVerdict(view: PlanView, { handed }: ViewFacts): ViewVerdict | null {
  const loading = handed.refusals.length > 0 ? handed : loadingOf(handed.layers, view);
  const faults = [...handed.faults, ...loading.faults];
  if (faults.length > 0) {
    return {
      name: view.name,
      verdict: 'undecided',
      reasons: [...new Set([...loading.refusals, ...faults])],
      requirements: [],
    };
  }
  return loading.refusals.length > 0 ? refusal(view, loading.refusals) : null;
}

interface OpenView {
  readonly binding: Binding;
  readonly shape: readonly ShapeRuling[];
  readonly context: RequirementContext;
  readonly file: FileFacts;
  readonly assertions: readonly PlanAssertion[];
}

/** `enforce nothing` accepts, unless an assertion says more of it. */
function judgeNothing(
  view: PlanView,
  asserted: AssertedView,
  assertions: readonly PlanAssertion[],
): ViewVerdict | Pending {
  const requirements = assertionVerdicts(assertions, asserted);
  if (requirements === PENDING) return PENDING;
  return { name: view.name, verdict: verdictOfView(requirements, []), reasons: [], requirements };
}

function judgeView(view: PlanView, { binding, shape, context, file, assertions }: OpenView): ViewVerdict | Pending {
  const judged = binding.requirements.map((bound) => judgeRequirement(bound, context));
  const requirements = judged.filter((verdict) => verdict !== PENDING);
  const asserted = assertionVerdicts(assertions, { bound: binding.requirements, context, file });
  if (requirements.length !== judged.length || asserted === PENDING) return PENDING;
  const all = [...requirements, ...shapeVerdicts(shape, context), ...asserted];
  // What is imported only adds: a file for which nothing else speaks is refused as it would be without.
  const applies = binding.requirements.some(({ requirement: { mode, origin } }) => mode !== 'warn' && origin === 'own');
  const reasons = applies ? [] : [nothingApplies(view, context.facts)];
  return { name: view.name, verdict: verdictOfView(all, reasons), reasons, requirements: all };
}

/** Waits until an answer no longer depends on work under way. */
async function settled<T>(files: readonly FileFacts[], ask: () => T | Pending): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer !== PENDING) return answer;
    await Promise.all(files.map(({ work }) => work.settle()));
  }
}

function refusal(view: PlanView, reasons: readonly Reason[]): ViewVerdict {
  return { name: view.name, verdict: 'reject', reasons, requirements: [] };
}

function undeclaredArtifact(view: PlanView, { root }: ViewFacts): ViewVerdict {
  const { fault } = root.layer();
  if (fault !== null) {
    const unreadable = fault.code === 'format-unrecognised' ? 'reject' : 'undecided';
    return { name: view.name, verdict: unreadable, reasons: [fault], requirements: [] };
  }
  return refusal(view, [place(root.path, 'artifact-undeclared', `the policy declares no artifact \`${root.kind}\``)]);
}

function nothingApplies(view: PlanView, { root }: ViewFacts): Reason {
  return place(root.path, 'nothing-enforced', `no requirement that ${view.name} enforces applies to this ${root.kind}`);
}

function place(layer: string, code: string, text: string): Reason {
  return { code, text, layer, offsetBytes: 0, lengthBytes: 0 };
}
