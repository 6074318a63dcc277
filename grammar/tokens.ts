import { createToken, EOF, Lexer, type TokenType } from 'chevrotain';

/** Any word: a name, or a keyword that stands where a name may. */
export const Word = category('Word', 'a name');
/** Words that can begin a declaration of a nested layer: every word that begins nothing else. */
export const ChildName = category('ChildName', 'a layer');
/** Words that can begin a property: as above, without `sbat`, which has a form of its own. */
export const PropertyName = category('PropertyName', 'a property');
/** Words that follow the number of a size. */
export const Unit = category('Unit', 'a unit');

const OPEN = [Word, ChildName, PropertyName];

const Name = createToken({ name: 'Name', label: 'a name', pattern: Lexer.NA, categories: OPEN });
/** A word with letters that names do not have; stands in for the name it was meant to be. */
export const MalformedName = createToken({ name: 'MalformedName', pattern: Lexer.NA, categories: OPEN });

/**
 * The words of the language. All are contextual: where a name is expected, each of them is a name.
 *
 * `reserved` ones cannot begin a nested layer or a property, since they begin something else there.
 */
export const keywords = {
  language: reserved('language'),
  policy: reserved('policy'),
  version: open('version'),
  signers: reserved('signers'),
  file: open('file'),
  param: reserved('param'),
  revoked: reserved('revoked'),
  artifact: reserved('artifact'),
  layer: reserved('layer'),
  at: reserved('at'),
  waive: reserved('waive'),
  test: reserved('test'),
  assert: reserved('assert'),
  import: reserved('import'),
  require: reserved('require'),
  forbid: reserved('forbid'),
  warn: reserved('warn'),
  from: open('from'),
  otherwise: reserved('otherwise'),
  section: reserved('section'),
  optional: open('optional'),
  absent: open('absent'),
  many: open('many'),
  one: reserved('one'),
  of: reserved('of'),
  any: reserved('any'),
  all: reserved('all'),
  none: reserved('none'),
  signed: reserved('signed'),
  allowed: reserved('allowed'),
  covered: reserved('covered'),
  by: reserved('by'),
  and: reserved('and'),
  or: reserved('or'),
  not: reserved('not'),
  sbat: createToken({ name: 'Sbat', label: 'sbat', pattern: Lexer.NA, categories: [Word, ChildName] }),
  in: reserved('in'),
  KiB: unit('KiB'),
  MiB: unit('MiB'),
  GiB: unit('GiB'),
  digest: open('digest'),
  key: open('key'),
  valid: open('valid'),
  signing: open('signing'),
  now: open('now'),
  validity: open('validity'),
  ignored: open('ignored'),
  count: open('count'),
  timestamped: open('timestamped'),
  scheme: open('scheme'),
  sees: open('sees'),
  trimmed: open('trimmed'),
  beside: open('beside'),
  like: open('like'),
  loads: open('loads'),
  enforce: open('enforce'),
  nothing: open('nothing'),
  until: open('until'),
  for: open('for'),
  because: open('because'),
  given: open('given'),
  expect: open('expect'),
} as const;

export const LeftBrace = sign('LeftBrace', '{');
export const RightBrace = sign('RightBrace', '}');
export const Comma = sign('Comma', ',');
export const Colon = sign('Colon', ':');
export const AtMost = sign('AtMost', '<=');
export const AtLeast = sign('AtLeast', '>=');
export const Equals = sign('Equals', '=');
/** Operators of other languages. */
export const ForeignOperator = lexed('ForeignOperator', /==|!=|=<|=>|&&|\|\||[<>!&|]/, ['=', '!', '&', '|', '<', '>']);
export const LeftBracket = lexed('LeftBracket', /[[(]/, ['[', '(']);
export const RightBracket = lexed('RightBracket', /[\])]/, [']', ')']);

export const Text = createToken({
  name: 'Text',
  label: '"text"',
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/,
  start_chars_hint: ['"'],
  line_breaks: false,
});
/** A text whose closing quote stands on the next line: the quotes of that line only pair up this way. */
export const TextOverLines = createToken({
  name: 'TextOverLines',
  pattern: /"[^"\r\n]*(?:\r\n|\n|\r)[^"\r\n]*"(?=[^"\r\n]*(?:"[^"\r\n]*"[^"\r\n]*)*(?![^\r\n]))/,
  start_chars_hint: ['"'],
  line_breaks: true,
  categories: [Text],
});
export const UnclosedText = createToken({
  name: 'UnclosedText',
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*\\?/,
  start_chars_hint: ['"'],
  line_breaks: false,
  categories: [Text],
});
/** Text in other quotes than `"`. */
export const ForeignText = createToken({
  name: 'ForeignText',
  pattern: /'[^'\r\n]*'|[\u201C-\u201E][^\u201C-\u201E"\r\n]*[\u201C-\u201E"]/,
  start_chars_hint: ["'", '\u201C', '\u201D', '\u201E'],
  line_breaks: false,
  categories: [Text],
});

/** A run that begins with a digit: a number, a date, or neither. */
export const Digits = lexed('Digits', /\d(?:[\w.\-/]|:\d)*/, '0123456789'.split(''));
export const NumberToken = createToken({ name: 'Number', label: 'a number', pattern: Lexer.NA });
export const MalformedNumber = createToken({ name: 'MalformedNumber', pattern: Lexer.NA, categories: [NumberToken] });
export const DateToken = createToken({ name: 'Date', label: 'a date', pattern: Lexer.NA });
export const MalformedDate = createToken({ name: 'MalformedDate', pattern: Lexer.NA, categories: [DateToken] });

export const Digest = createToken({
  name: 'DigestLiteral',
  label: 'a digest',
  pattern: /(?:sha|md)\d+:[\w-]+|[A-Za-z]\w*:[0-9a-fA-F]{16}[\w-]*/,
  line_breaks: false,
});
export const MalformedDigest = createToken({ name: 'MalformedDigest', pattern: Lexer.NA, categories: [Digest] });

/** Letters beyond ASCII are lexed as part of a word, so that one strange letter is one slip. */
export const Letters = createToken({
  name: 'Letters',
  pattern:
    /[A-Za-z_\u00A1-\u167F\u1681-\u1FFF\u2070-\u2FFF\u3001-\uFEFE\uFF00-\uFFFF][\w\-\u00A1-\u167F\u1681-\u1FFF\u2070-\u2FFF\u3001-\uFEFE\uFF00-\uFFFF]*/,
  line_breaks: false,
});

/** From `#` to the end of the line. */
export const Comment = createToken({
  name: 'Comment',
  pattern: /#[^\r\n]*/,
  start_chars_hint: ['#'],
  line_breaks: false,
  group: 'comments',
});
const WhiteSpace = createToken({ name: 'WhiteSpace', pattern: /[ \t\r\n]+/, line_breaks: true, group: Lexer.SKIPPED });
/** Characters that no other token has; made by the lexer's own recovery and never given to the parser. */
export const Unexpected = createToken({ name: 'Unexpected', pattern: Lexer.NA });

/** What the patterns tell apart, the first that fits; `retyped` then finds keywords, numbers and dates in `Letters` and `Digits`. */
export const LEXED: readonly TokenType[] = [
  WhiteSpace,
  Comment,
  Text,
  TextOverLines,
  UnclosedText,
  ForeignText,
  Digest,
  Digits,
  Letters,
  AtMost,
  AtLeast,
  ForeignOperator,
  Equals,
  LeftBrace,
  RightBrace,
  LeftBracket,
  RightBracket,
  Comma,
  Colon,
];

/** Every token type that the parser can meet. */
export const VOCABULARY: readonly TokenType[] = [
  Word,
  ChildName,
  PropertyName,
  Unit,
  Name,
  MalformedName,
  ...Object.values(keywords),
  Text,
  TextOverLines,
  UnclosedText,
  ForeignText,
  NumberToken,
  MalformedNumber,
  DateToken,
  MalformedDate,
  Digest,
  MalformedDigest,
  AtMost,
  AtLeast,
  Equals,
  ForeignOperator,
  LeftBrace,
  RightBrace,
  LeftBracket,
  RightBracket,
  Comma,
  Colon,
];

/** More than any number of a type. */
const TYPES = 1 + Math.max(...[EOF, Unexpected, ...VOCABULARY].map(({ tokenTypeIdx = 0 }) => tokenTypeIdx));

/** By the number of a type of tokens: 1 for these types, and for those that they are the category of. */
export function typeTable(types: Iterable<TokenType>): Uint8Array {
  const table = new Uint8Array(TYPES);
  const wanted = new Set(types);
  for (const type of [EOF, Unexpected, ...VOCABULARY]) {
    const isWanted = wanted.has(type) || (type.CATEGORIES ?? []).some((category) => wanted.has(category));
    if (isWanted) table[type.tokenTypeIdx ?? 0] = 1;
  }
  return table;
}

const KEYWORDS_BY_TEXT: ReadonlyMap<string, TokenType> = new Map(Object.entries(keywords));
const NAME_FORM = /^[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/;

const TEXTS_OF_KEYWORDS: ReadonlyMap<TokenType, string> = new Map(
  Object.entries(keywords).map(([text, type]) => [type, text]),
);

/** The letters of a keyword; null for every other type. */
export function keywordText(type: TokenType): string | null {
  return TEXTS_OF_KEYWORDS.get(type) ?? null;
}

/** The exact type of a lexed token: which keyword its letters spell, whether its digits are a number or a date. */
export function retyped(type: TokenType, image: string): TokenType {
  if (type === Letters) return KEYWORDS_BY_TEXT.get(image) ?? (NAME_FORM.test(image) ? Name : MalformedName);
  if (type === Digest) return /^[A-Za-z]\w*:[0-9a-fA-F]+$/.test(image) ? Digest : MalformedDigest;
  if (type !== Digits) return type;
  if (/^\d+$/.test(image)) return Number.isSafeInteger(Number(image)) ? NumberToken : MalformedNumber;
  if (/^\d{4}-\d{2}-\d{2}$/.test(image)) return DateToken;
  return /^\d+[-/.:]\d+[-/.:]\d|^\d{4}[-/]/.test(image) ? MalformedDate : MalformedNumber;
}

/** What a token is by itself; a keyword may still be used as a name. */
export type TokenRole = 'keyword' | 'name' | 'text' | 'number' | 'date' | 'digest' | 'sign' | 'unknown';

/** The role of a token type. */
export function roleOfToken(type: TokenType): TokenRole {
  const is = (other: TokenType): boolean => type === other || (type.CATEGORIES ?? []).includes(other);
  if (type === Name || type === MalformedName) return 'name';
  if (is(Word)) return 'keyword';
  if (is(Text)) return 'text';
  if (is(NumberToken)) return 'number';
  if (is(DateToken)) return 'date';
  if (is(Digest)) return 'digest';
  return type === Unexpected ? 'unknown' : 'sign';
}

function category(name: string, label: string): TokenType {
  return createToken({ name, label, pattern: Lexer.NA });
}

function open(text: string): TokenType {
  return createToken({ name: keywordName(text), label: text, pattern: Lexer.NA, categories: OPEN });
}

function reserved(text: string): TokenType {
  return createToken({ name: keywordName(text), label: text, pattern: Lexer.NA, categories: [Word] });
}

function unit(text: string): TokenType {
  return createToken({ name: text, label: text, pattern: Lexer.NA, categories: [...OPEN, Unit] });
}

function keywordName(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function sign(name: string, text: string): TokenType {
  return createToken({ name, label: text, pattern: text });
}

function lexed(name: string, pattern: RegExp, starts: string[]): TokenType {
  return createToken({ name, pattern, start_chars_hint: starts, line_breaks: false });
}
