import { isLayerKind, type LayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { Block, ChildDeclaration, Requirement, Word } from '../syntax/ast.ts';
import type { ImportedFile, Scope } from './scope.ts';

/**
 * What one imported file says of a layer at one place: the block that it has for it there.
 *
 * That is its inline block at this place, else its block of the kind. Of the block only requirements count, and
 * `absent`: what it declares otherwise says where they stand, and admits nothing.
 */
export interface Addition {
  readonly file: ImportedFile;
  readonly block: Block | null;
  /** `KIND: one of { … }`; null elsewhere. */
  readonly oneOf: readonly Word[] | null;
  /** What it declares of the layer at this place: only `absent` counts. */
  readonly presence: 'absent' | 'open';
}

/** A layer inside another one, as declarations name it. */
export interface ChildName {
  readonly kind: LayerKind;
  /** Of `section ".name"`; null elsewhere. */
  readonly section: string | null;
}

/** A layer that only imported files speak of. */
export interface AddedChild extends ChildName {
  readonly presence: 'absent' | 'undeclared';
  readonly additions: readonly Addition[];
}

/** What imported files say of an outermost layer: their `artifact` block of the kind. */
export function additionsTo(kind: LayerKind, { imports }: Scope): readonly Addition[] {
  return imports.flatMap((file) => {
    const own = file.scope.blocks.get(kind);
    return own?.kind === 'artifact' ? [{ file, block: own.block, oneOf: null, presence: 'open' as const }] : [];
  });
}

/** What imported files say of a layer inside another one, of which they say `above`. */
export function additionsAt(child: ChildName, above: readonly Addition[], { imports }: Scope): readonly Addition[] {
  return imports.flatMap((file) => {
    const around = above.find((addition) => addition.file === file);
    const said = around === undefined ? undefined : declarationIn(around, child);
    const presence = said?.presence?.text === 'absent' ? 'absent' : 'open';
    if (said !== undefined && (said.block !== null || said.oneOf !== null)) {
      return [{ file, block: said.block, oneOf: said.oneOf, presence }];
    }
    const block = child.section === null ? (file.scope.blocks.get(child.kind)?.block ?? null) : null;
    return block === null && presence === 'open' ? [] : [{ file, block, oneOf: null, presence }];
  });
}

/** The layers inside another one that imported files ask something of, or refuse, and that are not among those known. */
export function addedChildren(
  above: readonly Addition[],
  known: readonly ChildName[],
  scope: Scope,
): readonly AddedChild[] {
  const seen = new Set(known.map(keyOf));
  const added: AddedChild[] = [];
  for (const child of above.flatMap(childrenOf)) {
    if (seen.has(keyOf(child))) continue;
    seen.add(keyOf(child));
    const additions = additionsAt(child, above, scope);
    const isAbsent = additions.some(({ presence }) => presence === 'absent');
    if (!isAbsent && !asksSomething(additions, scope, LEVELS_BELOW)) continue;
    added.push({ ...child, presence: isAbsent ? 'absent' : 'undeclared', additions });
  }
  return added;
}

/** The requirements of a block, in the order of its text. */
export function requirementsIn(block: Block | null): readonly Requirement[] {
  return (block?.items ?? []).filter((item) => item.kind === 'requirement');
}

/** Deeper than any file is peeled: what is looked for must end, even where a block contains itself. */
const LEVELS_BELOW = 17;

function asksSomething(additions: readonly Addition[], scope: Scope, levels: number): boolean {
  if (additions.some(({ block, presence }) => presence === 'absent' || requirementsIn(block).length > 0)) return true;
  if (levels === 0) return true;
  const inside = new Map(additions.flatMap(childrenOf).map((child) => [keyOf(child), child] as const));
  return [...inside.values()].some((child) => asksSomething(additionsAt(child, additions, scope), scope, levels - 1));
}

function childrenOf({ block, oneOf }: Addition): readonly ChildName[] {
  const declared = (block?.items ?? []).flatMap((item) => {
    const kind = item.kind === 'child' ? item.layer.text : '';
    return item.kind === 'child' && isLayerKind(kind) ? [{ kind, section: item.section?.value ?? null }] : [];
  });
  const alternatives = (oneOf ?? []).flatMap(({ text }) => (isLayerKind(text) ? [{ kind: text, section: null }] : []));
  return [...declared, ...alternatives];
}

function declarationIn({ block }: Addition, { kind, section }: ChildName): ChildDeclaration | undefined {
  return (block?.items ?? [])
    .filter((item) => item.kind === 'child')
    .find((item) => item.layer.text === kind && (item.section?.value ?? null) === section);
}

function keyOf({ kind, section }: ChildName): string {
  return `${kind} ${section ?? ''}`;
}
