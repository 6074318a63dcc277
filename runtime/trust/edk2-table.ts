import type { HashName } from '../bytes/engine.ts';
import { hexOf } from '../bytes/hex.ts';
import type { Reader } from '../bytes/reader.ts';
import type { Reason } from '../contract/judgement.ts';
import { broken } from './enforcer.ts';
import type { CertificateDirectory } from './pe-header.ts';

/** One entry of the table that EDK2 looks into. */
export interface Edk2Entry {
  readonly index: number;
  readonly offsetBytes: number;
  /** Null when it is skipped: of another type, or an EFI_GUID that is not PKCS#7. */
  readonly blob: { readonly bytes: Uint8Array; readonly at: number } | null;
}

/** The table, walked: the entries, and why the walk does not end where the directory says. */
export interface Edk2Table {
  readonly entries: readonly Edk2Entry[];
  readonly fault: Reason | null;
}

const HEADER_BYTES = 8;
const GUID_HEADER_BYTES = 24;
const TYPE_PKCS = 0x0002;
const TYPE_EFI_GUID = 0x0ef1;
/** EFI_CERT_TYPE_PKCS7_GUID, mixed-endian. */
const PKCS7_GUID = '9dd2af4adf68ee498aa9347d375665a7';

/**
 * Walks the table as DxeImageVerificationLib.c `DxeImageVerificationHandler` does. The revision is not looked at. A walk
 * that stops early, or runs past the end, refuses the file; what was found before that still may forbid it.
 */
export function readEdk2Table(reader: Reader, { offsetBytes, sizeBytes }: CertificateDirectory): Edk2Table {
  const end = offsetBytes + sizeBytes;
  const entries: Edk2Entry[] = [];
  let at = offsetBytes;
  while (at < end) {
    const left = end - at;
    const length = left > HEADER_BYTES ? reader.u32(at) : 0;
    if (length < HEADER_BYTES || length > left || paddedSize(length) > left) break;
    const type = reader.u16(at + 6);
    const headerBytes = type === TYPE_EFI_GUID ? GUID_HEADER_BYTES : HEADER_BYTES;
    const holdsBlob = type === TYPE_PKCS || type === TYPE_EFI_GUID;
    if (holdsBlob && length <= headerBytes) break;
    const isMessage = type === TYPE_PKCS || (holdsBlob && hexOf(reader.slice(at + 8, 16)) === PKCS7_GUID);
    const blob = { bytes: reader.slice(at + headerBytes, length - headerBytes), at: at + headerBytes };
    entries.push({ index: entries.length, offsetBytes: at, blob: isMessage ? blob : null });
    at += paddedSize(length);
  }
  if (at === end) return { entries, fault: null };
  const text = `the walk of the certificate table stops at ${at}, the directory says ${end}`;
  return { entries, fault: broken('table-end', text, { layer: reader.layer, offsetBytes: at, lengthBytes: end - at }) };
}

function paddedSize(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/**
 * `HashPeImageByType`: the algorithm is the object identifier at offset 32, where the first of the digest algorithms
 * stands when every length before it has two octets. Null when it is none that EDK2 hashes with.
 */
export function edk2DigestOf(blob: Uint8Array): HashName | null {
  if (((blob[1] ?? 0) & 0x82) !== 0x82) return null;
  for (const [octets, algorithm] of DIGEST_OCTETS) {
    if (hexOf(blob.subarray(32, 32 + octets.length / 2)) === octets) return algorithm;
  }
  return null;
}

/** SHA-224 is recognised there, but not computed. */
const DIGEST_OCTETS: readonly (readonly [octets: string, algorithm: HashName])[] = [
  ['2b0e03021a', 'sha1'],
  ['608648016503040201', 'sha256'],
  ['608648016503040202', 'sha384'],
  ['608648016503040203', 'sha512'],
];
