import { FormatError } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { contentOf, type DerDocument, type DerNode } from './der.ts';

/** Identifier octets of the types that signatures and certificates are made of. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  /** The constructed form, which only BER has. */
  octetStringInPieces: 0x24,
  null: 0x05,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** `[0]` and so on; primitive and constructed. */
  context0: 0x80,
  context1: 0x81,
  context2: 0x82,
  explicit0: 0xa0,
  explicit1: 0xa1,
  explicit2: 0xa2,
  explicit3: 0xa3,
} as const;

/** The members of one constructed element, taken one after another. */
export interface Fields {
  /** @throws FormatError `asn1-field` when the next member is absent or of another type. */
  take(tag: number, name: string): DerNode;
  /** The next member when it has the tag. */
  takeIf(tag: number): DerNode | null;
  /** The next member, whatever its type; @throws FormatError `asn1-field` when there is none. */
  takeAny(name: string): DerNode;
  /** @throws FormatError `asn1-field` when members are left. */
  done(name: string): void;
}

/** Opens a constructed element for reading in order. */
export function fieldsOf(document: DerDocument, node: DerNode): Fields {
  let next = 0;
  const takeAny = (name: string): DerNode => {
    const field = node.children[next];
    if (field === undefined) throw fieldError(document, node.end, `no ${name}`);
    next += 1;
    return field;
  };
  return {
    take: (tag, name) => {
      const field = takeAny(name);
      if (field.tag === tag) return field;
      throw fieldError(
        document,
        field.start,
        `0x${hexByte(field.tag)} where the ${name} should be (0x${hexByte(tag)})`,
      );
    },
    takeIf: (tag) => (node.children[next]?.tag === tag ? takeAny('member') : null),
    takeAny,
    done: (name) => {
      const left = node.children[next];
      if (left !== undefined) throw fieldError(document, left.start, `an unexpected member at the end of the ${name}`);
    },
  };
}

/** Dotted decimals of an OBJECT IDENTIFIER. */
export function objectIdentifier(document: DerDocument, node: DerNode): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const octet of contentOf(document, node)) {
    arc = arc * 128n + BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    if (arcs.length === 0) {
      const first = arc < 40n ? 0n : arc < 80n ? 1n : 2n;
      arcs.push(first, arc - first * 40n);
    } else arcs.push(arc);
    arc = 0n;
  }
  return arcs.join('.');
}

/** A small non-negative INTEGER, such as a version; @throws FormatError `asn1-field` for any other. */
export function smallInteger(document: DerDocument, node: DerNode): number {
  const content = contentOf(document, node);
  const value = content.reduce((sum, octet) => sum * 256 + octet, 0);
  if (content.length <= 4 && (content[0] ?? 0x80) < 0x80) return value;
  throw fieldError(document, node.start, `the number 0x${hexOf(content.subarray(0, 16))} is out of range`);
}

/** Octets of an OCTET STRING, also when BER brings it in pieces. */
export function octetsOf(document: DerDocument, node: DerNode): Uint8Array {
  if (node.children.length === 0) return contentOf(document, node);
  const pieces: Uint8Array[] = [];
  const waiting = [...node.children].reverse();
  for (let piece = waiting.pop(); piece !== undefined; piece = waiting.pop()) {
    if (piece.children.length === 0) pieces.push(contentOf(document, piece));
    else waiting.push(...[...piece.children].reverse());
  }
  return joined(pieces);
}

/** Takes an OCTET STRING, in one piece or, as BER allows, in several. @throws FormatError `asn1-field`. */
export function takeOctets(document: DerDocument, fields: Fields, name: string): Uint8Array {
  return octetsOf(document, fields.takeIf(TAG.octetStringInPieces) ?? fields.take(TAG.octetString, name));
}

/** Octets of a BIT STRING of whole octets; @throws FormatError `asn1-field` when bits are left over. */
export function bitStringOctets(document: DerDocument, node: DerNode): Uint8Array {
  const content = contentOf(document, node);
  if (content[0] === 0 && node.children.length === 0) return content.subarray(1);
  throw fieldError(document, node.start, 'a BIT STRING that is not whole octets');
}

/**
 * GeneralizedTime as timestamps have it, with an optional fraction of a second (RFC 3161, section 2.4.2).
 *
 * @throws FormatError `asn1-field`.
 */
export function preciseTimeOf(document: DerDocument, node: DerNode): Date {
  const text = String.fromCharCode(...contentOf(document, node).subarray(0, 32));
  const match = /^(\d{14})(?:\.(\d*[1-9]))?Z$/.exec(text);
  const whole = node.tag === TAG.generalizedTime ? dateOf(match?.[1] ?? '') : null;
  if (whole === null) throw fieldError(document, node.start, 'a time that is not `YYYYMMDDhhmmss[.s]Z`');
  return new Date(whole.getTime() + Math.floor(Number(`0.${match?.[2] ?? '0'}`) * 1000));
}

/**
 * UTCTime or GeneralizedTime in the one form that RFC 5280, section 4.1.2.5 allows: seconds, `Z`, no fraction.
 *
 * @throws FormatError `asn1-field` for another form or an impossible date.
 */
export function timeOf(document: DerDocument, node: DerNode): Date {
  const text = String.fromCharCode(...contentOf(document, node).subarray(0, 20));
  const utc = node.tag === TAG.utcTime && /^\d{12}Z$/.test(text);
  const general = node.tag === TAG.generalizedTime && /^\d{14}Z$/.test(text);
  const century = Number(text.slice(0, 2)) < 50 ? '20' : '19';
  const date = utc || general ? dateOf((utc ? century + text : text).slice(0, 14)) : null;
  if (date !== null) return date;
  throw fieldError(document, node.start, 'a time that is not `YYMMDDhhmmssZ` or `YYYYMMDDhhmmssZ`');
}

/** Whether a time is a GeneralizedTime though RFC 5280, section 4.1.2.5 has UTCTime for its year, 1950 to 2049. */
export function isEarlyGeneralizedTime(document: DerDocument, node: DerNode): boolean {
  if (node.tag !== TAG.generalizedTime) return false;
  const year = timeOf(document, node).getUTCFullYear();
  return year >= 1950 && year < 2050;
}

/** The UTC time that fourteen digits stand for; null when there is no such time. */
function dateOf(digits: string): Date | null {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  const date = new Date(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
  const real = !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day) && hour !== '24';
  return real ? date : null;
}

/** Concatenation. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two byte strings are equal. These are public values: time may depend on them. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}

/** A fault of structure at a place in the document. */
export function fieldError(document: DerDocument, at: number, text: string): FormatError {
  const { layer, offsetBytes } = document.place;
  return new FormatError({ code: 'asn1-field', text, layer, offsetBytes: offsetBytes + at, lengthBytes: 0 });
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
