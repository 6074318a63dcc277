import type { Span } from '../../grammar/source.ts';
import { isLayerKind, type LayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { Block, BlockStatement, ChildDeclaration, Word } from '../syntax/ast.ts';
import { type Addition, additionsAt, addedChildren, additionsTo } from './additions.ts';
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
  /** What imported files say of it. */
  readonly additions: readonly Addition[];
  /** In the policy itself; where only an imported file speaks of the layer, its import. */
  readonly span: Span;
}

/** A declared child of a shape. */
export interface ChildShape {
  readonly alternatives: readonly Shape[];
  /** Name for `section ".name"`. */
  readonly section: string | null;
  /** `undeclared`: only imported files speak of it, which declare nothing. */
  readonly presence: 'required' | 'optional' | 'absent' | 'many' | 'undeclared';
  /** An imported file that says `absent` of a layer that the policy requires. */
  readonly contradiction: Addition | null;
  readonly span: Span;
}

/** The shape of an outermost layer; null when its kind is unknown. */
export function artifactShape(statement: BlockStatement, scope: Scope): Shape | null {
  const { layer, block, span } = statement;
  if (!isLayerKind(layer.text)) return null;
  const additions = additionsTo(layer.text, scope);
  return { kind: layer.text, block, own: statement, oneOf: null, additions, span };
}

/**
 * The children that a shape declares, with their blocks: an inline block, else the block of their kind; and those of
 * which only imported files speak.
 *
 * Contents that a format always has and policies need not mention are declared here too: the archives of an initrd
 * and the kernel inside a bzImage.
 */
export function childShapes(shape: Shape, scope: Scope): readonly ChildShape[] {
  const above: Above = { shape, scope };
  const children: ChildShape[] = [];
  for (const item of shape.block?.items ?? []) {
    if (item.kind === 'child' && isLayerKind(item.layer.text)) {
      children.push(declaredChild(item, item.layer.text, above));
    }
  }
  if (shape.oneOf !== null) children.push(...oneOfChildren(shape.oneOf, above));
  const implied = IMPLIED_CONTENTS[shape.kind];
  if (implied !== undefined && !children.some((child) => child.alternatives[0]?.kind === implied.kind)) {
    children.push(impliedChild(implied, above));
  }
  return [...children, ...undeclaredChildren(children, above)];
}

/** Whether nothing is asked of a child: the policy says that it is absent, and no imported file speaks of it. */
export function isVoid({ presence, alternatives }: ChildShape): boolean {
  return (
    presence === 'absent' && alternatives.every(({ block, additions }) => block === null && additions.length === 0)
  );
}

interface ImpliedContents {
  readonly kind: LayerKind;
  readonly presence: 'optional' | 'many';
}

const IMPLIED_CONTENTS: Readonly<Partial<Record<LayerKind, ImpliedContents>>> = {
  initrd: { kind: 'cpio', presence: 'many' },
  bzimage: { kind: 'vmlinux', presence: 'optional' },
};

/** The shape whose children are asked for. */
interface Above {
  readonly shape: Shape;
  readonly scope: Scope;
}

function declaredChild(item: ChildDeclaration, kind: LayerKind, above: Above): ChildShape {
  const section = item.section?.value ?? null;
  const additions = additionsAt({ kind, section }, above.shape.additions, above.scope);
  const presence = presenceOf(item.presence?.text);
  const inline: Shape = { kind, block: item.block, own: null, oneOf: item.oneOf, additions, span: item.span };
  const shape =
    presence === 'absent'
      ? { ...inline, block: null, oneOf: null }
      : item.block === null && item.oneOf === null
        ? { ...shapeOfKind(kind, item.span, above), additions }
        : inline;
  const refusing = refusalOf(shape);
  return {
    alternatives: [shape],
    section,
    presence: refusing === null ? presence : 'absent',
    contradiction: presence === 'required' ? refusing : null,
    span: item.span,
  };
}

/** One of several kinds; a kind that an imported file refuses here is none of them. */
function oneOfChildren(words: readonly Word[], above: Above): readonly ChildShape[] {
  const shapes: Shape[] = [];
  for (const word of words) {
    if (isLayerKind(word.text)) shapes.push(shapeOfKind(word.text, word.span, above));
  }
  const { span } = above.shape;
  const common = { section: null, contradiction: null, span };
  const refused = shapes.filter((shape) => refusalOf(shape) !== null);
  const alternatives = shapes.filter((shape) => refusalOf(shape) === null);
  const absent = refused.map((shape) => ({ ...common, alternatives: [shape], presence: 'absent' as const }));
  const [first] = refused;
  if (alternatives.length > 0 || first === undefined)
    return [{ ...common, alternatives, presence: 'required' }, ...absent];
  return absent.map((child) => ({ ...child, contradiction: refusalOf(first) }));
}

function impliedChild({ kind, presence }: ImpliedContents, above: Above): ChildShape {
  const { span } = above.shape;
  const shape = shapeOfKind(kind, span, above);
  const stated = refusalOf(shape) === null ? presence : 'absent';
  return { alternatives: [shape], section: null, presence: stated, contradiction: null, span };
}

/** The imported file that says `absent` of a layer. */
function refusalOf({ additions }: Shape): Addition | null {
  return additions.find(({ presence }) => presence === 'absent') ?? null;
}

/** Layers of which only imported files speak. */
function undeclaredChildren(declared: readonly ChildShape[], { shape, scope }: Above): readonly ChildShape[] {
  const known = declared.flatMap(({ section, alternatives }) => alternatives.map(({ kind }) => ({ kind, section })));
  return addedChildren(shape.additions, known, scope).map(({ kind, section, presence, additions }) => {
    const span = additions[0]?.file.statedAt ?? shape.span;
    const alternatives: readonly Shape[] = [{ kind, block: null, own: null, oneOf: null, additions, span }];
    return { alternatives, section, presence, contradiction: null, span };
  });
}

function shapeOfKind(kind: LayerKind, span: Span, { shape, scope }: Above): Shape {
  const own = scope.blocks.get(kind) ?? null;
  const additions = additionsAt({ kind, section: null }, shape.additions, scope);
  return { kind, block: own?.block ?? null, own, oneOf: null, additions, span };
}

function presenceOf(word: string | undefined): 'required' | 'optional' | 'absent' | 'many' {
  return word === 'optional' || word === 'absent' || word === 'many' ? word : 'required';
}
