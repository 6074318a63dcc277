import { FormatError } from '../bytes/format-error.ts';
import { decodeUtf8 } from './utf8.ts';
import { firstNonZero } from './zero-bytes.ts';

/**
 * Reads a section as text: strict UTF-8 up to the first NUL, as systemd's stub takes it (src/boot/stub.c).
 *
 * Bytes other than zero behind that NUL are refused: readers that go by the section's size would take them for text.
 *
 * @param layer path, for errors; offsets count from the section's start.
 * @throws FormatError `text-not-utf8`, `text-after-nul`.
 */
export function sectionText(bytes: Uint8Array, layer: string): string {
  const nul = bytes.indexOf(0);
  const end = nul < 0 ? bytes.length : nul;
  const decoded = decodeUtf8(bytes.subarray(0, end));
  if (!decoded.ok) {
    const { offsetBytes } = decoded;
    throw new FormatError({ code: 'text-not-utf8', text: 'the text is not UTF-8', layer, offsetBytes, lengthBytes: 1 });
  }
  const junk = firstNonZero(bytes, end, bytes.length);
  if (junk === bytes.length) return decoded.text;
  const text = `${bytes.length - junk} bytes follow the NUL that ends the text at ${end}`;
  throw new FormatError({ code: 'text-after-nul', text, layer, offsetBytes: junk, lengthBytes: bytes.length - junk });
}

/**
 * The words of a kernel command line, cut as the kernel cuts them (Linux lib/cmdline.c `next_arg`, lib/ctype.c).
 *
 * White space inside double quotes does not cut; quotes around a whole word, or around the value behind its first `=`,
 * are taken off. The kernel takes byte 0xa0 for white space, also inside a UTF-8 character: such characters cut.
 */
export function commandLineWords(text: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let isQuoted = false;
  for (const character of text) {
    if (!isQuoted && isSpace(character)) {
      if (word !== '') words.push(withoutQuotes(word));
      word = '';
      continue;
    }
    if (character === '"') isQuoted = !isQuoted;
    word += character;
  }
  return word === '' ? words : [...words, withoutQuotes(word)];
}

function isSpace(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return point === 0x20 || (point >= 0x09 && point <= 0x0d);
  // Continuation bytes are 0x80 plus six bits of the character; 0xa0 has just the fifth set.
  const sixes = [point & 0x3f, point < 0x800 ? 0 : (point >> 6) & 0x3f, point < 0x10000 ? 0 : (point >> 12) & 0x3f];
  return sixes.includes(0x20);
}

function withoutQuotes(word: string): string {
  const isWhole = word.startsWith('"');
  const open = isWhole ? word.slice(1) : word;
  const equals = open.indexOf('=', 1);
  const isValueQuoted = equals > 0 && open[equals + 1] === '"';
  const name = isValueQuoted ? open.slice(0, equals + 1) : open;
  const value = isValueQuoted ? open.slice(equals + 2) : '';
  const joined = name + value;
  return (isWhole || isValueQuoted) && joined.endsWith('"') ? joined.slice(0, -1) : joined;
}
