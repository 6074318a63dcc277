import { attempt } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { contentOf, type DerDocument, type DerNode, elementOf, readDer } from '../signing/der.ts';

/**
 * A name in the form in which OpenSSL compares it (crypto/x509/x_name.c `x509_name_canon`): strings as UTF-8 in lower
 * case, without white space at either end and with one space for several inside; everything else as it is.
 */
export function canonicalName(der: Uint8Array): string {
  const read = attempt(() => readDer(der, { layer: '', offsetBytes: 0 }));
  if (!read.ok) return hexOf(der);
  const document = read.value;
  return document.root.children
    .map((rdn) => rdn.children.map((pair) => canonicalPair(document, pair)).join('+'))
    .join(',');
}

function canonicalPair(document: DerDocument, pair: DerNode): string {
  const [type, value] = pair.children;
  if (type === undefined || value === undefined) return hexOf(elementOf(document, pair));
  const text = canonicalText(value.tag, contentOf(document, value));
  return `${hexOf(contentOf(document, type))}=${text === null ? hexOf(elementOf(document, value)) : JSON.stringify(text)}`;
}

/** Only ASCII letters and ASCII white space are touched. */
function canonicalText(tag: number, content: Uint8Array): string | null {
  const decoded = decodedText(tag, content);
  if (decoded === null) return null;
  return decoded
    .replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '')
    .replace(/[ \t\n\v\f\r]+/g, ' ')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** ASN1_MASK_CANON: the string types that are compared as text. */
function decodedText(tag: number, content: Uint8Array): string | null {
  switch (tag) {
    case 0x0c: // UTF8String
      return utf8Text(content);
    case 0x13: // PrintableString, TeletexString, IA5String, VisibleString
    case 0x14:
    case 0x16:
    case 0x1a:
      return latin1(content);
    case 0x1e: // BMPString
      return content.length % 2 === 0 ? wideText(content, 2) : null;
    case 0x1c: // UniversalString
      return content.length % 4 === 0 ? wideText(content, 4) : null;
    default:
      return null;
  }
}

function latin1(content: Uint8Array): string {
  return Array.from(content, (octet) => String.fromCharCode(octet)).join('');
}

function utf8Text(content: Uint8Array): string {
  try {
    return decodeURIComponent(hexOf(content).replace(/../g, '%$&'));
  } catch {
    return latin1(content);
  }
}

function wideText(content: Uint8Array, width: 2 | 4): string {
  let text = '';
  for (let at = 0; at < content.length; at += width) {
    const point = content.subarray(at, at + width).reduce((value, octet) => value * 256 + octet, 0);
    text += point <= 0x10_ffff ? String.fromCodePoint(point) : `\\${point.toString(16)}`;
  }
  return text;
}
