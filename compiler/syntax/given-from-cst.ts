import { type CstNode, nodeIn, nodesIn, spanOfNode, tokenIn, tokensIn } from '../../grammar/cst.ts';
import { isLayerKind } from '../../runtime/contract/layer-kinds.ts';
import type { GivenFile, GivenLayer, NumberLiteral, StringLiteral, Word } from './ast.ts';
import { sizeOf, textOf, wordOf, wordsOf } from './literals.ts';

type GivenProperty = GivenLayer['properties'][number];

/** What a `given` line hands over; null when a slip left a part of it without a name. */
export function givenFileOf(node: CstNode): GivenFile | null {
  const [file, handed = null] = nodesIn(node, 'givenLayer');
  const image = file ? givenLayerOf(file) : null;
  const beside = handed && givenLayerOf(handed);
  return image && (handed === null || beside !== null) ? { image, beside } : null;
}

/** A layer of a test's image; null when a slip left it without a name. */
function givenLayerOf(node: CstNode): GivenLayer | null {
  const outer = headIn(node, 'givenHead');
  if (!outer) return null;
  const inner = headIn(node, 'nestedHead');
  const span = spanOfNode(node);
  const rest = { ...contentsOf(nodeIn(node, 'givenBlock')), signedBy: wordsOf(node), span };
  if (!inner) return { ...layerOf(outer), nested: null, ...rest };
  const nested = { ...layerOf(inner), nested: null, ...rest };
  return { ...layerOf(outer), nested, signedBy: [], properties: [], children: [], span };
}

interface Head {
  readonly name: Word;
  readonly value: Word | StringLiteral | NumberLiteral | null;
}

function headIn(node: CstNode, rule: string): Head | null {
  const head = nodeIn(node, rule);
  if (!head) return null;
  const [name, word] = tokensIn(head, 'Word');
  if (!name) return null;
  const value = word
    ? wordOf(word)
    : (textOf(tokenIn(head, 'Text')) ?? sizeOf(tokenIn(head, 'Number'), tokenIn(head, 'Unit')));
  return { name: wordOf(name), value };
}

function layerOf(head: Head): Pick<GivenLayer, 'layer' | 'section'> {
  const section =
    head.name.text === 'section' && head.value && 'value' in head.value && typeof head.value.value === 'string';
  return {
    layer: head.name,
    section:
      section && 'value' in head.value && typeof head.value.value === 'string'
        ? { value: head.value.value, span: head.value.span }
        : null,
  };
}

function contentsOf(block: CstNode | null): Pick<GivenLayer, 'properties' | 'children'> {
  const items = block ? nodesIn(block, 'givenLayer') : [];
  const properties = items.map(propertyOf).filter((property) => property !== null);
  const layers = items.filter((item) => propertyOf(item) === null).map(givenLayerOf);
  return { properties, children: layers.filter((layer) => layer !== null) };
}

/** `compression zstd`, and single words that name no layer, are properties; everything else is a layer. */
function propertyOf(item: CstNode): GivenProperty | null {
  const head = headIn(item, 'givenHead');
  const isLayer = nodeIn(item, 'nestedHead') ?? nodeIn(item, 'givenBlock') ?? tokenIn(item, 'Signed');
  if (!head || isLayer || head.name.text === 'section') return null;
  return head.value === null && isLayerKind(head.name.text) ? null : { name: head.name, value: head.value };
}
