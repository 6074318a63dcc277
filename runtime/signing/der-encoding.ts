import { joined } from './der-fields.ts';
import { contentOf, type DerDocument, type DerNode, elementOf } from './der.ts';

/** An element under another identifier octet, with its length in the fewest octets. */
export function element(tag: number, contents: Uint8Array): Uint8Array {
  return joined([Uint8Array.of(tag, ...lengthOctets(contents.length)), contents]);
}

/**
 * The DER encoding of an element that BER allows: definite lengths in the fewest octets, strings in one piece.
 *
 * Members of a SET keep their order, and contents stay as they are: OpenSSL's `ASN1_item_i2d` of received attributes does
 * no more. Depth is bounded by `DER_DEPTH_LIMIT`; cost is linear in bytes times depth.
 */
function derOf(document: DerDocument, node: DerNode): Uint8Array {
  if (document.deviation === null) return elementOf(document, node);
  if ((node.tag & CONSTRUCTED) === 0) return element(node.tag, contentOf(document, node));
  const isString = (node.tag & CLASS_MASK) === 0 && STRINGS.has(node.tag & TAG_NUMBER);
  if (isString) return element(node.tag & ~CONSTRUCTED, joined(pieces(document, node)));
  return element(node.tag, contentsInDer(document, node));
}

/** The members of a constructed element, each in DER. */
export function contentsInDer(document: DerDocument, node: DerNode): Uint8Array {
  return joined(node.children.map((child) => derOf(document, child)));
}

/** Octets of a string in pieces; of a BIT STRING every piece has a count of unused bits, and the first is kept. */
function pieces(document: DerDocument, node: DerNode): readonly Uint8Array[] {
  if (node.children.length === 0) return [contentOf(document, node)];
  const found = node.children.flatMap((child) => pieces(document, child));
  const isBits = (node.tag & TAG_NUMBER) === 0x03;
  return isBits ? found.map((piece, index) => (index === 0 ? piece : piece.subarray(1))) : found;
}

const CONSTRUCTED = 0x20;
const CLASS_MASK = 0xc0;
const TAG_NUMBER = 0x1f;
/** BIT STRING, OCTET STRING, UTF8String and the character strings. */
const STRINGS: ReadonlySet<number> = new Set([0x03, 0x04, 0x0c, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x1a, 0x1e]);

/** X.690, section 10.1. */
function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}
