import { type CstNode, type Token, spanOf, tokenIn, tokensIn } from '../../grammar/cst.ts';
import type { DateLiteral, DigestLiteral, NumberLiteral, StringLiteral, Word } from './ast.ts';

const UNIT_BYTES: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A word of the text, whatever the lexer took it for. */
export function wordOf(token: Token): Word {
  return { text: token.image, span: spanOf(token) };
}

/** The words that stand in the node itself where names are due. */
export function wordsOf(node: CstNode): readonly Word[] {
  return tokensIn(node, 'Word').map(wordOf);
}

/** The first of those words, or null. */
export function firstWord(node: CstNode): Word | null {
  const token = tokenIn(node, 'Word');
  return token && wordOf(token);
}

/** A text without its quotes, escapes resolved; null for one without a closing quote. */
export function textOf(token: Token | null): StringLiteral | null {
  if (token?.tokenType.name !== 'Text') return null;
  return { value: unescaped(token.image.slice(1, -1)), span: spanOf(token) };
}

function unescaped(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
    : text;
}

/** A number; null for a malformed one. */
export function numberOf(token: Token | null): NumberLiteral | null {
  return token?.tokenType.name === 'Number' ? { value: Number(token.image), span: spanOf(token) } : null;
}

/** A number with the unit after it, in bytes. */
export function sizeOf(token: Token | null, unit: Token | null): NumberLiteral | null {
  const number = numberOf(token);
  if (!number || !unit) return number;
  return {
    value: number.value * (UNIT_BYTES[unit.image] ?? 1),
    span: { start: number.span.start, end: spanOf(unit).end },
  };
}

/** A date as written; null for a malformed one. */
export function dateOf(token: Token | null): DateLiteral | null {
  return token?.tokenType.name === 'Date' ? { text: token.image, span: spanOf(token) } : null;
}

/** A digest as written; null for a malformed one. */
export function digestOf(token: Token): DigestLiteral | null {
  if (token.tokenType.name !== 'DigestLiteral') return null;
  const colon = token.image.indexOf(':');
  return { algorithm: token.image.slice(0, colon), hex: token.image.slice(colon + 1), span: spanOf(token) };
}
