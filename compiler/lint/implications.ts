import type { Plan, PlanCondition } from '../../runtime/contract/plan.ts';
import type { Source } from '../../grammar/source.ts';
import { requirementsIn } from '../check/additions.ts';
import { type Diagnostic, diagnose } from '../diagnostics/diagnostic.ts';
import { lowerCondition } from '../lower/conditions.ts';
import { placeFinder } from '../lower/place.ts';
import type { Block, Condition, GroupCondition, Requirement } from '../syntax/ast.ts';
import type { LintContext } from './context.ts';
import { importedBeside, type ImportedRequirement } from './imported-implications.ts';
import { implies, type Rules } from './implies.ts';
import { writtenBlocks } from './walk.ts';

/** Warns of branches of groups and of requirements that decide nothing, since another one decides it. */
export function lintImplications(context: LintContext): void {
  const { signers, scope } = context.checked;
  const imported = importedBeside(scope);
  const rules: BlockRules = {
    signers,
    budget: { steps: STEPS },
    within: new Map(),
    imported,
    force: forceOf(context.plan),
  };
  for (const block of writtenBlocks(context.checked.policy.statements)) {
    for (const { condition } of requirementsIn(block)) lintGroups(condition, rules, context);
    lintRequirements(block, rules, context);
  }
}

interface BlockRules extends Rules {
  readonly imported: ReadonlyMap<Block, readonly ImportedRequirement[]>;
  readonly force: Force;
}

/** Names of requirements that are waived, and those that each view enforces. */
interface Force {
  readonly waived: ReadonlySet<string>;
  readonly enforced: readonly ReadonlySet<string>[];
}

function forceOf({ waivers, views }: Plan): Force {
  return {
    waived: new Set(waivers.map(({ requirement }) => requirement)),
    enforced: views.map(({ enforce }) => new Set(enforce)),
  };
}

/** Comparisons of two conditions, in all; enough for thousands of requirements that people write. */
const STEPS = 200_000;

/** Elements of one group or block that are compared with each other. */
const COMPARED = 64;

function lintGroups(condition: Condition, rules: Rules, context: LintContext): void {
  if (!('conditions' in condition)) return;
  for (const inner of condition.conditions) lintGroups(inner, rules, context);
  const branches = condition.conditions.slice(0, COMPARED);
  const lowered = branches.map((branch) => lowerCondition(branch, context.at));
  const idle = new Set<number>();
  branches.forEach((branch, index) => {
    const mine = lowered[index];
    const by = lowered.findIndex(
      (other, at) =>
        at !== index && !idle.has(at) && mine !== undefined && isIdle(condition.kind, { mine, other }, rules),
    );
    const deciding = branches[by];
    if (deciding === undefined) return;
    idle.add(index);
    const others = [{ span: deciding.span, text: WHY[condition.kind] }];
    const span = { start: branches[index - 1]?.span.end ?? branch.span.start, end: endOf(index, branches) };
    const fix = { span, replacement: '', certainty: 'certain' } as const;
    context.report(diagnose('BP0510', { values: { group: condition.kind }, at: branch.span, others, fix }));
  });
}

/** The first branch goes with what stands in front of the second one, every other with what stands in front of itself. */
function endOf(index: number, branches: readonly Condition[]): number {
  return (index === 0 ? branches[1]?.span.start : branches[index]?.span.end) ?? 0;
}

const WHY: Readonly<Record<GroupCondition['kind'], string>> = {
  any: 'holds wherever the other one does',
  all: 'holds nowhere else than the other one does',
  none: 'holds wherever the other one does',
};

interface Pair {
  readonly mine: PlanCondition;
  readonly other: PlanCondition;
}

function isIdle(kind: GroupCondition['kind'], { mine, other }: Pair, rules: Rules): boolean {
  return kind === 'all' ? implies(other, mine, rules) : implies(mine, other, rules);
}

function lintRequirements(block: Block, rules: BlockRules, context: LintContext): void {
  const stated = requirementsIn(block).slice(0, COMPARED);
  const lowered = stated.map(({ condition }) => lowerCondition(condition, context.at));
  const idle = new Set<number>();
  stated.forEach((requirement, index) => {
    const by = stated.findIndex((other, at) => {
      const [mine, theirs] = [lowered[index], lowered[at]];
      if (at === index || idle.has(at) || mine === undefined || theirs === undefined) return false;
      return isAsStrict(other, requirement, rules.force) && isMet(requirement, { mine, other: theirs }, rules);
    });
    const deciding = stated[by];
    if (deciding === undefined) return;
    idle.add(index);
    context.report(idleBeside(requirement, deciding));
  });
  const left = stated.filter((_, index) => !idle.has(index));
  lintBesideImports(left, rules.imported.get(block) ?? [], { rules, context });
}

/** @param source of the deciding one, where that is imported. */
function idleBeside(requirement: Requirement, deciding: Requirement, source?: Source): Diagnostic {
  const values = { name: requirement.name.text, other: deciding.name.text };
  const place = { span: deciding.name.span, text: 'asks for as much or more' };
  const others = [source === undefined ? place : { ...place, source }];
  return diagnose('BP0512', { values, at: requirement.name.span, others });
}

/**
 * The same of imported requirements, as long as the policy keeps one of its own there: imported ones do not make up for it.
 */
function lintBesideImports(
  stated: readonly Requirement[],
  imported: readonly ImportedRequirement[],
  { rules, context }: { readonly rules: BlockRules; readonly context: LintContext },
): void {
  let left = stated;
  for (const requirement of stated) {
    const keeps = left.some(
      (other) => other !== requirement && other.mode !== 'warn' && isEnforcedWith(other, requirement, rules.force),
    );
    const mine = lowerCondition(requirement.condition, context.at);
    const by = imported.slice(0, COMPARED).find(({ requirement: other, file }) => {
      if (!keeps || !isAsStrict(other, requirement, rules.force)) return false;
      return isMet(requirement, { mine, other: lowerCondition(other.condition, placeFinder(file.source)) }, rules);
    });
    if (by === undefined) continue;
    left = left.filter((other) => other !== requirement);
    context.report(idleBeside(requirement, by.requirement, by.file.source));
  }
}

/** Whether the other one is in force wherever and whenever this one is, and cannot be waived. */
function isAsStrict(other: Requirement, requirement: Requirement, force: Force): boolean {
  if (other.mode !== requirement.mode || (other.from !== null && other.from.text !== requirement.from?.text))
    return false;
  return !force.waived.has(other.name.text) && isEnforcedWith(other, requirement, force);
}

function isEnforcedWith(other: Requirement, { name }: Requirement, { enforced }: Force): boolean {
  return enforced.every((names) => !names.has(name.text) || names.has(other.name.text));
}

function isMet({ mode }: Requirement, { mine, other }: Pair, rules: Rules): boolean {
  return mode === 'forbid' ? implies(mine, other, rules) : implies(other, mine, rules);
}
