import { LAYER_KINDS } from '../../runtime/contract/layer-kinds.ts';
import type { PlanBlock } from '../../runtime/contract/plan.ts';
import { asksContents, asksPrograms, decodersOf } from './codecs.ts';
import { type LeafCondition, leavesOf, visitBlocks } from './walk.ts';

/** The facts that deciding needs, over all views, sorted: see `Plan.needs`. */
export function needsOf(artifacts: readonly PlanBlock[]): readonly string[] {
  const needs = new Set<string>();
  visitBlocks(artifacts, (block, above) => {
    needs.add(`layer:${block.kind}`);
    const leaves = leavesIn(block);
    const isUnpacked = LAYER_KINDS[block.kind].pe && above.some((outer) => asksPrograms(leavesIn(outer)));
    if (requiresInside(block) || isUnpacked || asksContents(block, leaves)) {
      for (const codec of decodersOf(block, null)) needs.add(`decode:${codec}`);
    }
    for (const leaf of leaves) {
      if (leaf.kind === 'property') needs.add(`property:${leaf.property}`);
      else if (leaf.kind === 'covered') addSignatures([...above, block], needs);
      else addSignatures([block], needs);
    }
  });
  return [...needs].sort();
}

function leavesIn(block: PlanBlock): readonly LeafCondition[] {
  return leavesOf(block.requirements.map(({ condition }) => condition));
}

function requiresInside(block: PlanBlock): boolean {
  return block.children.some(({ alternatives }) =>
    alternatives.some((inner) => inner.requirements.length > 0 || requiresInside(inner)),
  );
}

function addSignatures(blocks: readonly PlanBlock[], needs: Set<string>): void {
  for (const { kind } of blocks) if (LAYER_KINDS[kind].pe) needs.add(`signatures:${kind}`);
}
