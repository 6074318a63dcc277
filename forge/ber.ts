import { concatBytes } from './bytes.ts';

/** How DER is written anew as BER. */
export interface BerStyle {
  /** Constructed elements: `definite`, or `indefinite` with an end-of-contents behind. */
  readonly constructed: 'definite' | 'indefinite';
  /** Octets of every length beyond what it needs. */
  readonly lengthPadding: 0 | 1 | 2;
  /** OCTET STRINGs longer than this many bytes are cut into pieces of so many; null leaves them whole. */
  readonly pieceBytes: number | null;
  /** Elements that stay as they are, such as certificates, whose own signature is over their bytes. */
  readonly kept: readonly Uint8Array[];
}

/** Writes a DER element as BER (X.690, sections 8.1.3 and 8.7.3): the same value, other octets. */
export function asBer(der: Uint8Array, style: BerStyle): Uint8Array {
  const { tag, contents } = splitElement(der);
  if (style.kept.some((element) => Buffer.compare(element, der) === 0)) return der;
  if ((tag & 0x20) !== 0)
    return written(
      tag,
      membersOf(contents).map((member) => asBer(member, style)),
      style,
    );
  const { pieceBytes } = style;
  if (tag !== 0x04 || pieceBytes === null || contents.length <= pieceBytes) return written(tag, [contents], style);
  const count = Math.ceil(contents.length / pieceBytes);
  const pieces = Array.from({ length: count }, (_, index) =>
    written(0x04, [contents.slice(index * pieceBytes, (index + 1) * pieceBytes)], style),
  );
  return written(0x24, pieces, style);
}

function written(tag: number, parts: readonly Uint8Array[], style: BerStyle): Uint8Array {
  const body = concatBytes(...parts);
  if ((tag & 0x20) !== 0 && style.constructed === 'indefinite') {
    return concatBytes(Uint8Array.of(tag, 0x80), body, Uint8Array.of(0, 0));
  }
  return concatBytes(Uint8Array.of(tag, ...lengthOctets(body.length, style.lengthPadding)), body);
}

function lengthOctets(length: number, padding: number): readonly number[] {
  if (length < 0x80 && padding === 0) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  for (let extra = 0; extra < padding; extra += 1) octets.unshift(0);
  if (octets.length === 0) octets.push(0);
  return [0x80 | octets.length, ...octets];
}

/** The elements in the contents of a constructed one, each whole. */
export function membersOf(contents: Uint8Array): readonly Uint8Array[] {
  const members: Uint8Array[] = [];
  for (let at = 0; at < contents.length; ) {
    const { end } = splitElement(contents.subarray(at));
    members.push(contents.subarray(at, at + end));
    at += end;
  }
  return members;
}

/** The first element of bytes that are known to be DER. */
export function splitElement(der: Uint8Array): {
  readonly tag: number;
  readonly contents: Uint8Array;
  readonly end: number;
} {
  const [tag = 0, first = 0] = der;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const length = octets === 0 ? first : der.subarray(2, 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0);
  const start = 2 + octets;
  return { tag, contents: der.subarray(start, start + length), end: start + length };
}
