import { scan } from './scanner.ts';
import type { Source, Span } from './source.ts';
import type { SyntaxError } from './syntax-error.ts';
import { spanOf, type Token, type TokenType } from './token.ts';
import {
  ForeignText,
  LeftBrace,
  LeftBracket,
  MalformedDate,
  MalformedDigest,
  MalformedName,
  MalformedNumber,
  NumberToken,
  RightBrace,
  RightBracket,
  Text,
  TextOverLines,
  typeTable,
  UnclosedText,
  Unexpected,
  Unit,
  keywords,
} from './tokens.ts';

/** The tokens of a policy text. */
export interface LexedPolicy {
  /** Everything but white space and comments, in order; with the comments, all of the text that can be seen. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Token[];
  /** What the parser reads: the tokens without unexpected characters and stray parentheses. */
  readonly stream: readonly Token[];
  readonly errors: readonly SyntaxError[];
  /** Offsets of tokens right after a slip of the lexer: what the parser finds wrong there is its consequence. */
  readonly excused: ReadonlySet<number>;
}

/** Where the end of the text stands among the offsets of `excused`. */
export const END_OFFSET = -1;

/** No more slips than this are reported of one text, nor more of one sort kept while it is lexed. */
export const ERROR_LIMIT = 100;

/** Braces that nest deeper are not read: every level costs the parser stack. */
export const DEPTH_LIMIT = 100;

const UNIT_BYTES: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Cuts a text into tokens. Never throws; time is linear in the text. */
export function lexPolicy(source: Source): LexedPolicy {
  const text = source.text.startsWith('\uFEFF') ? ` ${source.text.slice(1)}` : source.text;
  const { tokens, comments, strays } = scan(text);
  const errors: SyntaxError[] = [];
  for (const token of strays.slice(0, ERROR_LIMIT)) errors.push(unexpectedCharacters(token));
  if (HIDDEN.test(text)) errors.push(...hiddenCharacters([...tokens, ...comments]).slice(0, ERROR_LIMIT));
  return { ...streamOf(tokens, errors), tokens, comments, errors };
}

/** Leaves out what the parser does not read, and collects what is wrong with tokens taken alone. */
function streamOf(tokens: readonly Token[], errors: SyntaxError[]): Pick<LexedPolicy, 'stream' | 'excused'> {
  // A list of its own once something is left out.
  let stream: Token[] | null = null;
  let previous: Token | undefined;
  let afterSlip = false;
  const excused = new Set<number>();
  const brackets: ('brace' | 'nothing')[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    if (afterSlip) excused.add(token.startOffset);
    const before = errors.length;
    const kept = SUSPECTS[token.tokenTypeIdx] === 0 || settle(token, previous, brackets, errors);
    afterSlip =
      !kept || (errors.length > before && (token.tokenType === UnclosedText || token.tokenType === TextOverLines));
    if (kept) {
      stream?.push(token);
      previous = token;
    } else stream ??= tokens.slice(0, index);
  }
  if (afterSlip) excused.add(END_OFFSET);
  return { stream: stream ?? tokens, excused };
}

/** Whether the parser should see the token. */
// eslint-disable-next-line max-params -- runs once a token: no object is made for it
function settle(
  token: Token,
  previous: Token | undefined,
  brackets: ('brace' | 'nothing')[],
  errors: SyntaxError[],
): boolean {
  if (token.tokenType === Unexpected) return false;
  if (token.tokenType === LeftBracket || token.tokenType === RightBracket)
    return bracket(token, previous, brackets, errors);
  const slip = slipOf(token, previous);
  if (slip) errors.push(slip);
  return true;
}

/** A bracket that stands for a brace becomes one. */
function retype(token: Token, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
}

/** Brackets that stand for braces are read as braces; others are passed over. Only the opening one is a slip. */
// eslint-disable-next-line max-params -- runs once a token: no object is made for it
function bracket(
  token: Token,
  previous: Token | undefined,
  brackets: ('brace' | 'nothing')[],
  errors: SyntaxError[],
): boolean {
  if (token.tokenType === LeftBracket) {
    const beforeList = [keywords.of, keywords.in, keywords.enforce, keywords.loads, keywords.sees].some(
      (type) => type === previous?.tokenType,
    );
    const meant = token.image === '[' || beforeList ? 'brace' : 'nothing';
    brackets.push(meant);
    errors.push(bracketSlip(token));
    if (meant === 'brace') retype(token, LeftBrace);
    return meant === 'brace';
  }
  const meant = brackets.pop();
  if (meant === undefined) errors.push(bracketSlip(token));
  if (meant === 'brace') retype(token, RightBrace);
  return meant === 'brace';
}

function bracketSlip(token: Token): SyntaxError {
  return {
    code: 'BP0010',
    text: `\`${token.image}\` is not part of the language`,
    span: spanOf(token),
    label: 'a parenthesis or square bracket',
    help: 'lists and groups stand in braces: `{ a, b }`, `any of { … }`',
  };
}

function slipOf(token: Token, previous: Token | undefined): SyntaxError | null {
  if (MALFORMED.has(token.tokenType)) return malformed(token);
  if (token.tokenType === Text) return token.image.includes('\\') ? unknownEscape(token) : null;
  return previous?.tokenType === NumberToken ? tooLarge(token, previous) : null;
}

const MALFORMED: ReadonlySet<TokenType> = new Set([
  UnclosedText,
  TextOverLines,
  ForeignText,
  MalformedDate,
  MalformedNumber,
  MalformedDigest,
  MalformedName,
]);

/** Types of which a token can be a slip by itself. */
const SUSPECTS = typeTable([
  ...MALFORMED,
  Text,
  Unexpected,
  LeftBracket,
  RightBracket,
  keywords.KiB,
  keywords.MiB,
  keywords.GiB,
]);

function malformed(token: Token): SyntaxError | null {
  const image = clipped(token.image);
  const span = spanOf(token);
  switch (token.tokenType) {
    case UnclosedText:
    case TextOverLines:
      return {
        code: 'BP0002',
        text: 'this text has no closing quote on its line',
        span: lineSpan(token),
        label: 'the text begins here',
        help: 'end it with `"`',
      };
    case ForeignText:
      return {
        code: 'BP0004',
        text: `${image} stands in other quotes than \`"\``,
        span,
        label: 'not a text',
        help: `write "${clipped(token.image.slice(1, -1))}"`,
      };
    case MalformedDate:
      return {
        code: 'BP0005',
        text: `\`${image}\` is not a date`,
        span,
        label: 'malformed date',
        help: 'dates are written year-month-day: `2027-03-31`',
      };
    case MalformedNumber:
      return {
        code: 'BP0006',
        text: `\`${image}\` is not a number`,
        span,
        label: 'malformed number',
        help: numberHelp(token.image),
      };
    case MalformedDigest:
      return {
        code: 'BP0007',
        text: `\`${image}\` is not a digest`,
        span,
        label: 'malformed digest',
        help: 'a digest is `sha256:` and hexadecimal digits, without spaces',
      };
    case MalformedName:
      return {
        code: 'BP0008',
        text: `\`${image}\` is not a name`,
        span,
        label: 'malformed name',
        help: 'names have letters a to z, digits, `_`, and single hyphens inside',
      };
    default:
      return null;
  }
}

function numberHelp(image: string): string {
  const parts = /^(\d+)([A-Za-z]+)$/.exec(image);
  if (parts?.[1] && parts[2]) return `write a space before the unit: \`${parts[1]} ${parts[2]}\``;
  return /^\d+$/.test(image) ? 'numbers are smaller than 2^53' : 'numbers are decimal digits alone';
}

function unknownEscape(token: Token): SyntaxError | null {
  for (let index = 1; index < token.image.length - 1; index += 1) {
    if (token.image[index] !== '\\') continue;
    const escaped = token.image[index + 1] ?? '';
    index += 1;
    if (escaped === '"' || escaped === '\\' || escaped === 'n') continue;
    const start = token.startOffset + index - 1;
    return {
      code: 'BP0003',
      text: `\`\\${escaped}\` is not an escape`,
      span: { start, end: start + 2 },
      label: 'unknown escape',
      help: 'write `\\\\` for a backslash, `\\"` for a quote, `\\n` for a line end',
    };
  }
  return null;
}

/** `9007199254740991 GiB`: each part is fine, the size is not. */
function tooLarge(token: Token, previous: Token): SyntaxError | null {
  const unitBytes = UNIT_BYTES[token.image];
  if (unitBytes === undefined || !token.tokenType.CATEGORIES?.includes(Unit)) return null;
  if (Number.isSafeInteger(Number(previous.image) * unitBytes)) return null;
  const span = { start: previous.startOffset, end: spanOf(token).end };
  return {
    code: 'BP0006',
    text: `\`${previous.image} ${token.image}\` is too large`,
    span,
    label: 'more than 2^53 bytes',
    help: null,
  };
}

function unexpectedCharacters(token: Token): SyntaxError {
  const point = token.image.codePointAt(0) ?? 0;
  const span = spanOf(token);
  const name = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  if (HIDDEN.test(String.fromCodePoint(point))) return hidden(name, span);
  const shown = /[\s\u2000-\u206F]/.test(token.image) ? `the character ${name}` : `\`${clipped(token.image)}\``;
  const help = token.image.startsWith(';') ? 'statements need no `;`' : null;
  return { code: 'BP0001', text: `${shown} is not part of the language`, span, label: 'unexpected character', help };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const HIDDEN =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/;

/** Characters inside texts, names and comments that a reviewer would not see; at most one error a token. */
function hiddenCharacters(tokens: readonly Token[]): readonly SyntaxError[] {
  return tokens.flatMap((token) => {
    const found = token.tokenType === Unexpected ? null : HIDDEN.exec(token.image);
    if (!found) return [];
    const start = token.startOffset + found.index;
    return [
      hidden(`U+${(found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`, {
        start,
        end: start + 1,
      }),
    ];
  });
}

function hidden(name: string, span: Span): SyntaxError {
  return {
    code: 'BP0009',
    text: `the hidden character ${name} stands in the policy`,
    span,
    label: 'cannot be seen',
    help: 'remove it',
  };
}

/** The part of a text that lies on its first line. */
function lineSpan(token: Token): Span {
  const lineEnd = token.image.search(/[\r\n]/);
  return lineEnd < 0 ? spanOf(token) : { start: token.startOffset, end: token.startOffset + lineEnd };
}

/** A user's text, short enough for a message. */
export function clipped(image: string): string {
  return image.length > 40 ? `${image.slice(0, 39)}…` : image;
}
