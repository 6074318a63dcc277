import {
  type ast,
  type Cursor,
  isLayerKind,
  LAYER_KIND_NAMES,
  LAYER_KINDS,
  type LayerKind,
  type PolicyReading,
} from '../../compiler/index.ts';
import type { PolicyDocument } from './policy-document.ts';

/** What offers depend on, besides the grammar. */
export interface OfferContext {
  readonly reading: PolicyReading;
  readonly readFile: PolicyDocument['readFile'];
  readonly cursor: Cursor;
  /** The kind of layer whose braces the place is in; null outside, and for a kind that does not exist. */
  readonly layer: LayerKind | null;
  /** Kinds that may stand in that layer. */
  readonly children: readonly LayerKind[];
  /** Names of the policy, each once, in the order of the text. */
  readonly signers: readonly string[];
  readonly requirements: readonly string[];
  readonly views: readonly string[];
  /** Whether an element of a list, a group or a block can begin here: behind a sign, or first on its line. */
  readonly begins: 'an element' | 'nothing';
}

/** Looks up what the policy says around a place. */
export function offerContext({ reading, imported, readFile }: PolicyDocument, cursor: Cursor): OfferContext {
  const layer = enclosingLayer(cursor.openings);
  const last = cursor.lineBefore.at(-1);
  const declared = (kind: 'signers' | 'requirement' | 'view'): readonly string[] => {
    const own = reading.names.filter((name) => !isTyped(name.word, cursor));
    // The views of another file are not those of this one.
    const names = kind === 'view' ? own : [...own, ...imported().flatMap((file) => file.reading.names)];
    const wanted = names.filter((name) => name.kind === kind && name.role === 'declaration');
    return [...new Set(wanted.map(({ word }) => word.text))];
  };
  return {
    reading,
    readFile,
    cursor,
    layer,
    children: childrenOf(layer),
    signers: declared('signers'),
    requirements: declared('requirement'),
    views: declared('view'),
    begins: last === undefined || /^[{,:]$/.test(last) ? 'an element' : 'nothing',
  };
}

/** Kinds that may stand in a layer. */
export function childrenOf(layer: LayerKind | null): readonly LayerKind[] {
  return layer === null ? [] : LAYER_KINDS[layer].children.filter(isLayerKind);
}

/** Kinds that may be the outermost layer of a file. */
export const OUTERMOST = LAYER_KIND_NAMES.filter((kind) => LAYER_KINDS[kind].outermost);

function isTyped({ span }: ast.Word, { word }: Cursor): boolean {
  return span.start === word.start && word.end > word.start;
}

/** The innermost braces that belong to a layer: `artifact zboot`, `initrd optional`, `given uki signed by distro`. */
function enclosingLayer(openings: Cursor['openings']): LayerKind | null {
  for (const opening of openings.toReversed()) {
    const words = opening.slice(opening.lastIndexOf('beside') + 1);
    const [first = '', second = ''] = words;
    const named = ['artifact', 'layer', 'given'].includes(first) ? words.slice(1) : words;
    const colon = named.indexOf(':');
    const kind = colon < 0 || named[colon + 1] === 'one' ? named[0] : named[colon + 1];
    if (kind !== undefined && isLayerKind(kind) && second !== 'in') return kind;
  }
  return null;
}
