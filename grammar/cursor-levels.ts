import type { GrammarPaths, GrammarPlace } from './grammar-paths.ts';
import { DEPTH_LIMIT } from './lexer.ts';
import { standsOnLineOf } from './statement-start.ts';
import type { Token } from './token.ts';
import { LeftBrace, RightBrace } from './tokens.ts';

/** What an unfinished statement has open at its end. */
export interface OpenElements {
  readonly places: readonly GrammarPlace[];
  /** The words before each open brace, outermost first. */
  readonly openings: readonly (readonly string[])[];
  /** The tokens since the innermost open brace, of a long list the last. */
  readonly before: readonly Token[];
}

/**
 * Reads a statement up to a place in it. Of what stands in the same braces before, only the last is read: the elements of
 * a list do not depend on each other. A line that cannot be read is passed over when another begins behind it.
 */
export function elementsAt(
  statement: readonly Token[],
  place: 'starts a line' | 'goes on',
  paths: GrammarPaths,
): OpenElements {
  const levels = levelsOf(statement);
  if (levels.length === 0) return { places: [], openings: [], before: [] };
  let base = paths.start;
  for (const { tokens, brace } of levels.slice(0, -1)) {
    const read = readLevel(tokens, base, paths);
    base = brace && read.state === 'read' ? paths.step(read.places, brace) : [];
  }
  const last = levels.at(-1)?.tokens ?? [];
  const read = readLevel(last, base, paths);
  const resumed = read.state === 'unread' && place === 'starts a line' ? base : [];
  return {
    places: read.state === 'read' ? read.places : resumed,
    openings: levels.slice(0, -1).map(({ opening }) => opening),
    before: last,
  };
}

/** What stands between one open brace and the next. */
interface Level {
  readonly tokens: readonly Token[];
  /** The brace that ends it, and the words before that; null for the innermost. */
  readonly brace: Token | null;
  readonly opening: readonly string[];
}

function levelsOf(statement: readonly Token[]): readonly Level[] {
  const open: number[] = [];
  for (const [index, { tokenType }] of statement.entries()) {
    if (tokenType === LeftBrace) open.push(index);
    if (tokenType === RightBrace) open.pop();
  }
  if (open.length > DEPTH_LIMIT) return [];
  return [...open, statement.length].map((end, level) => {
    const from = level === 0 ? 0 : (open[level - 1] ?? 0) + 1;
    const tokens = statement.slice(recentStart(statement, from, end), end);
    return { tokens, brace: statement[end] ?? null, opening: openingOf(tokens) };
  });
}

/** Where to begin reading a level: at a line of it that leaves enough to read the last element. */
function recentStart(statement: readonly Token[], from: number, end: number): number {
  if (end - from <= ENOUGH_TOKENS) return from;
  let depth = 0;
  for (let index = end - 1; index > from; index -= 1) {
    const token = statement[index];
    if (token?.tokenType === RightBrace) depth += 1;
    if (token?.tokenType === LeftBrace) depth -= 1;
    const startsLine = token !== undefined && !standsOnLineOf(token, statement[index - 1] ?? null);
    if (depth === 0 && startsLine && end - index >= ENOUGH_TOKENS) return index;
  }
  return from;
}

const ENOUGH_TOKENS = 48;

/** The words before a brace, on its line and since the last sign that ends an element. */
function openingOf(tokens: readonly Token[]): readonly string[] {
  const words: string[] = [];
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    const token = tokens[index];
    if (!token || /^[{},]$/.test(token.image)) break;
    words.unshift(token.image);
    if (!standsOnLineOf(token, tokens[index - 1] ?? null)) break;
  }
  return words;
}

type ReadLevel = { readonly state: 'read'; readonly places: readonly GrammarPlace[] } | { readonly state: 'unread' };

function readLevel(tokens: readonly Token[], base: readonly GrammarPlace[], paths: GrammarPaths): ReadLevel {
  let read: ReadLevel = { state: 'read', places: base };
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (read.state === 'unread' && depth === 0 && !standsOnLineOf(token, tokens[index - 1] ?? null)) {
      read = { state: 'read', places: base };
    }
    if (read.state === 'read') {
      const places = paths.step(read.places, token);
      read = places.length > 0 ? { state: 'read', places } : { state: 'unread' };
    }
    if (token.tokenType === LeftBrace) depth += 1;
    if (token.tokenType === RightBrace) depth -= 1;
  }
  return read;
}
