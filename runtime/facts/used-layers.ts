import { OBEYED_KINDS } from '../contract/layer-kinds.ts';
import { bootPath } from './loading.ts';
import type { LayerNode } from './node.ts';
import type { ViewFacts } from './view-facts.ts';

/**
 * The layers that a point loads or executes, or that what it starts obeys, outermost first.
 *
 * A point without `loads` starts what it is handed, so all of that counts. One with `loads` takes the formats apart:
 * what counts is the kernel at the end of the way, and what is handed on with it. An initrd or a command line beside
 * what the view sees is used all the same.
 */
export function usedLayers({ handed, view }: ViewFacts): readonly LayerNode[] {
  const opens = view.loads === null ? 'starts' : 'takes apart';
  const used = handed.layers.flatMap((node) => [...usedIn(node, opens), ...usedBeside(node)]);
  return [...new Set(used)];
}

function usedIn(node: LayerNode, opens: 'starts' | 'takes apart'): readonly LayerNode[] {
  const programs = bootPath(node);
  const isKernel = programs.length === 0 || node.kind === 'bzimage';
  const own = opens === 'starts' || isKernel ? [node] : [];
  if (isKernel) return own;
  return [...own, ...programs.flatMap((program) => usedIn(program, opens)), ...obeyedIn(node, null)];
}

function usedBeside(node: LayerNode): readonly LayerNode[] {
  const profile = node.part?.profile ?? node.parent?.part?.profile ?? null;
  const beside: LayerNode[] = [];
  for (let around = node.parent; around !== null; around = around.parent) beside.push(...obeyedIn(around, profile));
  return beside;
}

/** What a started kernel obeys; of one profile where that is given. */
function obeyedIn(node: LayerNode, profile: number | null): readonly LayerNode[] {
  if (node.kind !== 'uki') return [];
  return node.children().filter(({ kind, part }) => {
    const own = part?.profile ?? null;
    return OBEYED_KINDS.some((obeyed) => obeyed === kind) && (profile === null || own === null || own === profile);
  });
}
