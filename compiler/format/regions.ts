import { type CstNode, type Token, leafCount, nodesIn, onlyNode, spanOf, spanOfNode } from '../../grammar/cst.ts';
import type { ParsedPolicy } from '../../grammar/parser.ts';
import type { Span } from '../../grammar/source.ts';

/** A part of a policy that is laid out as a whole. */
export type Region =
  | { readonly kind: 'statement'; readonly first: Token; readonly node: CstNode }
  /** What a syntax slip touches: it is left as it is. */
  | { readonly kind: 'slip'; readonly first: Token; readonly span: Span };

/**
 * Cuts a policy into its statements. Where a statement could not be read whole, its text is a region of its own: from the
 * beginning of its line through everything up to the next statement, comments at the start of a line excepted.
 */
export function regionsOf(parsed: ParsedPolicy): readonly Region[] {
  const pieces: Piece[] = [];
  let index = 0;
  for (const { node, span } of statementsOf(parsed.cst)) {
    index = addStrays({ from: index, until: span.start }, parsed.tokens, pieces);
    const first = index;
    while ((parsed.tokens[index]?.startOffset ?? Number.POSITIVE_INFINITY) < span.end) index += 1;
    const tokens = parsed.tokens.slice(first, index);
    pieces.push({ node: isSound(node, tokens, parsed) ? node : null, tokens });
  }
  addStrays({ from: index, until: Number.POSITIVE_INFINITY }, parsed.tokens, pieces);
  return pieces.flatMap((piece, at) => regionOf(piece, pieces[at + 1], parsed));
}

interface Piece {
  /** Null where a slip touches it. */
  node: CstNode | null;
  readonly tokens: Token[];
}

function statementsOf(cst: CstNode): readonly { readonly node: CstNode; readonly span: Span }[] {
  return nodesIn(cst, 'statement').flatMap((statement) => {
    const node = onlyNode(statement);
    return node === null ? [] : [{ node, span: spanOfNode(node) }];
  });
}

/** Tokens that are in no statement: they begin a piece of their own at the start of a line, else they spoil the last one. */
function addStrays(range: { from: number; until: number }, tokens: readonly Token[], pieces: Piece[]): number {
  let index = range.from;
  for (let token = tokens[index]; token && token.startOffset < range.until; token = tokens[index]) {
    const last = pieces.at(-1);
    const previous = last?.tokens.at(-1);
    const begins = token.startColumn === 1 && token.startLine !== previous?.endLine;
    if (last === undefined || (begins && last.node !== null)) pieces.push({ node: null, tokens: [token] });
    else {
      last.node = null;
      last.tokens.push(token);
    }
    index += 1;
  }
  return index;
}

function isSound(node: CstNode, tokens: readonly Token[], { errors }: ParsedPolicy): boolean {
  const { start, end } = spanOfNode(node);
  const touched = errors.some(({ span }) => span.start <= end && span.end >= start);
  return !touched && leafCount(node) === tokens.length;
}

function regionOf({ node, tokens }: Piece, next: Piece | undefined, parsed: ParsedPolicy): readonly Region[] {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (node !== null) return [{ kind: 'statement', first, node }];
  const end = endWithComments(last, next?.tokens[0]?.startOffset ?? Number.POSITIVE_INFINITY, parsed);
  return [{ kind: 'slip', first, span: { start: lineStart(first.startOffset, parsed.source.text), end } }];
}

/** The start of the line, where nothing but white space stands before the offset. */
function lineStart(offset: number, text: string): number {
  let start = offset;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start -= 1;
  return start === 0 || text[start - 1] === '\n' || text[start - 1] === '\r' ? start : offset;
}

/** The end of a slip's text: the comment on its last line, and indented ones below, belong to it. */
function endWithComments(last: Token, limit: number, { comments }: ParsedPolicy): number {
  let { end } = spanOf(last);
  for (const comment of comments) {
    if (comment.startOffset < end) continue;
    const belongs = comment.startLine === last.endLine || comment.startColumn > 1;
    if (comment.startOffset >= limit || !belongs) break;
    end = spanOf(comment).end;
  }
  return end;
}
