import type { Span } from '../../grammar/source.ts';
import { isLayerKind, type LayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { Block, BlockStatement, ChildDeclaration, Word } from '../syntax/ast.ts';
import type { Scope } from './scope.ts';

/** A layer at one place of an artifact, with the block that applies there. */
export interface Shape {
  readonly kind: LayerKind;
  /** Null: nothing is said of it. */
  readonly block: Block | null;
  /** The `artifact` or `layer` statement that the block comes from; null for an inline block or none. */
  readonly own: BlockStatement | null;
  /** `KIND: one of { … }`; null elsewhere. */
  readonly oneOf: readonly Word[] | null;
  readonly span: Span;
}

/** A declared child of a shape. */
export interface ChildShape {
  readonly alternatives: readonly Shape[];
  /** Name for `section ".name"`. */
  readonly section: string | null;
  readonly presence: 'required' | 'optional' | 'absent' | 'many';
  readonly span: Span;
}

/** The shape of an outermost layer; null when its kind is unknown. */
export function artifactShape(statement: BlockStatement): Shape | null {
  const { layer, block, span } = statement;
  return isLayerKind(layer.text) ? { kind: layer.text, block, own: statement, oneOf: null, span } : null;
}

/**
 * The children that a shape declares, with their blocks: an inline block, else the block of their kind.
 *
 * Contents that a format always has and policies need not mention are declared here too: the archives of an initrd
 * and the kernel inside a bzImage.
 */
export function childShapes(shape: Shape, scope: Scope): readonly ChildShape[] {
  const children: ChildShape[] = [];
  for (const item of shape.block?.items ?? []) {
    if (item.kind === 'child' && isLayerKind(item.layer.text))
      children.push(declaredChild(item, item.layer.text, scope));
  }
  if (shape.oneOf !== null) children.push(oneOfChild(shape.oneOf, shape.span, scope));
  const implied = IMPLIED_CONTENTS[shape.kind];
  if (implied !== undefined && !children.some((child) => child.alternatives[0]?.kind === implied.kind)) {
    const alternatives = [shapeOfKind(implied.kind, shape.span, scope)];
    children.push({ alternatives, section: null, presence: implied.presence, span: shape.span });
  }
  return children;
}

const IMPLIED_CONTENTS: Readonly<
  Partial<Record<LayerKind, { readonly kind: LayerKind; readonly presence: 'optional' | 'many' }>>
> = {
  initrd: { kind: 'cpio', presence: 'many' },
  bzimage: { kind: 'vmlinux', presence: 'optional' },
};

function declaredChild(item: ChildDeclaration, kind: LayerKind, scope: Scope): ChildShape {
  const shape: Shape =
    item.block === null && item.oneOf === null
      ? shapeOfKind(kind, item.span, scope)
      : { kind, block: item.block, own: null, oneOf: item.oneOf, span: item.span };
  const presence = presenceOf(item.presence?.text);
  return { alternatives: [shape], section: item.section?.value ?? null, presence, span: item.span };
}

function oneOfChild(words: readonly Word[], span: Span, scope: Scope): ChildShape {
  const alternatives: Shape[] = [];
  for (const word of words) {
    if (isLayerKind(word.text)) alternatives.push(shapeOfKind(word.text, word.span, scope));
  }
  return { alternatives, section: null, presence: 'required', span };
}

function shapeOfKind(kind: LayerKind, span: Span, scope: Scope): Shape {
  const own = scope.blocks.get(kind) ?? null;
  return { kind, block: own?.block ?? null, own, oneOf: null, span };
}

function presenceOf(word: string | undefined): ChildShape['presence'] {
  return word === 'optional' || word === 'absent' || word === 'many' ? word : 'required';
}
