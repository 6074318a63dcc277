import type { Token } from '../../grammar/cst.ts';
import type { ParsedPolicy } from '../../grammar/parser.ts';

/** A comment on a line of its own. */
export interface TriviaComment {
  readonly text: string;
  /** Whether the author left an empty line before it. */
  readonly blankBefore: boolean;
}

/** What stands between a token and its neighbours. */
export interface Trivia {
  /** Comments on lines of their own before the token, and those that found no other place. */
  readonly before: readonly TriviaComment[];
  /** Whether the author left an empty line before the token itself. */
  readonly blankBefore: boolean;
  /** The comment behind it on its line. */
  readonly after: string | null;
}

/** The comments of a policy, each with the token that it belongs to. */
export interface TriviaTable {
  of(token: Token): Trivia;
  /** Comments behind the last token's line. */
  readonly last: readonly TriviaComment[];
}

/**
 * Gives every comment to one token: a comment behind a token on its line to that token, any other to the next one.
 *
 * Commas come and go with the layout, so theirs go to the tokens around them.
 */
export function triviaOf({ tokens, comments }: Pick<ParsedPolicy, 'tokens' | 'comments'>): TriviaTable {
  const found = new Map<Token, Mutable>();
  let waiting: TriviaComment[] = [];
  let holder: Mutable | null = null;
  let lastLine = 0;
  for (const piece of inOrder(tokens, comments)) {
    const line = piece.startLine;
    const blankBefore = lastLine > 0 && line > lastLine + 1;
    if (piece.tokenType.name === 'Comment') {
      const text = piece.image.replace(/[ \t]+$/, '');
      if (holder?.after === null && waiting.length === 0 && line === lastLine) holder.after = text;
      else waiting.push({ text, blankBefore });
    } else if (piece.tokenType.name !== 'Comma') {
      holder = { before: waiting, blankBefore, after: null };
      found.set(piece, holder);
      waiting = [];
    }
    lastLine = piece.endLine;
  }
  return { of: (token) => found.get(token) ?? NONE, last: waiting };
}

const NONE: Trivia = { before: [], blankBefore: false, after: null };

type Mutable = { -readonly [K in keyof Trivia]: Trivia[K] };

function inOrder(tokens: readonly Token[], comments: readonly Token[]): readonly Token[] {
  if (comments.length === 0) return tokens;
  return [...tokens, ...comments].sort((a, b) => a.startOffset - b.startOffset);
}
