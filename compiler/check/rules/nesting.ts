import type { LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { BlockStatement } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { requirementsIn } from '../additions.ts';
import { artifactShape, type ChildShape, childShapes, isVoid, type Shape } from '../shapes.ts';

/** Deepest nesting that a policy can declare; the file itself is level 1. */
const DEPTH_LIMIT = 16;

/** Most layers and requirements of a policy, once every nested layer's block is written out at its place. */
const WRITTEN_OUT_LIMIT = 65_536;

/** What the artifacts of a policy can hold. */
export interface Reach {
  /** Kinds that some artifact holds, or is. */
  readonly kinds: ReadonlySet<LayerKind>;
  /** Blocks that apply somewhere. */
  readonly blocks: ReadonlySet<BlockStatement>;
  /** Places where layers are declared, with their blocks inlined. */
  readonly layers: number;
  /** Requirements at those places. */
  readonly requirements: number;
  /** Those of the policy itself. */
  readonly ownRequirements: number;
  /** Names of the imported ones. */
  readonly imported: ReadonlySet<string>;
}

/** Follows every artifact down to its last layer; reports blocks that contain themselves or lie too deep. */
export function checkNesting(context: CheckContext): Reach {
  const walk: Walk = {
    context,
    kinds: new Set(),
    blocks: new Set(),
    imported: new Set(),
    reported: new Set(),
    count: { layers: 0, requirements: 0, ownRequirements: 0 },
  };
  for (const statement of context.scope.blocks.values()) {
    const shape = statement.kind === 'artifact' ? artifactShape(statement, context.scope) : null;
    if (shape !== null) visit(shape, [], walk);
  }
  return { kinds: walk.kinds, blocks: walk.blocks, imported: walk.imported, ...walk.count };
}

interface Walk {
  readonly context: CheckContext;
  readonly kinds: Set<LayerKind>;
  readonly blocks: Set<BlockStatement>;
  readonly imported: Set<string>;
  /** Offsets of places that were reported, or a code that is reported once: a place is met once for every way that leads to it. */
  readonly reported: Set<number | string>;
  readonly count: { layers: number; requirements: number; ownRequirements: number };
}

function visit(shape: Shape, above: readonly Shape[], walk: Walk): void {
  if (shape.own !== null && isOpen(shape.own, above)) {
    reportOnce('BP0309', shape, walk);
    return;
  }
  if (above.length >= DEPTH_LIMIT) {
    reportOnce('BP0310', shape, walk);
    return;
  }
  if (walk.count.layers + walk.count.requirements >= WRITTEN_OUT_LIMIT) {
    reportOnce('BP0314', shape, walk);
    return;
  }
  walk.kinds.add(shape.kind);
  if (shape.own !== null) walk.blocks.add(shape.own);
  walk.count.layers += 1;
  const own = requirementsIn(shape.block).length;
  walk.count.ownRequirements += own;
  walk.count.requirements += own;
  for (const { name } of shape.additions.flatMap(({ block }) => requirementsIn(block))) {
    walk.count.requirements += 1;
    walk.imported.add(name.text);
  }
  const open = [...above, shape];
  for (const child of childShapes(shape, walk.context.scope)) {
    reportContradiction(child, walk);
    if (isVoid(child)) continue;
    for (const alternative of child.alternatives) visit(alternative, open, walk);
  }
}

/** No file can satisfy a layer that is required here and refused by what is imported. */
function reportContradiction({ contradiction, alternatives, span }: ChildShape, walk: Walk): void {
  if (contradiction === null || walk.reported.has(span.start)) return;
  walk.reported.add(span.start);
  const { file } = contradiction;
  const values = { layer: alternatives[0]?.kind ?? '', path: file.source.name };
  const others = [{ span: file.statedAt, text: 'imported here' }];
  walk.context.report(diagnose('BP0708', { values, at: span, others }));
}

function isOpen(own: BlockStatement, above: readonly Shape[]): boolean {
  return above.some((shape) => shape.own === own);
}

function reportOnce(code: 'BP0309' | 'BP0310' | 'BP0314', shape: Shape, walk: Walk): void {
  const key = code === 'BP0314' ? code : shape.span.start;
  if (walk.reported.has(key)) return;
  walk.reported.add(key);
  const at = shape.span;
  if (code !== 'BP0309') {
    const limit = String(code === 'BP0310' ? DEPTH_LIMIT : WRITTEN_OUT_LIMIT);
    walk.context.report(diagnose(code, { values: { limit }, at }));
    return;
  }
  const others = shape.own === null ? [] : [{ span: shape.own.layer.span, text: 'this block' }];
  walk.context.report(diagnose(code, { values: { kind: shape.kind }, at, others }));
}
