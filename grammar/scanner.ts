import type { TokenType } from 'chevrotain';
import type { Token } from './token.ts';
import {
  AtLeast,
  AtMost,
  Colon,
  Comma,
  Comment,
  Digest,
  Digits,
  Equals,
  ForeignOperator,
  ForeignText,
  LeftBrace,
  LeftBracket,
  keywordText,
  Letters,
  RightBrace,
  RightBracket,
  retyped,
  Text,
  TextOverLines,
  UnclosedText,
  Unexpected,
} from './tokens.ts';

/** What a text is made of. */
export interface Scanned {
  /** Everything but white space and comments, each of its exact type, in order. */
  readonly tokens: Token[];
  readonly comments: Token[];
  /** Those of the tokens that are runs of characters that no token begins with. */
  readonly strays: Token[];
}

/**
 * Cuts a text into tokens as chevrotain's lexer does by the patterns of `LEXED`, at a fraction of the cost: what nearly all
 * of a text is made of is told apart by its characters, and a pattern is only asked where one character does not decide.
 * Chevrotain has the last word in the tests.
 */
export function scan(text: string): Scanned {
  const scanner: Scanner = { text, at: 0, line: 1, lineStart: 0, tokens: [], comments: [], strays: [] };
  while (scanner.at < text.length) {
    const code = text.charCodeAt(scanner.at);
    if (code === SPACE || code === TAB) scanner.at += 1;
    else if (code === LINE_FEED || code === CARRIAGE_RETURN) endLine(scanner, code);
    else scanToken(scanner, code);
  }
  return scanner;
}

interface Scanner extends Scanned {
  readonly text: string;
  at: number;
  line: number;
  /** Offset of the first character of the line. */
  lineStart: number;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const APOSTROPHE = 0x27;
const HYPHEN = 0x2d;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Lines end at LF, CR LF or CR. */
function endLine(scanner: Scanner, code: number): void {
  const isPair = code === CARRIAGE_RETURN && scanner.text.charCodeAt(scanner.at + 1) === LINE_FEED;
  scanner.at += isPair ? 2 : 1;
  scanner.line += 1;
  scanner.lineStart = scanner.at;
}

function scanToken(scanner: Scanner, code: number): void {
  const sort = code < 0x80 ? SORTS[code] : isLetterBeyondAscii(code) ? LETTER : 0;
  const sign = SIGNS[code];
  if (sort === LETTER) scanWord(scanner);
  else if (sign !== undefined) take(scanner, sign, scanner.at + 1);
  else if (code === QUOTE) scanText(scanner);
  else if (code === HASH) scanComment(scanner);
  else if (sort === DIGIT) take(scanner, Digits, patternEnd(Digits, scanner) ?? scanner.at + 1);
  else if (sort === OPERATOR) scanOperator(scanner);
  else {
    const end = patternEnd(ForeignText, scanner);
    if (end === null) scanStray(scanner);
    else take(scanner, ForeignText, end);
  }
}

/** Adds the token up to an offset, of its exact type. */
function take(scanner: Scanner, lexed: TokenType, end: number): void {
  const image = scanner.text.slice(scanner.at, end);
  const type = retyped(lexed, image);
  // Of a keyword that stands a thousand times in a text, its letters are kept once.
  scanner.tokens.push(tokenAt(scanner, type, keywordText(type) ?? image));
  scanner.at = end;
}

function tokenAt({ at, line, lineStart }: Scanner, tokenType: TokenType, image: string): Token {
  return {
    tokenType,
    tokenTypeIdx: tokenType.tokenTypeIdx ?? 0,
    image,
    startOffset: at,
    startLine: line,
    endLine: line,
    startColumn: at - lineStart + 1,
    readAs: '',
  };
}

/** Letters, or a digest, which begins like letters and has a colon behind them. */
function scanWord(scanner: Scanner): void {
  const { text } = scanner;
  let end = scanner.at + 1;
  while (isWordCode(text.charCodeAt(end))) end += 1;
  if (text.charCodeAt(end) === COLON && isNameCode(text.charCodeAt(end + 1))) {
    const digestEnd = patternEnd(Digest, scanner);
    if (digestEnd !== null) {
      take(scanner, Digest, digestEnd);
      return;
    }
  }
  while (isNameCode(text.charCodeAt(end))) end += 1;
  take(scanner, Letters, end);
}

/** A text on one line, a text whose closing quote is on the next, or one without. */
function scanText(scanner: Scanner): void {
  const { text } = scanner;
  let end = scanner.at + 1;
  for (let code = text.charCodeAt(end); !endsText(code); code = text.charCodeAt(end)) {
    end += code === BACKSLASH && !endsLine(text.charCodeAt(end + 1)) ? 2 : 1;
  }
  if (text.charCodeAt(end) === QUOTE) take(scanner, Text, end + 1);
  else scanTextWithoutEnd(scanner);
}

function scanTextWithoutEnd(scanner: Scanner): void {
  const end = patternEnd(TextOverLines, scanner);
  if (end === null) {
    take(scanner, UnclosedText, patternEnd(UnclosedText, scanner) ?? scanner.at + 1);
    return;
  }
  const image = scanner.text.slice(scanner.at, end);
  scanner.tokens.push({ ...tokenAt(scanner, TextOverLines, image), endLine: scanner.line + 1 });
  scanner.line += 1;
  scanner.lineStart = scanner.at + Math.max(image.lastIndexOf('\n'), image.lastIndexOf('\r')) + 1;
  scanner.at = end;
}

function scanComment(scanner: Scanner): void {
  const { text } = scanner;
  let end = scanner.at + 1;
  while (!endsLine(text.charCodeAt(end))) end += 1;
  scanner.comments.push(tokenAt(scanner, Comment, text.slice(scanner.at, end)));
  scanner.at = end;
}

function scanOperator(scanner: Scanner): void {
  const { text, at } = scanner;
  if (text.startsWith('<=', at)) take(scanner, AtMost, at + 2);
  else if (text.startsWith('>=', at)) take(scanner, AtLeast, at + 2);
  else {
    const end = patternEnd(ForeignOperator, scanner);
    if (end === null) take(scanner, Equals, at + 1);
    else take(scanner, ForeignOperator, end);
  }
}

/** A run of characters up to the next one that begins something. */
function scanStray(scanner: Scanner): void {
  const { text, at } = scanner;
  let end = at + 1;
  while (end < text.length && !begins(scanner, end)) end += 1;
  const token = { ...tokenAt(scanner, Unexpected, text.slice(at, end)), startColumn: 1 };
  scanner.tokens.push(token);
  scanner.strays.push(token);
  scanner.at = end;
}

function begins({ text }: Scanner, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 0x80) return isLetterBeyondAscii(code) || patternEnd(ForeignText, { text, at }) !== null;
  if (code === APOSTROPHE) return patternEnd(ForeignText, { text, at }) !== null;
  return SORTS[code] !== 0 || SIGNS[code] !== undefined || code === QUOTE || code === HASH;
}

/** Where a pattern ends that fits at a place, or null. */
function patternEnd(type: TokenType, { text, at }: { readonly text: string; readonly at: number }): number | null {
  const pattern = PATTERNS.get(type);
  if (pattern === undefined) return null;
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

// Nothing is kept in them between calls: every use says first where to begin.
const PATTERNS: ReadonlyMap<TokenType, RegExp> = new Map(
  [Digest, Digits, TextOverLines, UnclosedText, ForeignText, ForeignOperator].flatMap((type) =>
    type.PATTERN instanceof RegExp ? [[type, new RegExp(type.PATTERN.source, 'y')]] : [],
  ),
);

function isWordCode(code: number): boolean {
  return code < 0x80 && (SORTS[code] === LETTER || SORTS[code] === DIGIT);
}

/** Whether a word goes on with a character. */
function isNameCode(code: number): boolean {
  return code === HYPHEN || (code < 0x80 ? isWordCode(code) : isLetterBeyondAscii(code));
}

/** As the pattern of `Letters` has it. */
function isLetterBeyondAscii(code: number): boolean {
  if (code < 0x2070) return (code >= 0xa1 && code <= 0x167f) || (code >= 0x1681 && code <= 0x1fff);
  return code <= 0x2fff || (code >= 0x3001 && code <= 0xfefe) || code >= 0xff00;
}

function endsText(code: number): boolean {
  return code === QUOTE || endsLine(code);
}

function endsLine(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN || Number.isNaN(code);
}

const LETTER = 1;
const DIGIT = 2;
const OPERATOR = 3;
const LINE_END = 4;

/** What an ASCII character begins, by its code; 0 for nothing, or for what has a place of its own above. */
const SORTS = sortsOf([
  [LETTER, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_'],
  [DIGIT, '0123456789'],
  [OPERATOR, '=<>!&|'],
  [LINE_END, ' \t\r\n'],
]);

/** Signs of one character, by its code. */
const SIGNS: readonly (TokenType | undefined)[] = signsOf({
  '{': LeftBrace,
  '}': RightBrace,
  ',': Comma,
  ':': Colon,
  '[': LeftBracket,
  '(': LeftBracket,
  ']': RightBracket,
  ')': RightBracket,
});

function sortsOf(sorts: readonly (readonly [number, string])[]): Uint8Array {
  const table = new Uint8Array(0x80);
  for (const [sort, characters] of sorts) for (const each of characters) table[each.charCodeAt(0)] = sort;
  return table;
}

function signsOf(signs: Readonly<Record<string, TokenType>>): readonly (TokenType | undefined)[] {
  return Array.from({ length: 0x80 }, (_, code) => signs[String.fromCharCode(code)]);
}
