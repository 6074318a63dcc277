import { artifactShape, childShapes, type Shape } from '../check/shapes.ts';
import type { Scope } from '../check/scope.ts';
import type { Block, Statement, ViewStatement } from '../syntax/ast.ts';

/** Every block of these statements as it is written, also those inside others. */
export function writtenBlocks(statements: readonly Statement[]): readonly Block[] {
  const blocks: Block[] = [];
  const visit = (block: Block): void => {
    blocks.push(block);
    for (const item of block.items) if (item.kind === 'child' && item.block !== null) visit(item.block);
  };
  for (const statement of statements) {
    if (statement.kind === 'artifact' || statement.kind === 'layer') visit(statement.block);
  }
  return blocks;
}

/** An artifact, and what of it a view is handed. */
export interface Handed {
  readonly artifact: Shape;
  readonly layers: readonly Shape[];
}

/** What a view is handed of every artifact: its outermost layers of the kinds that it sees and loads. */
export function handedTo(view: Pick<ViewStatement, 'sees' | 'loads'> | null, scope: Scope): readonly Handed[] {
  const sees = view === null ? ['file'] : view.sees.map(({ text }) => text);
  const loads = view?.loads?.map(({ text }) => text) ?? null;
  const found: Handed[] = [];
  for (const statement of scope.blocks.values()) {
    const artifact = statement.kind === 'artifact' ? artifactShape(statement, scope) : null;
    if (artifact === null) continue;
    const layers = outermost(artifact, sees, scope);
    found.push({ artifact, layers: layers.filter(({ kind }) => loads === null || loads.includes(kind)) });
  }
  return found;
}

function outermost(shape: Shape, sees: readonly string[], scope: Scope): readonly Shape[] {
  if (sees.includes('file') || sees.includes(shape.kind)) return [shape];
  return innerShapes(shape, scope).flatMap((inner) => outermost(inner, sees, scope));
}

/** Calls back for every layer at or under these, as their blocks are written out. */
export function visitShapes(shapes: readonly Shape[], scope: Scope, visit: (shape: Shape) => void): void {
  for (const shape of shapes) {
    visit(shape);
    visitShapes(innerShapes(shape, scope), scope, visit);
  }
}

function innerShapes(shape: Shape, scope: Scope): readonly Shape[] {
  return childShapes(shape, scope).flatMap(({ presence, alternatives }) => (presence === 'absent' ? [] : alternatives));
}
