import { requirementsIn } from '../check/additions.ts';
import type { ImportedFile, Scope } from '../check/scope.ts';
import { artifactShape } from '../check/shapes.ts';
import type { Block, Requirement } from '../syntax/ast.ts';
import { visitShapes } from './walk.ts';

/** A requirement of an imported file. */
export interface ImportedRequirement {
  readonly requirement: Requirement;
  readonly file: ImportedFile;
}

/** What imported files require of every layer for which a block stands: a block of a kind may stand for several. */
export function importedBeside(scope: Scope): ReadonlyMap<Block, readonly ImportedRequirement[]> {
  const found = new Map<Block, readonly ImportedRequirement[]>();
  if (scope.importedRequirements.size === 0) return found;
  const artifacts = [...scope.blocks.values()].filter(({ kind }) => kind === 'artifact');
  const shapes = artifacts.map((statement) => artifactShape(statement, scope)).filter((shape) => shape !== null);
  visitShapes(shapes, scope, ({ block, additions }) => {
    if (block === null) return;
    const here = additions.flatMap(({ file, block: added }) =>
      requirementsIn(added).map((requirement) => ({ requirement, file })),
    );
    const stated = new Set(here.map(({ requirement }) => requirement));
    const before = found.get(block);
    found.set(block, before?.filter(({ requirement }) => stated.has(requirement)) ?? here);
  });
  return found;
}
