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

/** Every condition without parts in these, in the order of the text. */
export function leavesOf(conditions: readonly PlanCondition[]): readonly LeafCondition[] {
  const leaves: LeafCondition[] = [];
  addLeaves(conditions, leaves);
  return leaves;
}

function addLeaves(conditions: readonly PlanCondition[], leaves: LeafCondition[]): void {
  for (const condition of conditions) {
    if ('conditions' in condition) addLeaves(condition.conditions, leaves);
    else leaves.push(condition);
  }
}

/** A condition that asks the runtime one question. */
export type LeafCondition = Exclude<PlanCondition, { readonly conditions: readonly PlanCondition[] }>;
