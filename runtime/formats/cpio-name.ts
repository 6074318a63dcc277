import { decodeUtf8 } from './utf8.ts';

/**
 * The name in a field of a cpio archive, up to its first NUL, where C ends it.
 *
 * UTF-8 is shown as such; control characters, the backslash and, in names that are not UTF-8, all bytes from 0x80 are
 * shown as `\xNN`. Two names are shown alike only when their bytes are.
 */
export function cpioName(field: Uint8Array): string {
  const nul = field.indexOf(0);
  const bytes = nul < 0 ? field : field.subarray(0, nul);
  if (bytes.every(isPlain)) return String.fromCharCode(...bytes);
  const decoded = decodeUtf8(bytes);
  if (decoded.ok) return escapeName(decoded.text);
  return Array.from(bytes, (byte) => (isPlain(byte) ? String.fromCharCode(byte) : escaped(byte))).join('');
}

/** A name as people write it, in the form of `cpioName`. */
export function escapeName(text: string): string {
  return Array.from(text, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point >= 0x80 || isPlain(point) ? character : escaped(point);
  }).join('');
}

const BACKSLASH = 0x5c;

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && byte !== BACKSLASH;
}

function escaped(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
