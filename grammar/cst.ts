import type { Token } from './token.ts';
import type { Span } from './source.ts';

export { spanOf, type Token } from './token.ts';

/** A rule of the grammar as it was read. */
export interface CstNode {
  readonly name: string;
  /** Its tokens and the rules in it, in the order of the text. */
  readonly parts: readonly (CstNode | Token)[];
  /** From the first token to the end of the last, with those that were passed over; both 0 without tokens. */
  readonly start: number;
  readonly end: number;
}

/** The first child of a rule, or null. */
export function nodeIn({ parts }: CstNode, rule: string): CstNode | null {
  for (const part of parts) if (isNode(part) && part.name === rule) return part;
  return null;
}

/** All children of a rule, in the order of the text. */
export function nodesIn({ parts }: CstNode, rule: string): readonly CstNode[] {
  const found: CstNode[] = [];
  for (const part of parts) if (isNode(part) && part.name === rule) found.push(part);
  return found;
}

/** The first token that was read as a type, or null. */
export function tokenIn({ parts }: CstNode, type: string): Token | null {
  for (const part of parts) if (!isNode(part) && part.readAs === type) return part;
  return null;
}

/** All tokens that were read as a type and stand in the node itself, in the order of the text. */
export function tokensIn({ parts }: CstNode, type: string): readonly Token[] {
  const found: Token[] = [];
  for (const part of parts) if (!isNode(part) && part.readAs === type) found.push(part);
  return found;
}

/** The one child of a rule that only chooses between others, or null where there is none. */
export function onlyNode({ parts }: CstNode): CstNode | null {
  for (const part of parts) if (isNode(part)) return part;
  return null;
}

/** The range of a node, from its first token to its last; empty for a node without tokens. */
export function spanOfNode({ start, end }: CstNode): Span {
  return { start, end };
}

/** All tokens under a node, in the order of the text. */
export function leavesOf({ parts }: CstNode): readonly Token[] {
  return parts.flatMap((part) => (isNode(part) ? leavesOf(part) : [part]));
}

/** How many tokens are under a node. */
export function leafCount({ parts }: CstNode): number {
  let count = 0;
  for (const part of parts) count += isNode(part) ? leafCount(part) : 1;
  return count;
}

/** Whether a part of a node is a node. */
export function isNode(part: CstNode | Token): part is CstNode {
  return 'parts' in part;
}
