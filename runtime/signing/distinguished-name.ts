import { attempt } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { fieldsOf, objectIdentifier, TAG } from './der-fields.ts';
import { contentOf, type DerDocument, type DerNode, elementOf, readDer } from './der.ts';

/**
 * A distinguished name as text, the last RDN first (RFC 4514): for people, never for comparison.
 *
 * @throws FormatError `asn1-field` when the name is no SEQUENCE of SETs of attributes.
 */
export function nameText(document: DerDocument, name: DerNode): string {
  return [...name.children]
    .reverse()
    .map((rdn) => rdn.children.map((attribute) => attributeText(document, attribute)).join('+'))
    .join(',');
}

/** A name given as DER alone, for people; hex when it is no name. */
export function nameOf(der: Uint8Array): string {
  const read = attempt(() => {
    const document = readDer(der, { layer: '', offsetBytes: 0 });
    return nameText(document, document.root);
  });
  return read.ok ? read.value : `#${hexOf(der)}`;
}

function attributeText(document: DerDocument, node: DerNode): string {
  const fields = fieldsOf(document, node);
  const type = objectIdentifier(document, fields.take(TAG.objectIdentifier, 'attribute type'));
  const value = fields.takeAny('attribute value');
  fields.done('attribute');
  const text = stringOf(value.tag, contentOf(document, value));
  const label = ATTRIBUTE_NAMES.get(type);
  if (label === undefined || text === null) return `${label ?? type}=#${hexOf(elementOf(document, value))}`;
  return `${label}=${escaped(text)}`;
}

/** Text of a directory string (X.690, section 8.23); null when it is not one or not valid. */
function stringOf(tag: number, content: Uint8Array): string | null {
  switch (tag) {
    case 0x0c: // UTF8String
      return utf8Text(content);
    case 0x13: // PrintableString, TeletexString, IA5String
    case 0x14:
    case 0x16:
      return Array.from(content, (octet) => String.fromCharCode(octet)).join('');
    case 0x1e: // BMPString
      if (content.length % 2 !== 0) return null;
      return Array.from({ length: content.length / 2 }, (_, index) =>
        String.fromCharCode((content[2 * index] ?? 0) * 256 + (content[2 * index + 1] ?? 0)),
      ).join('');
    default:
      return null;
  }
}

function utf8Text(content: Uint8Array): string | null {
  try {
    return decodeURIComponent(hexOf(content).replace(/../g, '%$&'));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** RFC 4514, section 2.4; control characters too, so that a name stays on its line. */
function escaped(text: string): string {
  return text
    .replace(/[",+;<>\\]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/([^\\]) $/, '$1\\ ')
    .replace(/[\u0000-\u001f\u007f]/g, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** RFC 4514, section 3, and the names that certificate tools print. */
const ATTRIBUTE_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.6', 'C'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.5', 'serialNumber'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
]);
