import { type Cursor, cursorAt } from '../../grammar/cursor.ts';
import type { Token } from '../../grammar/cst.ts';
import { spanOf } from '../../grammar/cst.ts';
import type { GrammarPaths } from '../../grammar/grammar-paths.ts';
import { lexText, type ParsedPolicy, parsePolicy } from '../../grammar/parser.ts';
import type { Source, Span } from '../../grammar/source.ts';
import { roleOfToken, type TokenRole } from '../../grammar/tokens.ts';
import type { Policy } from '../syntax/ast.ts';
import { astOf } from '../syntax/ast-from-cst.ts';
import { type NameOccurrence, namesOf } from './names.ts';

/** A policy's text as an editor needs it, however unfinished it is. Everything is made when it is first asked for, once. */
export interface PolicyReading {
  readonly source: Source;
  /** What the compiler starts from. */
  readonly parsed: ParsedPolicy;
  /** What could be read of it. */
  readonly policy: Policy;
  /** In the order of the text. */
  readonly names: readonly NameOccurrence[];
  readonly tokens: readonly TextToken[];
  /** Comments, in the order of the text. */
  readonly comments: readonly Span[];
  readonly syntaxErrors: number;
  /** What can stand at an offset. Takes the tokens of the text alone. */
  cursor(offset: number): Cursor;
}

/** A piece of the text that can be seen, and what it is by itself. */
export interface TextToken {
  readonly role: TokenRole;
  readonly text: string;
  readonly span: Span;
}

/** Reads a text without judging it. @param paths of `policyPaths()`, made once. Time is linear in the text. */
export function readPolicyText(source: Source, paths: GrammarPaths): PolicyReading {
  const lexed = once(() => lexText(source));
  const parsed = once(() => parsePolicy(source, lexed()));
  const policy = once(() => astOf(parsed()));
  const names = once(() => namesOf(policy()));
  const tokens = once(() => lexed().tokens.map(tokenOf));
  const comments = once(() => lexed().comments.map(spanOf));
  return {
    source,
    get parsed() {
      return parsed();
    },
    get policy() {
      return policy();
    },
    get names() {
      return names();
    },
    get tokens() {
      return tokens();
    },
    get comments() {
      return comments();
    },
    get syntaxErrors() {
      return parsed().errors.length;
    },
    cursor: (offset) => cursorAt({ ...lexed(), source }, offset, paths),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function tokenOf(token: Token): TextToken {
  return { role: roleOfToken(token.tokenType), text: token.image, span: spanOf(token) };
}
