import type { PlanBlock, PlanCondition } from '../../runtime/contract/plan.ts';

/** Every block of a plan that a file can be laid on, outermost first, with the blocks around it. */
export function visitBlocks(
  blocks: readonly PlanBlock[],
  visit: (block: PlanBlock, above: readonly PlanBlock[]) => void,
  above: readonly PlanBlock[] = [],
): void {
  for (const block of blocks) {
    visit(block, above);
    for (const child of block.children) {
      if (child.presence !== 'absent') visitBlocks(child.alternatives, visit, [...above, block]);
    }
  }
}

/** Every condition without parts, in the order of the text. */
export function leavesOf(condition: PlanCondition): readonly LeafCondition[] {
  return 'conditions' in condition ? condition.conditions.flatMap(leavesOf) : [condition];
}

/** A condition that asks the runtime one question. */
export type LeafCondition = Exclude<PlanCondition, { readonly conditions: readonly PlanCondition[] }>;
