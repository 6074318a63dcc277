import { EOF, type IToken, type TokenType } from 'chevrotain';
import type { Span } from './source.ts';

export type { TokenType } from 'chevrotain';

/** A piece of a policy's text; lines and columns from 1, columns in UTF-16 code units. Chevrotain can read it too. */
export interface Token extends IToken {
  tokenType: TokenType;
  /** The number of its type, by which tables know it. */
  tokenTypeIdx: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number;
  /** The name of the type that the grammar asked for, such as `Word` for a keyword that is a name; empty while it is not read. */
  readAs: string;
}

/** What stands behind the last token, and before the first. */
export const END: Token = {
  tokenType: EOF,
  tokenTypeIdx: EOF.tokenTypeIdx ?? 0,
  image: '',
  startOffset: Number.NaN,
  startLine: Number.NaN,
  endLine: Number.NaN,
  startColumn: Number.NaN,
  readAs: '',
};

/** The range of a token. */
export function spanOf({ startOffset, image }: Token): Span {
  return { start: startOffset, end: startOffset + image.length };
}
