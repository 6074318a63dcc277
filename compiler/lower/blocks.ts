import type { PlanBlock, PlanChild, PlanRequirement } from '../../runtime/contract/plan.ts';
import type { Otherwise } from '../../runtime/contract/vocabulary.ts';
import type { Scope } from '../check/scope.ts';
import { requirementsIn } from '../check/additions.ts';
import { artifactShape, type ChildShape, childShapes, isVoid, type Shape } from '../check/shapes.ts';
import type { Block, Requirement } from '../syntax/ast.ts';
import { lowerCondition } from './conditions.ts';
import { type PlaceFinder, placeFinder } from './place.ts';

/** The blocks of outermost layers, every nested layer's block written out at its place. */
export function lowerArtifacts(scope: Scope, at: PlaceFinder): readonly PlanBlock[] {
  const lowering: Lowering = { scope, at, count: { requirements: 0 } };
  const artifacts: PlanBlock[] = [];
  for (const statement of scope.blocks.values()) {
    const shape = statement.kind === 'artifact' ? artifactShape(statement, scope) : null;
    if (shape !== null) artifacts.push(lowerBlock(shape, lowering));
  }
  return artifacts;
}

interface Lowering {
  readonly scope: Scope;
  readonly at: PlaceFinder;
  /** Requirements numbered so far. */
  readonly count: { requirements: number };
}

function lowerBlock(shape: Shape, lowering: Lowering): PlanBlock {
  const own = requirementsIn(shape.block).map((item) => lowerRequirement(item, lowering, 'own'));
  const imported = shape.additions.flatMap(({ file, block }) => {
    const there = { ...lowering, at: placeFinder(file.source) };
    return requirementsIn(block).map((item) => lowerRequirement(item, there, 'imported'));
  });
  return {
    kind: shape.kind,
    requirements: [...own, ...imported],
    children: childShapes(shape, lowering.scope).map((child) => lowerChild(child, lowering)),
    otherwise: otherwiseOf(shape.block),
    place: lowering.at((shape.own ?? shape).span.start),
  };
}

function lowerRequirement(
  requirement: Requirement,
  lowering: Lowering,
  origin: PlanRequirement['origin'],
): PlanRequirement {
  const { name, mode, from, condition, span } = requirement;
  const id = lowering.count.requirements;
  lowering.count.requirements += 1;
  return {
    name: name.text,
    mode,
    origin,
    from: from?.text ?? null,
    id,
    condition: lowerCondition(condition, lowering.at),
    place: lowering.at(span.start),
  };
}

/** What an absent layer would hold is never asked, so nothing of it enters the plan. */
function lowerChild(child: ChildShape, lowering: Lowering): PlanChild {
  const { alternatives, section, presence, span } = child;
  const place = lowering.at(span.start);
  if (!isVoid(child)) {
    return { alternatives: alternatives.map((shape) => lowerBlock(shape, lowering)), section, presence, place };
  }
  const empty = alternatives.map(
    ({ kind }): PlanBlock => ({ kind, requirements: [], children: [], otherwise: 'allow', place }),
  );
  return { alternatives: empty, section, presence, place };
}

function otherwiseOf(block: Block | null): Otherwise {
  for (const item of block?.items ?? []) {
    if (item.kind === 'otherwise' && (item.action.text === 'warn' || item.action.text === 'allow'))
      return item.action.text;
  }
  return 'reject';
}
