import type { PlanBlock, PlanCondition } from '../../runtime/contract/plan.ts';
import { COMPRESSIONS, type PropertyName } from '../../runtime/contract/properties.ts';
import { CODECS, type Codec } from '../../runtime/contract/vocabulary.ts';
import type { LeafCondition } from './walk.ts';

/**
 * The decoders that the contents of a block's layer may need: all that the format knows, less those that a
 * requirement rules out. `enforced` holds names of requirements; null means all.
 */
export function decodersOf(block: PlanBlock, enforced: ReadonlySet<string> | null): readonly Codec[] {
  let codecs = COMPRESSIONS[block.kind] ?? [];
  for (const { name, mode, from, condition } of block.requirements) {
    if (mode !== 'require' || from !== null || (enforced !== null && !enforced.has(name))) continue;
    codecs = codecs.filter((codec) => admits(condition, codec));
  }
  return CODECS.filter((codec) => codec !== 'none' && codecs.includes(codec));
}

/** Whether what is asked of the layer itself takes its contents to be decoded. */
export function asksContents({ kind }: PlanBlock, leaves: readonly LeafCondition[]): boolean {
  // Where one segment of an initrd ends and the next begins, and what is in it, only decoding tells.
  const asking: readonly PropertyName[] =
    kind === 'initrd'
      ? ['compression', 'compression-ratio', 'replaced-members', 'contains-member']
      : ['compression-ratio'];
  return asksPrograms(leaves) || leaves.some((leaf) => leaf.kind === 'property' && asking.includes(leaf.property));
}

/** Whether something is asked of all programs in the layer, at any depth. */
export function asksPrograms(leaves: readonly LeafCondition[]): boolean {
  return leaves.some((leaf) => leaf.kind === 'property' && leaf.property === 'arch-agrees');
}

/** Whether a condition can hold for a layer whose contents have this compression. */
function admits(condition: PlanCondition, codec: Codec): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.conditions.every((inner) => admits(inner, codec));
    case 'any':
      return condition.conditions.some((inner) => admits(inner, codec));
    case 'property':
      if (condition.property !== 'compression' || condition.test.kind !== 'words-in') return true;
      return condition.test.words.includes(codec);
    default:
      return true;
  }
}
