import { tokenMatcher } from 'chevrotain';
import type { Expected, GrammarPaths } from './grammar-paths.ts';
import { elementsAt } from './cursor-levels.ts';
import { lexPolicy } from './lexer.ts';
import { type Source, sourceOf, type Span } from './source.ts';
import { beginsStatement } from './statement-start.ts';
import { spanOf, type Token } from './token.ts';
import { LeftBracket, RightBracket, Unexpected, UnclosedText, Word } from './tokens.ts';

/** What the grammar says of a place in a text, whatever is wrong elsewhere in it. */
export interface Cursor {
  /** The word that the place is in or at the end of; empty where there is none. What is inserted replaces it. */
  readonly word: Span;
  /** What can stand in the place of the word; nothing in comments and texts, and behind what cannot be read. */
  readonly expected: readonly Expected[];
  /** The words before each brace that is open here, outermost first: `artifact`, `zboot`. */
  readonly openings: readonly (readonly string[])[];
  /** The words of the statement or of the innermost braces that stand before the word, nearest last; not all of a long list. */
  readonly before: readonly string[];
  /** What of them stands on the line of the word. */
  readonly lineBefore: readonly string[];
  /** The words behind the word on its line. */
  readonly lineAfter: readonly string[];
  /** The first word behind its line, unless it begins a statement. */
  readonly nextLine: string | null;
  /** Whether a text in the place of the word fits, and what follows it on its line fits no worse. */
  admits(text: string): boolean;
}

/** The tokens of one text. */
export interface CursorText {
  readonly source: Source;
  readonly tokens: readonly Token[];
  readonly comments: readonly Token[];
}

/** Looks at a place. Costs a look at each token of its statement, and steps of the grammar for a bounded number. */
export function cursorAt(text: CursorText, offset: number, paths: GrammarPaths): Cursor {
  const { tokens } = text;
  const touched = wordAt(tokens, offset);
  const word = touched ? spanOf(touched) : { start: offset, end: offset };
  const end = indexFrom(tokens, word.start);
  const statement = tokens.slice(statementStart(tokens, end), end).filter(isRead);
  const line = lineBefore(text, word.start, statement);
  const elements = elementsAt(statement, line.length === 0 ? 'starts a line' : 'goes on', paths);
  const places = isHidden(text, offset, touched) ? [] : elements.places;
  const following = followingOf(text, word.end);
  const fits = (stream: readonly Token[]): number => stepsOf(stream, (at, token) => paths.step(at, token), places);
  const after = following.filter(({ startLine }) => startLine === lineOf(text.source, word.end));
  const base = Math.max(fits(following), touched ? fits([touched, ...following]) - 1 : 0);
  return {
    word,
    expected: paths.expected(places),
    openings: elements.openings,
    before: elements.before.map(({ image }) => image),
    lineBefore: line.map(({ image }) => image),
    lineAfter: after.map(({ image }) => image),
    nextLine: following[after.length]?.image ?? null,
    admits: (inserted) => {
      const { stream, errors } = lexPolicy(sourceOf('', inserted));
      // What closes a brace of its own leaves nothing open that the next token could belong to.
      const least = inserted.includes('{') ? Math.max(base, Math.min(following.length, 1)) : base;
      return errors.length === 0 && fits([...stream, ...following]) >= stream.length + least;
    },
  };
}

/** How many tokens can be read one after another. */
function stepsOf<P>(
  tokens: readonly Token[],
  step: (places: readonly P[], token: Token) => readonly P[],
  from: readonly P[],
): number {
  let places = from;
  for (const [count, token] of tokens.entries()) {
    places = step(places, token);
    if (places.length === 0) return count;
  }
  return tokens.length;
}

function wordAt(tokens: readonly Token[], offset: number): Token | null {
  const index = indexFrom(tokens, offset);
  const near = [tokens[index - 1], tokens[index]].filter((token) => token !== undefined && touches(token, offset));
  return near.find((token) => token !== undefined && tokenMatcher(token, Word)) ?? null;
}

function touches(token: Token, offset: number): boolean {
  const { start, end } = spanOf(token);
  return start <= offset && offset <= end;
}

/** The index of the first token that begins at an offset or behind it. */
function indexFrom(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the statement begins that goes on at an index, as the parser's recovery sees it. */
function statementStart(tokens: readonly Token[], end: number): number {
  for (let index = end - 1; index > 0; index -= 1) {
    const token = tokens[index];
    if (token && beginsStatement(token, tokens[index - 1] ?? null, tokens[index + 1] ?? null)) return index;
  }
  return 0;
}

/** Whether the parser reads the token at all. */
function isRead({ tokenType }: Token): boolean {
  return tokenType !== Unexpected && tokenType !== LeftBracket && tokenType !== RightBracket;
}

/** From 1, as tokens count. */
function lineOf({ lineStarts }: Source, offset: number): number {
  return lineStarts.findLastIndex((start) => start <= offset) + 1;
}

function lineBefore({ source }: CursorText, offset: number, statement: readonly Token[]): readonly Token[] {
  const lineStart = Math.max(source.text.lastIndexOf('\n', offset - 1), source.text.lastIndexOf('\r', offset - 1)) + 1;
  return statement.slice(statement.findLastIndex((token) => spanOf(token).end <= lineStart) + 1);
}

/** Whether no word can be meant here: in comments and texts, and right behind a number, a date or a digest. */
function isHidden({ tokens, comments }: CursorText, offset: number, word: Token | null): boolean {
  const before = tokens[indexFrom(tokens, offset) - 1];
  const comment = comments[indexFrom(comments, offset) - 1];
  if (comment && offset <= spanOf(comment).end) return true;
  if (word !== null || before === undefined) return false;
  const { end } = spanOf(before);
  return offset < end || (offset === end && (before.tokenType === UnclosedText || /\w$/.test(before.image)));
}

/** What follows on the line, and the first token behind its end unless it begins a statement. */
function followingOf({ tokens, source }: CursorText, offset: number): readonly Token[] {
  const from = indexFrom(tokens, offset);
  const line = lineOf(source, offset);
  const following: Token[] = [];
  for (let index = from; index < from + FOLLOWING_LIMIT; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    const isBehind = token.startLine !== line;
    if (isBehind && beginsStatement(token, tokens[index - 1] ?? null, tokens[index + 1] ?? null)) break;
    if (isRead(token)) following.push(token);
    if (isBehind) break;
  }
  return following;
}

const FOLLOWING_LIMIT = 32;
