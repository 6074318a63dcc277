import { grouped } from '../bytes/grouped.ts';
import { normalise, NO_RANGES, type RangeSet, sizeOf, union } from '../bytes/ranges.ts';
import { asksForBytes } from '../contract/asks-for-bytes.ts';
import { PENDING, type Pending } from '../contract/judgement.ts';
import type { Gap, LostSignature, ViewGaps } from '../contract/verdict.ts';
import { type Coverage, coverLayer, uncoveredBytes } from '../facts/coverage.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { LayerNode } from '../facts/node.ts';
import { usedLayers } from '../facts/used-layers.ts';
import type { BoundRequirement } from './bind.ts';
import { protectedRanges } from './protection.ts';
import { judgeRequirement, type RequirementContext, waiverFor } from './requirement.ts';

/**
 * What a view leaves unprotected of a file: for each layer that it uses, the bytes that could be others and every
 * requirement that it enforces would still hold.
 *
 * Layers for which a requirement asks and fails are left out: the point refuses the file on their account.
 */
export function gapsOfView(
  bound: readonly BoundRequirement[],
  context: RequirementContext,
  file: FileFacts,
): ViewGaps | Pending {
  const gaps = unprotectedLayers(bound, context, file);
  return gaps === PENDING ? PENDING : { view: context.facts.view.name, loads: 'something', gaps };
}

/** The gaps of a view; a layer inside one of which nothing is covered is not told again. */
export function unprotectedLayers(
  bound: readonly BoundRequirement[],
  context: RequirementContext,
  file: FileFacts,
): readonly Gap[] | Pending {
  const found = openLayers(bound, context, file);
  if (found === PENDING) return PENDING;
  const whole = new Set<LayerNode>();
  return found
    .filter(({ node, gap }) => {
      if (isInside(node, whole)) return false;
      if (gap.uncoveredBytes === gap.sizeBytes) whole.add(node);
      return true;
    })
    .map(({ gap }) => gap);
}

/** Every layer that a view uses and that is not covered, also inside others that are not. */
export function uncoveredLayers(
  bound: readonly BoundRequirement[],
  context: RequirementContext,
  file: FileFacts,
): readonly Gap[] | Pending {
  const found = openLayers(bound, context, file);
  return found === PENDING ? PENDING : found.map(({ gap }) => gap);
}

interface OpenLayer {
  readonly node: LayerNode;
  readonly gap: Gap;
}

function openLayers(
  bound: readonly BoundRequirement[],
  context: RequirementContext,
  file: FileFacts,
): readonly OpenLayer[] | Pending {
  const survey = surveyOf(bound, context, file);
  const found: OpenLayer[] = [];
  for (const node of usedLayers(context.facts)) {
    const gap = gapOf(node, survey);
    if (gap === PENDING) return PENDING;
    if (gap !== null) found.push({ node, gap });
  }
  return found;
}

/** Everything that is established of one view of one file. */
interface Survey {
  readonly context: RequirementContext;
  readonly file: FileFacts;
  /** Requirements that ask for bytes and are enforced on this day, waivers or none. */
  readonly asking: readonly BoundRequirement[];
  readonly coverages: Map<LayerNode, Coverage>;
}

function surveyOf(bound: readonly BoundRequirement[], context: RequirementContext, file: FileFacts): Survey {
  const asking = bound.filter(({ requirement }) => {
    const { mode, from, name, condition } = requirement;
    const begun = from === null || from <= context.today;
    // A waiver of this file alone ends with the first byte that changes; one of every file lets all of them through.
    const waiver = waiverFor(name, context);
    const lifted = waiver !== null && waiver.digests.length === 0;
    return mode === 'require' && begun && !lifted && asksForBytes(condition);
  });
  return { context, file, asking, coverages: new Map() };
}

function isInside(node: LayerNode, whole: ReadonlySet<LayerNode>): boolean {
  for (let around = node.parent; around !== null; around = around.parent) if (whole.has(around)) return true;
  return false;
}

function gapOf(node: LayerNode, survey: Survey): Gap | null | Pending {
  const layer = node.layer();
  const asked = askedOf(node, survey);
  if (asked === PENDING) return PENDING;
  if (asked === 'in vain') return null;
  if (layer.fault !== null) {
    return { ...emptyGap(node), because: 'unreadable', text: `cannot be read: ${layer.fault.text}` };
  }
  const coverage = enforcedCoverage(node, survey);
  if (coverage === PENDING) return PENDING;
  // Where nothing is signed, no byte is exempt either.
  const open = coverage.ranges.length === 0 ? wholeOf(layer.bytes.length) : uncoveredBytes(layer, coverage);
  if (open.length === 0) return null;
  const lost = lostSignature(node, survey);
  if (lost === PENDING) return PENDING;
  const place = { uncoveredBytes: sizeOf(open), offsetBytes: open[0]?.[0] ?? 0 };
  return { ...emptyGap(node), ...place, ...wordingOf(node, { asked, coverage, lost }, survey), lost };
}

function wholeOf(sizeBytes: number): RangeSet {
  return sizeBytes === 0 ? NO_RANGES : [[0, sizeBytes]];
}

function emptyGap(node: LayerNode): Omit<Gap, 'because' | 'text'> {
  const { bytes, path } = node.layer();
  const size = bytes.length;
  return { layer: path, kind: node.kind, sizeBytes: size, uncoveredBytes: size, offsetBytes: 0, lost: null };
}

interface Findings {
  readonly asked: 'with effect' | 'not at all';
  readonly coverage: Coverage;
  readonly lost: LostSignature | null;
}

function wordingOf(node: LayerNode, found: Findings, { context }: Survey): Pick<Gap, 'because' | 'text'> {
  const { view } = context.facts;
  if (found.lost !== null) {
    const { layer, signer } = found.lost;
    const whose = signer === null ? `on ${layer}` : `on ${layer}, by ${signer}`;
    const text = `was covered by the outer signature (${whose}), which ${view.name} does not see`;
    return { because: 'hidden', text };
  }
  if (found.asked === 'not at all' || found.coverage.ranges.length === 0) {
    const text = view.enforcesNothing
      ? `${view.name} enforces nothing`
      : `no requirement that ${view.name} enforces covers it`;
    return { because: 'unasked', text };
  }
  const covered = `${grouped(sizeOf(found.coverage.ranges))} of ${grouped(node.layer().bytes.length)} bytes`;
  return { because: 'incomplete', text: `the requirements that ${view.name} enforces cover ${covered}` };
}

/** Whether a requirement asks for the bytes of a layer, itself or by way of a layer around it, and whether it holds. */
function askedOf(node: LayerNode, { asking, context }: Survey): 'with effect' | 'in vain' | 'not at all' | Pending {
  let asked: 'with effect' | 'not at all' = 'not at all';
  for (let at: LayerNode | null = node; at !== null; at = at.parent) {
    for (const bound of asking) {
      if (bound.node !== at) continue;
      const judged = judgeRequirement(bound, context);
      if (judged === PENDING) return PENDING;
      if (judged.outcome === 'violated' || judged.outcome === 'undecided') return 'in vain';
      asked = 'with effect';
    }
  }
  return asked;
}

/** The coverage relation, counting only what enforced requirements make sure of. */
function enforcedCoverage(node: LayerNode, survey: Survey): Coverage | Pending {
  const known = survey.coverages.get(node);
  if (known !== undefined) return known;
  const computed = coverLayer(node, {
    direct: (asked) => enforcedRanges(asked, survey),
    hiddenParentOf: () => null,
    coverageOf: (asked) => enforcedCoverage(asked, survey),
  });
  if (computed !== PENDING) survey.coverages.set(node, computed);
  return computed;
}

function enforcedRanges(node: LayerNode, survey: Survey): { ranges: RangeSet; stray: RangeSet } | Pending {
  let ranges: RangeSet = NO_RANGES;
  for (const { node: bound, requirement } of survey.asking) {
    if (bound !== node) continue;
    const more = protectedRanges(requirement.condition, node, survey.context.facts);
    if (more === PENDING) return PENDING;
    ranges = union(ranges, more);
  }
  const { pe } = node.layer();
  if (pe === null || ranges.length === 0) return { ranges, stray: NO_RANGES };
  const collected = survey.file.signaturesOf(pe);
  return collected === PENDING ? PENDING : { ranges, stray: collected.strayRanges };
}

/** The nearest sound signature, trusted or not, on a layer around this one that the view does not see. */
function lostSignature(node: LayerNode, survey: Survey): LostSignature | null | Pending {
  const { facts } = survey.context;
  for (let around = node.parent; around !== null; around = around.parent) {
    if (facts.sees(around) === 'yes') continue;
    const outer = around;
    const covered = coveredBySigned(node, outer, survey.file);
    if (covered === PENDING) return PENDING;
    if (covered === null || uncoveredBytes(node.layer(), covered).length > 0) continue;
    const sound = soundSignatures(outer, survey.file);
    if (sound === PENDING) return PENDING;
    return { layer: outer.path, signer: sound[0]?.signer?.subject ?? null };
  }
  return null;
}

/** What the signatures of one layer around cover of this one. */
function coveredBySigned(node: LayerNode, around: LayerNode, file: FileFacts): Coverage | null | Pending {
  const sound = soundSignatures(around, file);
  if (sound === PENDING) return PENDING;
  if (sound.length === 0) return null;
  const direct = { ranges: normalise(sound.flatMap(({ covers }) => covers)), stray: NO_RANGES };
  const nothing = { ranges: NO_RANGES, stray: NO_RANGES };
  const cover = (asked: LayerNode): Coverage | Pending =>
    coverLayer(asked, {
      direct: (each) => (each === around ? direct : nothing),
      hiddenParentOf: () => null,
      coverageOf: cover,
    });
  return cover(node);
}

function soundSignatures(node: LayerNode, file: FileFacts) {
  const { pe } = node.layer();
  if (pe === null) return [];
  const collected = file.signaturesOf(pe);
  if (collected === PENDING) return PENDING;
  return collected.signatures.filter(({ intact, digestMatches }) => intact && digestMatches);
}
