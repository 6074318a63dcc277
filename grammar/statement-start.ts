import { EOF, type TokenType, tokenMatcher } from 'chevrotain';
import type { Token } from './token.ts';
import { Equals, keywords, NumberToken, Text, Word } from './tokens.ts';

/**
 * Whether a statement clearly begins at a token, even where none is expected: it is the first of its line, and stands at
 * the margin or is followed by what its keyword asks for.
 *
 * @param previous the token before it, null or end of text at the begin; `next` the one after it.
 */
export function beginsStatement(token: Token, previous: Token | null, next: Token | null): boolean {
  const shape = STATEMENT_SHAPES.get(token.tokenType);
  if (shape === undefined || standsOnLineOf(token, previous)) return false;
  return token.startColumn === 1 || (standsOnLineOf(next, token) && next !== null && tokenMatcher(next, shape));
}

/** Whether a token stands on the line on which the one before it ended. */
export function standsOnLineOf(token: Token | null, previous: Token | null): boolean {
  if (token === null || previous === null || token.tokenType === EOF || previous.tokenType === EOF) return false;
  return token.startLine === previous.endLine;
}

/** The keyword and the token after it by which a statement is known even where it is not expected. */
const STATEMENT_SHAPES: ReadonlyMap<TokenType, TokenType> = new Map([
  [keywords.language, NumberToken],
  [keywords.policy, Word],
  [keywords.signers, Word],
  [keywords.param, Word],
  [keywords.revoked, Equals],
  [keywords.artifact, Word],
  [keywords.layer, Word],
  [keywords.at, Word],
  [keywords.waive, Word],
  [keywords.test, Text],
  [keywords.assert, Word],
  [keywords.import, Text],
]);
