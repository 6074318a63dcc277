import type { CstNode, Token } from './cst.ts';
import { DEPTH_LIMIT, ERROR_LIMIT, type LexedPolicy, lexPolicy } from './lexer.ts';
import { type GrammarPaths, grammarPaths } from './grammar-paths.ts';
import { PolicyParser } from './policy-parser.ts';
import type { Source } from './source.ts';
import type { SyntaxError } from './syntax-error.ts';
import { LeftBrace, RightBrace } from './tokens.ts';

/** What the parser makes of a text: always a tree, however little could be read, and everything that is wrong with it. */
export interface ParsedPolicy {
  readonly source: Source;
  /** The concrete syntax tree, rule `policyFile`; elements that could not be read are left out. */
  readonly cst: CstNode;
  /** All tokens of the text in order, also those that the tree leaves out. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Token[];
  /** In the order of the text. */
  readonly errors: readonly SyntaxError[];
}

/** Characters of the longest policy that is read. */
export const TEXT_LIMIT = 2 ** 20;

/** Cuts a policy text into tokens; one that is longer than policies can be, into none. */
export function lexText(source: Source): LexedPolicy {
  return source.text.length > TEXT_LIMIT ? NOTHING : lexPolicy(source);
}

const NOTHING: LexedPolicy = { tokens: [], comments: [], stream: [], errors: [], excused: new Set() };

/** Parses a policy text. Never throws for any text; time is linear in its length. @param lexed the tokens of this text. */
export function parsePolicy(source: Source, lexed = lexText(source)): ParsedPolicy {
  const length = source.text.length;
  if (length > TEXT_LIMIT) {
    const text = `this policy has ${length} characters, more than ${TEXT_LIMIT}`;
    return unread(source, lexed, {
      code: 'BP0011',
      text,
      span: { start: 0, end: 1 },
      label: 'not read',
      help: 'split it, or remove generated parts',
    });
  }
  const tooDeep = deepestBrace(lexed.stream);
  if (tooDeep) {
    const span = { start: tooDeep.startOffset, end: tooDeep.startOffset + 1 };
    return unread(source, lexed, {
      code: 'BP0012',
      text: `braces nest deeper than ${DEPTH_LIMIT} levels`,
      span,
      label: `level ${DEPTH_LIMIT + 1}`,
      help: null,
    });
  }
  const { cst, errors } = parser.parse(lexed);
  const inOrder = [...lexed.errors, ...errors].sort((a, b) => a.span.start - b.span.start);
  return { source, cst, tokens: lexed.tokens, comments: lexed.comments, errors: limited(inOrder) };
}

/** What can stand where in a policy, by the rules of this parser. Costs about a millisecond: make it once. */
export function policyPaths(): GrammarPaths {
  return grammarPaths(parser.grammar(), 'policyFile');
}

function limited(errors: readonly SyntaxError[]): readonly SyntaxError[] {
  const last = errors[ERROR_LIMIT - 1];
  if (!last) return errors;
  const text = `there are ${ERROR_LIMIT} syntax errors or more`;
  return [
    ...errors.slice(0, ERROR_LIMIT),
    { code: 'BP0013', text, span: last.span, label: 'no later ones are shown', help: null },
  ];
}

function unread(source: Source, { tokens, comments }: LexedPolicy, error: SyntaxError): ParsedPolicy {
  return { source, cst: UNREAD, tokens, comments, errors: [error] };
}

const UNREAD: CstNode = { name: 'policyFile', parts: [], start: 0, end: 0 };

/** The first brace beyond the limit. */
function deepestBrace(tokens: readonly Token[]): Token | null {
  let depth = 0;
  for (const token of tokens) {
    if (token.tokenType === LeftBrace) depth += 1;
    if (token.tokenType === RightBrace && depth > 0) depth -= 1;
    if (depth > DEPTH_LIMIT) return token;
  }
  return null;
}

// The grammar is recorded when the instance is made, so there is one. `parse` is synchronous and
// sets everything that a text can change before it reads, so that no text sees anything of another.
const parser = new PolicyParser();
