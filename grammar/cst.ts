import type { CstElement, CstNode, IToken } from 'chevrotain';
import { spanOf } from './lexer.ts';
import type { Span } from './source.ts';

export type { CstNode, IToken } from 'chevrotain';

/** The first child of a rule, or null. */
export function nodeIn(node: CstNode, rule: string): CstNode | null {
  return node.children[rule]?.find(isNode) ?? null;
}

/** All children of a rule, in the order of the text. */
export function nodesIn(node: CstNode, rule: string): readonly CstNode[] {
  return (node.children[rule] ?? []).filter(isNode);
}

/** The first token of a type (or under a label), or null. */
export function tokenIn(node: CstNode, type: string): IToken | null {
  return node.children[type]?.find(isToken) ?? null;
}

/** All tokens of a type (or under a label) that stand in the node itself, in the order of the text. */
export function tokensIn(node: CstNode, type: string): readonly IToken[] {
  return (node.children[type] ?? []).filter(isToken);
}

/** The one child of a rule that only chooses between others, or null where there is none. */
export function onlyNode(node: CstNode): CstNode | null {
  for (const rule in node.children) {
    const child = node.children[rule]?.find(isNode);
    if (child) return child;
  }
  return null;
}

/** The range of a node, from its first token to its last; empty for a node without tokens. */
export function spanOfNode(node: CstNode): Span {
  const { startOffset, endOffset } = node.location ?? { startOffset: 0, endOffset: 0 };
  if (Number.isNaN(startOffset) || endOffset === undefined || Number.isNaN(endOffset)) return { start: 0, end: 0 };
  return { start: startOffset, end: endOffset + 1 };
}

/** All tokens under a node, in the order of the text. */
export function leavesOf(node: CstNode): readonly IToken[] {
  const leaves = Object.values(node.children).flatMap((elements) =>
    elements.flatMap((element) => (isNode(element) ? [...leavesOf(element)] : [element])),
  );
  return leaves.sort((a, b) => a.startOffset - b.startOffset);
}

/** How many tokens are under a node. */
export function leafCount(node: CstNode): number {
  let count = 0;
  for (const name in node.children) {
    for (const element of node.children[name] ?? []) count += isNode(element) ? leafCount(element) : 1;
  }
  return count;
}

export { spanOf };

function isNode(element: CstElement): element is CstNode {
  return 'children' in element;
}

function isToken(element: CstElement): element is IToken {
  return !isNode(element);
}
