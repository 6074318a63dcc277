import type { ByteRange } from '../bytes/ranges.ts';

/** What pax records say of the entry behind them. */
export interface PaxRecords {
  readonly path?: Uint8Array;
  readonly size?: number;
  readonly isSparse?: boolean;
}

/** A text field: the bytes before its first NUL. */
export function textField(bytes: Uint8Array, [start, end]: ByteRange): Uint8Array {
  const field = bytes.subarray(start, end);
  const nul = field.indexOf(0);
  return nul < 0 ? field : field.subarray(0, nul);
}

/**
 * A number field: octal digits among spaces and NULs, or, when its highest bit is set, a number in base 256 (GNU tar).
 *
 * @returns null for anything else, negative numbers and what no file can measure.
 */
export function numberField(bytes: Uint8Array, [start, end]: ByteRange): number | null {
  const field = bytes.subarray(start, end);
  const first = field[0] ?? 0;
  if (first >= 0x80) return binaryNumber(field);
  const match = /^ *([0-7]*)[ \0]*$/.exec(String.fromCharCode(...field));
  const digits = match?.[1];
  if (digits === undefined) return null;
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

/** The first byte is 0x80 for positive numbers, 0xff for negative ones. */
function binaryNumber(field: Uint8Array): number | null {
  if (field[0] !== 0x80) return null;
  let value = 0;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : null;
}

/** Records `LENGTH KEY=VALUE\n`, the length counting all of the record; null when one is malformed. */
export function paxRecords(bytes: Uint8Array): PaxRecords | null {
  let records: PaxRecords = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(SPACE, at);
    const digits = space < 0 ? '' : asciiOf(bytes.subarray(at, Math.min(space, at + LENGTH_DIGITS)));
    const end = at + Number(digits);
    if (!/^[1-9]\d*$/.test(digits) || end > bytes.length || end <= space || bytes[end - 1] !== LINE_FEED) return null;
    const equals = bytes.indexOf(EQUALS, space);
    if (equals < 0 || equals >= end) return null;
    const read = withRecord(records, asciiOf(bytes.subarray(space + 1, equals)), bytes.subarray(equals + 1, end - 1));
    if (read === null) return null;
    records = read;
    at = end;
  }
  return records;
}

const SPACE = 0x20;
const EQUALS = 0x3d;
const LINE_FEED = 0x0a;
const LENGTH_DIGITS = 16;
const KEY_LIMIT = 64;

function withRecord(records: PaxRecords, key: string, value: Uint8Array): PaxRecords | null {
  if (key === 'path') return { ...records, path: textField(value, [0, value.length]) };
  if (key.startsWith('GNU.sparse.')) return { ...records, isSparse: true };
  if (key !== 'size') return records;
  const digits = asciiOf(value);
  const size = Number(digits);
  return /^\d+$/.test(digits) && Number.isSafeInteger(size) ? { ...records, size } : null;
}

function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, KEY_LIMIT));
}
