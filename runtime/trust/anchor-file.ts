import { attempt, FormatError } from '../bytes/format-error.ts';
import { readerOf } from '../bytes/reader.ts';
import type { Anchor, AnchorFile } from '../contract/anchor.ts';
import { anchorCertificate } from './anchor-certificate.ts';
import { GUID_BYTES, guidText, readSignatureLists, startsList } from './efi-signature-list.ts';
import { readPemAnchors } from './pem.ts';

/**
 * Reads a file of signers or revocations, by its contents and not by its name.
 *
 * - PEM: one or many certificates, or bare public keys (`PUBLIC KEY`).
 * - DER: one certificate.
 * - ESL: EFI signature lists, also with the 4 bytes of attributes that efivarfs puts before a variable: `db`, `dbx`, MokList,
 *   MokListX, and the vendor lists that are built into shim.
 * - `.auth`: EFI_VARIABLE_AUTHENTICATION_2 before signature lists. Its own signature says who may set a variable; here
 *   the policy's author vouches for the file, so it is not checked.
 *
 * All or nothing: one malformed entry makes the whole file unusable, because a revocation that is skipped is a hole.
 * Codes: `anchor-empty`, `anchor-unrecognised`, `anchor-pem`, `anchor-pem-label`, `anchor-certificate`, `anchor-public-key`,
 * `anchor-list-size`, `anchor-list-type`, `anchor-list-entry`, `anchor-auth`.
 *
 * @param name of the file, for messages.
 */
export function readAnchorFile(bytes: Uint8Array, name: string): AnchorFile {
  const read = attempt(() => readFormat(bytes, name));
  if (!read.ok) {
    const { code, text, offsetBytes } = read.finding;
    return { ok: false, code, text, offsetBytes };
  }
  const { format, anchors } = read.value;
  if (anchors.length > 0) return { ok: true, format, anchors };
  return { ok: false, code: 'anchor-empty', text: 'the file holds no certificate and no digest', offsetBytes: 0 };
}

interface ReadAnchors {
  readonly format: 'pem' | 'der' | 'esl' | 'auth';
  readonly anchors: readonly Anchor[];
}

function readFormat(bytes: Uint8Array, name: string): ReadAnchors {
  if (bytes.length === 0) throw fault(name, 0, ['anchor-empty', 'the file is empty']);
  if (bytes.length === VARIABLE_ATTRIBUTES_BYTES && isAttributes(bytes)) {
    throw fault(name, 0, ['anchor-empty', 'the file is an EFI variable without signature lists']);
  }
  if (startsList(bytes, 0))
    return { format: 'esl', anchors: readSignatureLists(bytes, { layer: name, offsetBytes: 0 }) };
  if (startsList(bytes, VARIABLE_ATTRIBUTES_BYTES)) return listsAfter(bytes, name, VARIABLE_ATTRIBUTES_BYTES);
  if (isAuthenticated(bytes)) {
    return { ...listsAfter(bytes, name, authenticationBytes(bytes, name)), format: 'auth' };
  }
  if (bytes[0] === DER_SEQUENCE && bytes[1] !== undefined && bytes[1] >= 0x80) {
    return { format: 'der', anchors: [anchorCertificate(bytes, { layer: name, offsetBytes: 0 })] };
  }
  const text = latin1(bytes);
  if (!text.includes('-----BEGIN ')) {
    throw fault(name, 0, ['anchor-unrecognised', 'neither PEM, DER, an EFI signature list nor an .auth file']);
  }
  return { format: 'pem', anchors: readPemAnchors(text, name) };
}

const DER_SEQUENCE = 0x30;
/** efivarfs: a u32 of variable attributes before the data (Linux `fs/efivarfs/file.c`). */
const VARIABLE_ATTRIBUTES_BYTES = 4;

/** UEFI 2.10, section 8.2.1: the lowest bits say non-volatile, boot service, runtime access; the third octet is zero. */
function isAttributes(bytes: Uint8Array): boolean {
  return bytes[0] !== undefined && bytes[0] < 0x80 && (bytes[0] & 0x02) !== 0 && bytes[2] === 0 && bytes[3] === 0;
}

function listsAfter(bytes: Uint8Array, name: string, offsetBytes: number): ReadAnchors {
  const place = { layer: name, offsetBytes };
  return { format: 'esl', anchors: readSignatureLists(bytes.subarray(offsetBytes), place) };
}

/** EFI_TIME (16 bytes), then WIN_CERTIFICATE_UEFI_GUID (UEFI 2.10, section 8.2.6). */
const AUTH_CERTIFICATE_OFFSET = 16;
const WIN_CERT_TYPE_EFI_GUID = 0x0ef1;
const EFI_CERT_TYPE_PKCS7_GUID = '4aafd29d-68df-49ee-8aa9-347d375665a7';
const WIN_CERTIFICATE_UEFI_GUID_BYTES = 8 + GUID_BYTES;

function isAuthenticated(bytes: Uint8Array): boolean {
  const guidOffset = AUTH_CERTIFICATE_OFFSET + 8;
  if (bytes.length < guidOffset + GUID_BYTES) return false;
  const type = readerOf(bytes, '').u16(AUTH_CERTIFICATE_OFFSET + 6);
  const guid = guidText(bytes.subarray(guidOffset, guidOffset + GUID_BYTES));
  return type === WIN_CERT_TYPE_EFI_GUID && guid === EFI_CERT_TYPE_PKCS7_GUID;
}

/** Size of EFI_VARIABLE_AUTHENTICATION_2: where the lists begin. */
function authenticationBytes(bytes: Uint8Array, name: string): number {
  const certificateBytes = readerOf(bytes, name).u32(AUTH_CERTIFICATE_OFFSET);
  const total = AUTH_CERTIFICATE_OFFSET + certificateBytes;
  if (certificateBytes >= WIN_CERTIFICATE_UEFI_GUID_BYTES && total <= bytes.length) return total;
  const text = `an authentication header of ${certificateBytes} bytes in a file of ${bytes.length}`;
  throw fault(name, AUTH_CERTIFICATE_OFFSET, ['anchor-auth', text]);
}

/** One character a byte, so that places in the text are places in the file. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

function fault(layer: string, offsetBytes: number, [code, text]: readonly [code: string, text: string]): FormatError {
  return new FormatError({ code, text, layer, offsetBytes, lengthBytes: 0 });
}
