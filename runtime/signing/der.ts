import { FormatError } from '../bytes/format-error.ts';

/**
 * One ASN.1 element, by its places in the document's bytes (ITU-T X.690, section 8.1).
 *
 * ```
 * tag length contents             [end-of-contents, only when the length is indefinite]
 * ^start     ^contentStart        ^contentEnd      ^end
 * ```
 */
export interface DerNode {
  /** The identifier octet: class, constructed bit, tag number below 31. */
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
  /** Of a constructed element, in order; empty for a primitive one. */
  readonly children: readonly DerNode[];
}

/** Bytes read as one element, with what makes them BER and not DER. */
export interface DerDocument {
  readonly bytes: Uint8Array;
  readonly place: DerPlace;
  readonly root: DerNode;
  /** The first thing that DER forbids and BER allows; null when the bytes are DER. Offset in the document. */
  readonly deviation: Deviation | null;
  /** The first deviation of each kind, in the order in which they were met. */
  readonly deviations: readonly Deviation[];
}

/** Something that BER allows and DER does not (X.690, section 10 and 11). */
export interface Deviation {
  readonly kind: DeviationKind;
  readonly text: string;
  readonly offsetBytes: number;
}

/**
 * `indefinite-length` and `length` say the same with other octets; `string-in-pieces` is a constructed string, which
 * OpenSSL joins and Linux refuses; `value` is contents that could be written in another way.
 */
export type DeviationKind = 'indefinite-length' | 'length' | 'string-in-pieces' | 'value';

/** Where the bytes stand in a layer, so that faults name a place that can be looked at. */
export interface DerPlace {
  readonly layer: string;
  /** Added to every offset of a fault. */
  readonly offsetBytes: number;
}

/** Deepest nesting: a signature with certificates needs 12, and Linux `lib/asn1_decoder.c` has room for 10. */
export const DER_DEPTH_LIMIT = 32;
/** Most elements of one document; a signature with 100 certificates has about 8,000. */
export const DER_NODE_LIMIT = 32_768;
const OBJECT_IDENTIFIER_LIMIT_BYTES = 64;
const LONG_LENGTH_LIMIT_BYTES = 4;

/**
 * Reads the element at the start of the bytes: the gate that all ASN.1 passes before anything believes it.
 *
 * What DER forbids but BER allows is remembered as `deviation`, because some enforcers take it; everything else that is
 * wrong throws. Bytes after the element are the caller's to judge. Iterative; time and memory are linear in the bytes.
 *
 * @throws FormatError `der-truncated`, `der-length`, `der-tag`, `der-content`, `der-too-deep`, `der-too-many`.
 */
export function readDer(bytes: Uint8Array, place: DerPlace): DerDocument {
  const state: ReadingState = { bytes, place, deviations: new Map(), nodes: 0 };
  const root = readHeader(state, 0, bytes.length);
  const open: OpenNode[] = isConstructed(root.tag) ? [root] : [];
  if (open.length === 0) checkPrimitive(state, root);
  for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
    const at = node.children.at(-1)?.end ?? node.contentStart;
    if (closes(state, node, at)) {
      open.pop();
      continue;
    }
    const child = readHeader(state, at, node.contentEnd);
    node.children.push(child);
    if (!isConstructed(child.tag)) checkPrimitive(state, child);
    else if (open.length < DER_DEPTH_LIMIT) open.push(child);
    else throw fault(state, { code: 'der-too-deep', text: `more than ${DER_DEPTH_LIMIT} levels of ASN.1` }, at);
  }
  const deviations = [...state.deviations.values()];
  return { bytes, place, root, deviation: deviations[0] ?? null, deviations };
}

/** An element of a document as a document of its own: the same bytes and places. What deviates was said of the whole. */
export function subDocument({ bytes, place }: DerDocument, root: DerNode): DerDocument {
  return { bytes, place, root, deviation: null, deviations: [] };
}

/** Contents of an element, a view. */
export function contentOf(document: DerDocument, node: DerNode): Uint8Array {
  return document.bytes.subarray(node.contentStart, node.contentEnd);
}

/** The whole element: tag, length and contents, a view. */
export function elementOf(document: DerDocument, node: DerNode): Uint8Array {
  return document.bytes.subarray(node.start, node.end);
}

interface OpenNode {
  tag: number;
  start: number;
  contentStart: number;
  /** Of an indefinite length: the enclosing end, until the end-of-contents is found. */
  contentEnd: number;
  end: number;
  indefinite: boolean;
  children: OpenNode[];
}

interface ReadingState {
  readonly bytes: Uint8Array;
  readonly place: DerPlace;
  readonly deviations: Map<DeviationKind, Deviation>;
  nodes: number;
}

const CONSTRUCTED = 0x20;
const CLASS_MASK = 0xc0;
const HIGH_TAG_NUMBER = 0x1f;

function isConstructed(tag: number): boolean {
  return (tag & CONSTRUCTED) !== 0;
}

/** X.690 sections 8.1.2 and 8.1.3: identifier and length octets. */
function readHeader(state: ReadingState, start: number, limit: number): OpenNode {
  state.nodes += 1;
  if (state.nodes > DER_NODE_LIMIT) {
    throw fault(state, { code: 'der-too-many', text: `more than ${DER_NODE_LIMIT} elements of ASN.1` }, start);
  }
  const tag = octet(state, start, limit);
  if ((tag & HIGH_TAG_NUMBER) === HIGH_TAG_NUMBER) {
    throw fault(state, { code: 'der-tag', text: 'a tag number of 31 or more' }, start);
  }
  if (tag === 0) throw fault(state, { code: 'der-tag', text: 'an end-of-contents where an element should be' }, start);
  checkForm(state, tag, start);
  const { contentStart, length } = readLength(state, start + 1, limit);
  if (length === null && !isConstructed(tag)) {
    throw fault(state, { code: 'der-length', text: 'an indefinite length on a primitive element' }, start);
  }
  if (length !== null && length > limit - contentStart) {
    const text = `an element of ${length} bytes where ${limit - contentStart} are left`;
    throw fault(state, { code: 'der-truncated', text }, start);
  }
  const contentEnd = length === null ? limit : contentStart + length;
  return { tag, start, contentStart, contentEnd, end: contentEnd, indefinite: length === null, children: [] };
}

function readLength(
  state: ReadingState,
  at: number,
  limit: number,
): { readonly contentStart: number; readonly length: number | null } {
  const first = octet(state, at, limit);
  if (first < 0x80) return { contentStart: at + 1, length: first };
  if (first === 0x80) {
    deviates(state, 'indefinite-length', 'an indefinite length', at);
    return { contentStart: at + 1, length: null };
  }
  const count = first & 0x7f;
  if (count > LONG_LENGTH_LIMIT_BYTES) {
    throw fault(state, { code: 'der-length', text: `a length of ${count} octets` }, at);
  }
  let length = 0;
  for (let index = 1; index <= count; index += 1) length = length * 256 + octet(state, at + index, limit);
  const shortest = length >= 0x80 && length >= 256 ** (count - 1);
  if (!shortest) deviates(state, 'length', `the length ${length} is not written in the fewest octets`, at);
  return { contentStart: at + 1 + count, length };
}

/** Universal types that are always constructed, always primitive, or (strings) primitive in DER. */
function checkForm(state: ReadingState, tag: number, start: number): void {
  if ((tag & CLASS_MASK) !== 0) return;
  const number = tag & HIGH_TAG_NUMBER;
  if (ALWAYS_CONSTRUCTED.has(number)) {
    if (!isConstructed(tag)) throw fault(state, { code: 'der-tag', text: 'a primitive SEQUENCE or SET' }, start);
    return;
  }
  if (!isConstructed(tag)) return;
  if (ALWAYS_PRIMITIVE.has(number)) {
    throw fault(state, { code: 'der-tag', text: 'a constructed BOOLEAN, INTEGER, NULL or OBJECT IDENTIFIER' }, start);
  }
  deviates(state, 'string-in-pieces', 'a string in pieces', start);
}

/** EXTERNAL, EMBEDDED PDV, SEQUENCE, SET. */
const ALWAYS_CONSTRUCTED: ReadonlySet<number> = new Set([0x08, 0x0b, 0x10, 0x11]);
/** BOOLEAN, INTEGER, NULL, OBJECT IDENTIFIER, REAL, ENUMERATED, RELATIVE-OID. */
const ALWAYS_PRIMITIVE: ReadonlySet<number> = new Set([0x01, 0x02, 0x05, 0x06, 0x09, 0x0a, 0x0d]);

/** Whether the element ends here; sets its end when an end-of-contents says so. */
function closes(state: ReadingState, node: OpenNode, at: number): boolean {
  if (!node.indefinite) return at === node.contentEnd;
  if (octet(state, at, node.contentEnd) !== 0) return false;
  if (octet(state, at + 1, node.contentEnd) !== 0) {
    throw fault(state, { code: 'der-length', text: 'an end-of-contents with a length' }, at);
  }
  node.contentEnd = at;
  node.end = at + 2;
  return true;
}

function checkPrimitive(state: ReadingState, node: DerNode): void {
  const content = state.bytes.subarray(node.contentStart, node.contentEnd);
  const fail = (text: string): FormatError => fault(state, { code: 'der-content', text }, node.start);
  switch (node.tag) {
    case 0x01: // BOOLEAN, X.690 sections 8.2 and 11.1
      if (content.length !== 1) throw fail(`a BOOLEAN of ${content.length} bytes`);
      if (content[0] !== 0 && content[0] !== 0xff)
        deviates(state, 'value', 'a BOOLEAN that is neither 00 nor ff', node.start);
      return;
    case 0x02: // INTEGER and ENUMERATED, sections 8.3 and 8.4
    case 0x0a:
      if (content.length === 0) throw fail('an INTEGER without contents');
      if (!isShortestInteger(content))
        deviates(state, 'value', 'an INTEGER that is longer than it needs to be', node.start);
      return;
    case 0x03: // BIT STRING, sections 8.6 and 11.2
      checkBitString(state, node, content);
      return;
    case 0x05: // NULL, section 8.8
      if (content.length !== 0) throw fail(`a NULL of ${content.length} bytes`);
      return;
    case 0x06: // OBJECT IDENTIFIER, section 8.19
      checkObjectIdentifier(state, node, content);
  }
}

function isShortestInteger(content: Uint8Array): boolean {
  const [first = 0, second] = content;
  if (second === undefined) return true;
  return !((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
}

/** Without any octet it is not BER even, but pesign with NSS writes it so in every SpcPeImageData, and it has one reading. */
function checkBitString(state: ReadingState, node: DerNode, content: Uint8Array): void {
  const [unused] = content;
  if (unused === undefined) return;
  if (unused > 7 || (unused > 0 && content.length === 1)) {
    throw fault(state, { code: 'der-content', text: 'a BIT STRING with a wrong count of unused bits' }, node.start);
  }
  if (((content.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0 && content.length > 1) {
    deviates(state, 'value', 'a BIT STRING whose unused bits are not zero', node.start);
  }
}

function checkObjectIdentifier(state: ReadingState, node: DerNode, content: Uint8Array): void {
  const fail = (text: string): FormatError => fault(state, { code: 'der-content', text }, node.start);
  if (content.length === 0) throw fail('an OBJECT IDENTIFIER without contents');
  if (content.length > OBJECT_IDENTIFIER_LIMIT_BYTES) {
    throw fail(`an OBJECT IDENTIFIER of ${content.length} bytes, more than ${OBJECT_IDENTIFIER_LIMIT_BYTES}`);
  }
  if ((content.at(-1) ?? 0) >= 0x80) throw fail('an OBJECT IDENTIFIER that stops inside a number');
  content.forEach((octetValue, index) => {
    const startsNumber = index === 0 || (content[index - 1] ?? 0) < 0x80;
    if (startsNumber && octetValue === 0x80) throw fail('an OBJECT IDENTIFIER with a padded number');
  });
}

function octet(state: ReadingState, at: number, limit: number): number {
  const value = at < limit ? state.bytes[at] : undefined;
  if (value === undefined) throw fault(state, { code: 'der-truncated', text: 'the ASN.1 stops inside an element' }, at);
  return value;
}

/** Kind, text and place of a deviation; only the first of each kind is remembered. */
function deviates(state: ReadingState, ...[kind, text, offsetBytes]: readonly [DeviationKind, string, number]): void {
  if (!state.deviations.has(kind)) state.deviations.set(kind, { kind, text, offsetBytes });
}

function fault({ place }: ReadingState, what: { code: string; text: string }, at: number): FormatError {
  return new FormatError({ ...what, layer: place.layer, offsetBytes: place.offsetBytes + at, lengthBytes: 0 });
}
