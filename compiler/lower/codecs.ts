import type { LayerKind } from '../../runtime/contract/layer-kinds.ts';
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
    if (mode === 'warn' || from !== null || (enforced !== null && !enforced.has(name))) continue;
    const passes = mode === 'require' ? canBeTrue : canBeFalse;
    codecs = codecs.filter((codec) => passes(condition, { codec, kind: block.kind }));
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

/** A layer of this kind, among whose codecs is this one. */
interface Encoded {
  readonly codec: Codec;
  readonly kind: LayerKind;
}

function canBeTrue(condition: PlanCondition, encoded: Encoded): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.conditions.every((inner) => canBeTrue(inner, encoded));
    case 'any':
      return condition.conditions.some((inner) => canBeTrue(inner, encoded));
    case 'none':
      return condition.conditions.every((inner) => canBeFalse(inner, encoded));
    default: {
      const words = compressionsOf(condition);
      return words === null || words.includes(encoded.codec);
    }
  }
}

/** An initrd may have a second segment in another codec, so that `in` fails though this one is in the list. */
function canBeFalse(condition: PlanCondition, encoded: Encoded): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.conditions.some((inner) => canBeFalse(inner, encoded));
    case 'any':
      return condition.conditions.every((inner) => canBeFalse(inner, encoded));
    case 'none':
      return condition.conditions.some((inner) => canBeTrue(inner, encoded));
    default: {
      const words = compressionsOf(condition);
      return words === null || encoded.kind === 'initrd' || !words.includes(encoded.codec);
    }
  }
}

/** The list of `compression in { … }`; null for every other condition. */
function compressionsOf(condition: LeafCondition): readonly string[] | null {
  if (condition.kind !== 'property' || condition.property !== 'compression') return null;
  return condition.test.kind === 'words-in' ? condition.test.words : null;
}
