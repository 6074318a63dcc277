import type { LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { CheckContext } from '../context.ts';
import { artifactShape, childShapes, type Shape } from '../shapes.ts';
import { aLayer } from '../wording.ts';

/** Warns of blocks that refuse every file of their kind, because what such a file always holds is not declared. */
export function checkContents(context: CheckContext): void {
  const reported = new Set<number>();
  for (const statement of context.scope.blocks.values()) {
    const shape = statement.kind === 'artifact' ? artifactShape(statement, context.scope) : null;
    if (shape !== null) visit(shape, reported, context);
  }
}

/** What files of a kind hold by definition, one of several kinds, and how a block declares it. */
const ALWAYS_HELD: Readonly<Partial<Record<LayerKind, { readonly contents: string; readonly declaration: string }>>> = {
  zboot: { contents: 'an `image`', declaration: 'image' },
  compressed: { contents: 'an `image`', declaration: 'image' },
  uki: { contents: 'a `linux`', declaration: 'linux: one of { zboot, image, bzimage }' },
  linux: { contents: 'a program', declaration: 'linux: one of { zboot, image, bzimage }' },
};

function visit(shape: Shape, reported: Set<number>, context: CheckContext): void {
  const children = childShapes(shape, context.scope);
  const held = ALWAYS_HELD[shape.kind];
  if (
    held !== undefined &&
    rejectsTheRest(shape) &&
    !children.some((child) => child.presence !== 'undeclared' && isHeld(child.alternatives[0]?.kind, shape))
  ) {
    const at = shape.own?.layer.span ?? shape.span;
    const help = `declare \`${held.declaration}\``;
    const values = { layer: aLayer(shape.kind), contents: held.contents };
    if (!reported.has(at.start)) context.report(diagnose('BP0509', { values, at, help }));
    reported.add(at.start);
  }
  for (const child of children) {
    if (child.presence === 'absent' || child.presence === 'undeclared') continue;
    for (const alternative of child.alternatives) visit(alternative, reported, context);
  }
}

function rejectsTheRest({ block }: Shape): boolean {
  return block?.items.every((item) => item.kind !== 'otherwise' || item.action.text === 'reject') ?? true;
}

function isHeld(kind: LayerKind | undefined, { kind: parent }: Shape): boolean {
  if (parent === 'uki') return kind === 'linux';
  return kind !== undefined && kind !== 'section';
}
