import { FormatError } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { type Reader, readerOf } from '../bytes/reader.ts';
import type { Anchor } from '../contract/anchor.ts';
import { anchorCertificate } from './anchor-certificate.ts';

/** Where the lists stand in their file. */
export interface ListPlace {
  readonly layer: string;
  /** Of the first list in the file; added to the offset of every fault. */
  readonly offsetBytes: number;
}

/**
 * Reads EFI_SIGNATURE_LISTs, one after another to the end of the bytes (UEFI 2.10, section 32.4.1).
 *
 * ```
 * SignatureType guid, SignatureListSize u32, SignatureHeaderSize u32, SignatureSize u32,
 * header[SignatureHeaderSize], { SignatureOwner guid, SignatureData[SignatureSize - 16] } …
 * ```
 * Sizes are checked as Linux `certs/efi_parser.c:parse_efi_signature_list` does; unlike there, an entry or a type that
 * cannot be used is an error, because in a list of revocations a skipped entry is a hole.
 *
 * @throws FormatError `anchor-list-size`, `anchor-list-type`, `anchor-list-entry`, `anchor-certificate`.
 */
export function readSignatureLists(bytes: Uint8Array, place: ListPlace): readonly Anchor[] {
  const reader = readerOf(bytes, place.layer);
  const anchors: Anchor[] = [];
  for (let at = 0; at < bytes.length; ) at += readList({ reader, place, anchors }, at);
  return anchors;
}

/**
 * Whether a signature list starts at the offset: one of a type that UEFI names, or one of any type whose sizes add up as
 * no other format's first bytes do. So that a list of a type that cannot be used is called what it is.
 */
export function startsList(bytes: Uint8Array, offsetBytes: number): boolean {
  const type = guidText(bytes.subarray(offsetBytes, offsetBytes + GUID_BYTES));
  if (LIST_TYPES.has(type) || UNUSABLE_TYPES.has(type)) return true;
  const left = bytes.length - offsetBytes;
  if (left < LIST_HEADER_BYTES) return false;
  const reader = readerOf(bytes, '');
  const listBytes = reader.u32(offsetBytes + 16);
  const entryBytes = reader.u32(offsetBytes + 24);
  const bodyBytes = listBytes - LIST_HEADER_BYTES - reader.u32(offsetBytes + 20);
  return listBytes <= left && bodyBytes > 0 && entryBytes > GUID_BYTES && bodyBytes % entryBytes === 0;
}

/** A GUID in its usual spelling, from its mixed-endian bytes (UEFI 2.10, appendix A). */
export function guidText(bytes: Uint8Array): string {
  const [a, b, c, d, e, f, g, h, ...rest] = bytes;
  const hex = hexOf(Uint8Array.from([d, c, b, a, f, e, h, g, ...rest].map((octet) => octet ?? 0)));
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export const GUID_BYTES = 16;
const LIST_HEADER_BYTES = 28;

interface ListReading {
  readonly reader: Reader;
  readonly place: ListPlace;
  readonly anchors: Anchor[];
}

/** Reads the list at the offset; gives its size. */
function readList({ reader, place, anchors }: ListReading, at: number): number {
  const left = reader.bytes.length - at;
  if (left < LIST_HEADER_BYTES) throw listFault(place, at, `${left} bytes left where a list header needs 28`);
  const type = guidText(reader.slice(at, GUID_BYTES));
  const listBytes = reader.u32(at + 16);
  const headerBytes = reader.u32(at + 20);
  const entryBytes = reader.u32(at + 24);
  const bodyBytes = listBytes - LIST_HEADER_BYTES - headerBytes;
  const entryType = LIST_TYPES.get(type);
  if (entryType === undefined) {
    const name = UNUSABLE_TYPES.get(type);
    const shown = name === undefined ? type : `${name} (${type})`;
    throw fault(place, at, ['anchor-list-type', `a signature list of type ${shown}, which is not supported`]);
  }
  if (listBytes > left) throw listFault(place, at, `a list of ${listBytes} bytes where ${left} are left`);
  if (bodyBytes <= 0 || entryBytes <= GUID_BYTES || bodyBytes % entryBytes !== 0) {
    const text = `a list of ${listBytes} bytes does not hold whole entries of ${entryBytes} bytes`;
    throw listFault(place, at, text);
  }
  for (let entry = at + LIST_HEADER_BYTES + headerBytes; entry < at + listBytes; entry += entryBytes) {
    const data = reader.slice(entry + GUID_BYTES, entryBytes - GUID_BYTES);
    const anchor = entryType(data, { layer: place.layer, offsetBytes: place.offsetBytes + entry + GUID_BYTES });
    const isFirst = entry === at + LIST_HEADER_BYTES + headerBytes;
    anchors.push(isFirst || anchor.kind !== 'certificate' ? anchor : { ...anchor, listed: 'behind-first' });
  }
  return listBytes;
}

/** Makes an anchor of an entry's data. */
type EntryType = (data: Uint8Array, place: ListPlace) => Anchor;

/** UEFI 2.10, section 32.4.1, "SignatureType": those that hold certificates or digests of certificates and images. */
const LIST_TYPES: ReadonlyMap<string, EntryType> = new Map([
  ['a5c059a1-94e4-4aa7-87b5-ab155c2bf072', (data, place) => anchorCertificate(data, place)],
  ['826ca512-cf10-4ac9-b187-be01496631bd', (data, place) => imageDigest('sha1', data, place)],
  ['c1c41626-504c-4092-aca9-41f936934328', (data, place) => imageDigest('sha256', data, place)],
  ['ff3e5307-9fd0-48c9-85f1-8ad56c701e01', (data, place) => imageDigest('sha384', data, place)],
  ['093e0fae-a6c4-4f50-9f1b-d41e2b89c19a', (data, place) => imageDigest('sha512', data, place)],
  ['3bd2a492-96c0-4079-b420-fcf98ef103ed', (data, place) => certificateDigest('sha256', data, place)],
  ['7076876e-80c2-4ee6-aad2-28b349a6865b', (data, place) => certificateDigest('sha384', data, place)],
  ['446dbf63-2502-4cda-bcfa-2465d2b0fe9d', (data, place) => certificateDigest('sha512', data, place)],
]);

/** Types of the same section, and one of section 32.4.1.1, that name nothing an image is compared with; nobody ships them. */
const UNUSABLE_TYPES: ReadonlyMap<string, string> = new Map([
  ['4aafd29d-68df-49ee-8aa9-347d375665a7', 'EFI_CERT_TYPE_PKCS7'],
  ['3c5766e8-269c-4e34-aa14-ed776e85b3b6', 'EFI_CERT_RSA2048'],
  ['e2b36190-879b-4a3d-ad8d-f2e7bba32784', 'EFI_CERT_RSA2048_SHA256'],
  ['67f8444f-8743-48f1-a328-1eaab8736080', 'EFI_CERT_RSA2048_SHA1'],
  ['0b6e5233-a65c-44c9-9407-d9ab83bfc8bd', 'EFI_CERT_SHA224'],
  ['452e8ced-dfff-4b8c-ae01-5118862e682c', 'EFI_CERT_EXTERNAL_MANAGEMENT'],
]);

const DIGEST_BYTES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
const EFI_TIME_BYTES = 16;

function imageDigest(algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512', data: Uint8Array, place: ListPlace): Anchor {
  const expected = DIGEST_BYTES[algorithm];
  if (data.length !== expected) throw entryFault(place, `a ${algorithm} of ${data.length} bytes, not ${expected}`);
  return { kind: 'image-digest', algorithm, hex: hexOf(data) };
}

/** EFI_CERT_X509_SHA256 and so on: the digest of the TBSCertificate, then the time from which it is revoked. */
function certificateDigest(algorithm: 'sha256' | 'sha384' | 'sha512', data: Uint8Array, place: ListPlace): Anchor {
  const digestBytes = DIGEST_BYTES[algorithm];
  if (data.length !== digestBytes + EFI_TIME_BYTES) {
    throw entryFault(
      place,
      `a ${algorithm} with its time of ${data.length} bytes, not ${digestBytes + EFI_TIME_BYTES}`,
    );
  }
  const revokedFrom = efiTime(data.subarray(digestBytes), { ...place, offsetBytes: place.offsetBytes + digestBytes });
  return { kind: 'tbs-digest', algorithm, hex: hexOf(data.subarray(0, digestBytes)), revokedFrom };
}

/** EFI_TIME as ISO 8601 UTC; null when all of it is zero (UEFI 2.10, sections 8.3 and 32.4.1). */
function efiTime(bytes: Uint8Array, place: ListPlace): string | null {
  if (bytes.every((octet) => octet === 0)) return null;
  const reader = readerOf(bytes, place.layer);
  const fields = [reader.u16(0), reader.u8(2), reader.u8(3), reader.u8(4), reader.u8(5), reader.u8(6)] as const;
  const [year, month, day, hour, minute, second] = fields;
  const zone = new DataView(bytes.buffer, bytes.byteOffset).getInt16(12, true);
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const real =
    year >= 1900 &&
    year <= 9999 &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    local.getUTCMonth() === month - 1 &&
    local.getUTCDate() === day;
  if (!real || (zone !== UNSPECIFIED_TIMEZONE && Math.abs(zone) > 1440)) {
    throw entryFault(place, `the time ${fields.join('-')} does not exist`);
  }
  const shiftMinutes = zone === UNSPECIFIED_TIMEZONE ? 0 : zone;
  return new Date(local.getTime() + shiftMinutes * 60_000).toISOString();
}

const UNSPECIFIED_TIMEZONE = 0x07ff;

function listFault(place: ListPlace, at: number, text: string): FormatError {
  return fault(place, at, ['anchor-list-size', text]);
}

function entryFault(place: ListPlace, text: string): FormatError {
  return fault(place, 0, ['anchor-list-entry', text]);
}

function fault(place: ListPlace, at: number, [code, text]: readonly [code: string, text: string]): FormatError {
  return new FormatError({ code, text, layer: place.layer, offsetBytes: place.offsetBytes + at, lengthBytes: 0 });
}
