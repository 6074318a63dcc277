import type { PlanBlock, PlanChild, PlanRequirement, PlanView } from '../contract/plan.ts';
import type { LayerNode } from '../facts/node.ts';

/** A block of the policy, laid on the layer that it speaks of. */
export interface BoundBlock {
  readonly node: LayerNode;
  readonly block: PlanBlock;
  /** Layers of this node, each with the declaration that it falls under; null: undeclared. */
  readonly children: readonly BoundChild[];
}

export interface BoundChild {
  readonly node: LayerNode;
  readonly declaration: PlanChild | null;
}

/** A requirement to be asked of one layer. */
export interface BoundRequirement {
  readonly node: LayerNode;
  readonly requirement: PlanRequirement;
}

/** A policy laid on a file, for one view. */
export interface Binding {
  readonly blocks: readonly BoundBlock[];
  readonly requirements: readonly BoundRequirement[];
}

/**
 * Lays an artifact's block on a file: which requirement is asked of which layer.
 *
 * Layers are opened only where the view enforces something on or below them, or where opening costs no decoding.
 */
export function bind(root: LayerNode, block: PlanBlock, view: PlanView): Binding {
  const blocks: BoundBlock[] = [];
  const requirements: BoundRequirement[] = [];
  const enforced = new Set(view.enforce);
  const visit = (node: LayerNode, at: PlanBlock): void => {
    for (const requirement of at.requirements) {
      if (enforced.has(requirement.name)) requirements.push({ node, requirement });
    }
    if (!wantsOpening(node, at, enforced)) return;
    if (node.layer().fault !== null) {
      requirements.push(...below(at, enforced).map((requirement) => ({ node, requirement })));
      blocks.push({ node, block: at, children: [] });
      return;
    }
    const children = node.children().map((child) => ({ node: child, declaration: declarationOf(child, at) }));
    blocks.push({ node, block: at, children });
    for (const child of children) {
      const inner = child.declaration?.alternatives.find(({ kind }) => kind === child.node.kind);
      if (inner !== undefined) visit(child.node, inner);
    }
  };
  visit(root, block);
  return { blocks, requirements };
}

/** The declaration that a layer falls under, or null. */
function declarationOf(node: LayerNode, block: PlanBlock): PlanChild | null {
  return (
    block.children.find(
      ({ alternatives, section }) =>
        alternatives.some(({ kind }) => kind === node.kind) && (section === null || section === node.part?.slot),
    ) ?? null
  );
}

function wantsOpening(node: LayerNode, block: PlanBlock, enforced: ReadonlySet<string>): boolean {
  const decodes = node.part !== null && node.part.codec !== 'none';
  return !decodes || block.requirements.some(({ name }) => enforced.has(name)) || below(block, enforced).length > 0;
}

/** Enforced requirements in the blocks inside this one. */
function below(block: PlanBlock, enforced: ReadonlySet<string>): readonly PlanRequirement[] {
  return block.children
    .flatMap(({ alternatives }) => alternatives)
    .flatMap((inner) => [...inner.requirements.filter(({ name }) => enforced.has(name)), ...below(inner, enforced)]);
}
