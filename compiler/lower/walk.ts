import type { PlanBlock, PlanChild, PlanCondition } from '../../runtime/contract/plan.ts';

/** Every block of a plan that a file can be laid on, outermost first, with the blocks around it. */
export function visitBlocks(
  blocks: readonly PlanBlock[],
  visit: (block: PlanBlock, above: readonly PlanBlock[]) => void,
  above: readonly PlanBlock[] = [],
): void {
  for (const block of blocks) {
    visit(block, above);
    for (const child of block.children) visitBlocks(heldBlocks(child), visit, [...above, block]);
  }
}

/**
 * The blocks of a declared layer; none of one that is absent, unless an imported file asks something of it. A view that
 * does not see the layer would not refuse it for being there.
 */
export function heldBlocks({ presence, alternatives }: PlanChild): readonly PlanBlock[] {
  if (presence !== 'absent') return alternatives;
  return alternatives.filter(({ requirements, children }) => requirements.length + children.length > 0);
}

/** Every condition without parts, in the order of the text. */
export function leavesOf(condition: PlanCondition): readonly LeafCondition[] {
  return 'conditions' in condition ? condition.conditions.flatMap(leavesOf) : [condition];
}

/** A condition that asks the runtime one question. */
export type LeafCondition = Exclude<PlanCondition, { readonly conditions: readonly PlanCondition[] }>;
