import { FormatError } from '../bytes/format-error.ts';

/** A value of a JSON text, with its place in the bytes. */
export type JsonNode = JsonPlace &
  (
    | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode> }
    | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'word'; readonly word: 'true' | 'false' | 'null' }
  );

interface JsonPlace {
  readonly start: number;
  readonly end: number;
}

/** What the text is part of, for errors. */
export interface JsonSource {
  readonly layer: string;
  /** Code of every error. */
  readonly code: string;
}

/** Deepest nesting; a signature file needs 4. */
const JSON_DEPTH_LIMIT = 16;

/**
 * Reads one JSON value (RFC 8259), in ASCII, with nothing but white space around it.
 *
 * Stricter than the standard, because readers differ there: a name that comes twice in an object is refused, and so are
 * characters outside ASCII. Cost: linear in the bytes.
 *
 * @throws FormatError with the caller's code.
 */
export function readStrictJson(bytes: Uint8Array, source: JsonSource): JsonNode {
  const cursor: Cursor = { bytes, source, at: 0 };
  const root = readValue(cursor, 1);
  skipSpace(cursor);
  if (cursor.at < bytes.length) throw fault(cursor, 'something follows the JSON text');
  return root;
}

interface Cursor {
  readonly bytes: Uint8Array;
  readonly source: JsonSource;
  at: number;
}

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function readValue(cursor: Cursor, depth: number): JsonNode {
  skipSpace(cursor);
  if (depth > JSON_DEPTH_LIMIT) throw fault(cursor, `the JSON text is nested more than ${JSON_DEPTH_LIMIT} deep`);
  const start = cursor.at;
  const first = cursor.bytes[start];
  if (first === OPEN_BRACE) return readObject(cursor, depth);
  if (first === OPEN_BRACKET) return readArray(cursor, depth);
  if (first === QUOTE) {
    const text = readString(cursor);
    return { kind: 'string', text, start, end: cursor.at };
  }
  return readScalar(cursor);
}

function readObject(cursor: Cursor, depth: number): JsonNode {
  const start = cursor.at;
  const members = new Map<string, JsonNode>();
  readList(cursor, CLOSE_BRACE, () => {
    const at = cursor.at;
    const name = readString(cursor);
    if (members.has(name)) throw fault({ ...cursor, at }, `the name \`${name}\` comes twice in one object`);
    skipSpace(cursor);
    if (cursor.bytes[cursor.at] !== COLON) throw fault(cursor, 'a `:` is missing');
    cursor.at += 1;
    members.set(name, readValue(cursor, depth + 1));
  });
  return { kind: 'object', members, start, end: cursor.at };
}

function readArray(cursor: Cursor, depth: number): JsonNode {
  const start = cursor.at;
  const items: JsonNode[] = [];
  readList(cursor, CLOSE_BRACKET, () => items.push(readValue(cursor, depth + 1)));
  return { kind: 'array', items, start, end: cursor.at };
}

/** Reads members up to the closing sign, with commas between them. */
function readList(cursor: Cursor, close: number, readMember: () => void): void {
  cursor.at += 1;
  skipSpace(cursor);
  if (cursor.bytes[cursor.at] === close) {
    cursor.at += 1;
    return;
  }
  for (;;) {
    skipSpace(cursor);
    readMember();
    skipSpace(cursor);
    const sign = cursor.bytes[cursor.at];
    if (sign !== COMMA && sign !== close) throw fault(cursor, 'a `,` or a closing bracket is missing');
    cursor.at += 1;
    if (sign === close) return;
  }
}

/** A string; escapes are undone, a lone surrogate stays one. */
function readString(cursor: Cursor): string {
  const { bytes } = cursor;
  if (bytes[cursor.at] !== QUOTE) throw fault(cursor, 'a string is missing');
  const start = cursor.at;
  let isEscaped = false;
  for (cursor.at += 1; ; cursor.at += 1) {
    const byte = bytes[cursor.at] ?? 0;
    if (byte < 0x20 || byte > 0x7e) throw fault(cursor, 'a string does not end, or is not ASCII');
    if (isEscaped) isEscaped = false;
    else if (byte === BACKSLASH) isEscaped = true;
    else if (byte === QUOTE) break;
  }
  cursor.at += 1;
  const text = asciiOf(bytes.subarray(start + 1, cursor.at - 1));
  if (!text.includes('\\')) return text;
  const wrong = /\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.replace(/\\\\/g, '  '));
  if (wrong !== null) throw fault({ ...cursor, at: start + 1 + wrong.index }, 'an escape that JSON does not know');
  return text.replace(/\\(u([0-9a-fA-F]{4})|.)/g, (_, sign: string, hex: string | undefined) =>
    hex === undefined ? (ESCAPES.get(sign) ?? sign) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Longest number or word that is looked at. */
const SCALAR_LIMIT = 32;

function readScalar(cursor: Cursor): JsonNode {
  const start = cursor.at;
  const text = asciiOf(cursor.bytes.subarray(start, start + SCALAR_LIMIT));
  const [scalar = ''] = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/.exec(text) ?? [];
  if (scalar === '') throw fault(cursor, 'neither an object, an array, a string, a number nor true, false, null');
  cursor.at += scalar.length;
  const place = { start, end: cursor.at };
  if (scalar === 'true' || scalar === 'false' || scalar === 'null') return { kind: 'word', word: scalar, ...place };
  return { kind: 'number', value: Number(scalar), ...place };
}

function skipSpace(cursor: Cursor): void {
  for (;;) {
    const byte = cursor.bytes[cursor.at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return;
    cursor.at += 1;
  }
}

function asciiOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function fault({ source, at }: Cursor, text: string): FormatError {
  return new FormatError({ ...source, text: `the JSON is malformed: ${text}`, offsetBytes: at, lengthBytes: 0 });
}
