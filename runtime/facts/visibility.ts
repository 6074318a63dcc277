import { LAYER_KINDS, type LayerKind } from '../contract/layer-kinds.ts';
import type { Reason } from '../contract/judgement.ts';
import type { PlanView } from '../contract/plan.ts';
import type { LayerNode } from './node.ts';

/**
 * What an enforcement point is handed, and so which signatures it can see at all.
 *
 * A refusal is a reason why nothing usable was handed over.
 */
export interface Handed {
  readonly layers: readonly LayerNode[];
  /** The same, for asking whether a layer is one of them. */
  readonly members: ReadonlySet<LayerNode>;
  readonly refusals: readonly Reason[];
  /** Layers that could not be read on the way down: what they hold is not known. */
  readonly faults: readonly Reason[];
}

/** Hands a file to a view: the whole file, or the outermost layers of the kinds that it sees. */
export function handOver(root: LayerNode, view: PlanView): Handed {
  if (view.sees.kind === 'file') return handedLayers([root], { refusals: [], faults: [] });
  const kinds = view.sees.kinds;
  const faults: Reason[] = [];
  const layers = outermost(root, kinds, faults);
  if (layers.length > 0) return handedLayers(layers, { refusals: duplicatesAmong(layers), faults });
  return handedLayers(layers, {
    faults,
    refusals: [
      {
        code: 'nothing-to-see',
        text: `${view.name} sees ${list(kinds)}, and this ${root.kind} has no such layer`,
        layer: root.path,
        offsetBytes: 0,
        lengthBytes: 0,
      },
    ],
  });
}

function handedLayers(layers: readonly LayerNode[], rest: Pick<Handed, 'refusals' | 'faults'>): Handed {
  return { layers, members: new Set(layers), ...rest };
}

/** The handed layer that a layer lies in (or is); null when the view does not see it. */
export function handedAncestor(node: LayerNode, handed: Handed): LayerNode | null {
  for (let at: LayerNode | null = node; at !== null; at = at.parent) {
    if (handed.members.has(at)) return at;
  }
  return null;
}

/** Outermost layers of the kinds, in file order; looks only where one can be. */
function outermost(node: LayerNode, kinds: readonly LayerKind[], faults: Reason[]): readonly LayerNode[] {
  if (node.kind !== 'unknown' && kinds.includes(node.kind)) return [node];
  if (node.kind !== 'unknown' && !canHold(node.kind, kinds)) return [];
  const { fault } = node.layer();
  if (fault !== null) faults.push(fault);
  return node.children().flatMap((child) => outermost(child, kinds, faults));
}

/** Whether a layer of this kind can hold one of the kinds, at any depth. */
function canHold(kind: LayerKind, wanted: readonly LayerKind[]): boolean {
  const seen = new Set<string>();
  const queue: string[] = [...LAYER_KINDS[kind].children];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (wanted.some((want) => want === next)) return true;
    for (const [name, spec] of Object.entries(LAYER_KINDS)) if (name === next) queue.push(...spec.children);
  }
  return false;
}

/** Two layers at one place that must be single: the point and its loader could pick different ones. */
function duplicatesAmong(layers: readonly LayerNode[]): readonly Reason[] {
  const places = new Map<string, LayerNode>();
  const reasons: Reason[] = [];
  for (const node of layers) {
    const holder = sectionOf(node);
    const place = `${holder.parent?.path ?? ''} ${holder.part?.profile ?? 'base'} ${holder.part?.slot ?? ''}`;
    if (places.has(place)) {
      reasons.push({
        code: 'duplicate-layer',
        text: `a second \`${holder.part?.slot ?? node.kind}\` stands where only one may be: readers disagree on which counts`,
        layer: node.path,
        offsetBytes: 0,
        lengthBytes: 0,
      });
    }
    places.set(place, node);
  }
  return reasons;
}

/** The part in the multi-section container that leads to a layer. */
function sectionOf(node: LayerNode): LayerNode {
  return node.parent?.kind === 'linux' ? node.parent : node;
}

function list(kinds: readonly LayerKind[]): string {
  return kinds.length === 1 ? `only ${kinds[0] ?? ''}` : `{ ${kinds.join(', ')} }`;
}
