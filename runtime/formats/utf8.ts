/**
 * Decodes strict UTF-8 (RFC 3629: no overlong forms, no surrogates).
 *
 * Written out because neither the language nor every host of the runtime brings a decoder.
 *
 * @returns the text, or the offset of the first byte that starts no well-formed sequence.
 */
export function decodeUtf8(
  bytes: Uint8Array,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly offsetBytes: number } {
  const pieces: string[] = [];
  let points: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const sequence = readSequence(bytes, at);
    if (sequence === null) return { ok: false, offsetBytes: at };
    points.push(sequence.point);
    at += sequence.size;
    if (points.length < CHUNK) continue;
    pieces.push(String.fromCodePoint(...points));
    points = [];
  }
  pieces.push(String.fromCodePoint(...points));
  return { ok: true, text: pieces.join('') };
}

const CHUNK = 4096;

interface Sequence {
  readonly point: number;
  readonly size: number;
}

function readSequence(bytes: Uint8Array, at: number): Sequence | null {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return { point: first, size: 1 };
  if (first >= 0xc2 && first <= 0xdf) return continued(bytes, at, { bits: first & 0x1f, size: 2, least: 0x80 });
  if (first >= 0xe0 && first <= 0xef) return continued(bytes, at, { bits: first & 0x0f, size: 3, least: 0x800 });
  if (first >= 0xf0 && first <= 0xf4) return continued(bytes, at, { bits: first & 0x07, size: 4, least: 0x10000 });
  return null;
}

function continued(
  bytes: Uint8Array,
  at: number,
  head: { readonly bits: number; readonly size: number; readonly least: number },
): Sequence | null {
  let point = head.bits;
  for (let index = 1; index < head.size; index += 1) {
    const byte = bytes[at + index] ?? 0;
    if ((byte & 0xc0) !== 0x80) return null;
    point = point * 64 + (byte & 0x3f);
  }
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  return point < head.least || point > 0x10ffff || isSurrogate ? null : { point, size: head.size };
}

/** UTF-8 of a text; a lone surrogate becomes the replacement character, as in the web's `TextEncoder`. */
export function encodeUtf8(text: string): Uint8Array {
  const octets: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    octets.push(...octetsOfPoint(point >= 0xd800 && point <= 0xdfff ? 0xfffd : point));
  }
  return Uint8Array.from(octets);
}

function octetsOfPoint(point: number): readonly number[] {
  const six = (shift: number): number => 0x80 | ((point >> shift) & 0x3f);
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), six(0)];
  if (point < 0x10000) return [0xe0 | (point >> 12), six(6), six(0)];
  return [0xf0 | (point >> 18), six(12), six(6), six(0)];
}
