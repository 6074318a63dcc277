import type { Reason } from '../contract/judgement.ts';
import type { RequirementVerdict } from '../contract/verdict.ts';
import { type RequirementContext, waiverFor } from './requirement.ts';
import type { ShapeRuling } from './shape.ts';

/**
 * The reserved requirement `shape`, once for every layer with something to say; one satisfied entry when all is well.
 */
export function shapeVerdicts(
  rulings: readonly ShapeRuling[],
  context: RequirementContext,
): readonly RequirementVerdict[] {
  const first = rulings[0];
  if (first === undefined) return [];
  const verdicts = rulings.flatMap((ruling) => verdictsOf(ruling, context));
  return verdicts.length > 0 ? verdicts : [entry(first, 'satisfied', [])];
}

function verdictsOf(ruling: ShapeRuling, context: RequirementContext): readonly RequirementVerdict[] {
  if (ruling.unknown.length > 0) return [entry(ruling, 'undecided', ruling.unknown)];
  const refused = [...ruling.contradictions, ...(ruling.otherwise === 'reject' ? ruling.undeclared : [])];
  if (refused.length > 0) return [violation(ruling, refused, context)];
  if (ruling.otherwise === 'warn' && ruling.undeclared.length > 0) return [entry(ruling, 'warned', ruling.undeclared)];
  return [];
}

function violation(ruling: ShapeRuling, reasons: readonly Reason[], context: RequirementContext): RequirementVerdict {
  const waiver = waiverFor('shape', context);
  if (waiver === null) return entry(ruling, 'violated', reasons);
  return { ...entry(ruling, 'waived', reasons), waiver: waiver.because };
}

function entry(
  ruling: ShapeRuling,
  outcome: RequirementVerdict['outcome'],
  reasons: readonly Reason[],
): RequirementVerdict {
  return {
    name: 'shape',
    mode: 'require',
    layer: ruling.node.path,
    outcome,
    condition: outcome === 'satisfied' ? 'true' : outcome === 'undecided' ? 'undecided' : 'false',
    reasons,
    proof: null,
    place: null,
    waiver: null,
  };
}
