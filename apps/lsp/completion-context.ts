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
export function offerContext(document: PolicyDocument, cursor: Cursor): OfferContext {
  const { reading, readFile } = document;
  const layer = enclosingLayer(cursor.openings);
  const last = cursor.lineBefore.at(-1);
  // Many places take words of the language alone: then the policy need not be read.
  const known = new Map<DeclaredKind, readonly string[]>();
  const declared = (kind: DeclaredKind): readonly string[] => {
    const names = known.get(kind) ?? declaredNames(kind, document, cursor);
    known.set(kind, names);
    return names;
  };
  return {
    reading,
    readFile,
    cursor,
    layer,
    children: childrenOf(layer),
    get signers() {
      return declared('signers');
    },
    get requirements() {
      return declared('requirement');
    },
    get views() {
      return declared('view');
    },
    begins: last === undefined || /^[{,:]$/.test(last) ? 'an element' : 'nothing',
  };
}

type DeclaredKind = 'signers' | 'requirement' | 'view';

/** The views of an imported file are not those of this one. */
function declaredNames(kind: DeclaredKind, { reading, imported }: PolicyDocument, cursor: Cursor): readonly string[] {
  const names = new Set<string>();
  for (const { kind: each, role, word } of reading.names) {
    if (each === kind && role === 'declaration' && !isTyped(word, cursor)) names.add(word.text);
  }
  for (const file of kind === 'view' ? [] : imported()) {
    for (const { kind: each, role, word } of file.reading.names) {
      if (each === kind && role === 'declaration') names.add(word.text);
    }
  }
  return [...names];
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
