import type { Finding } from '../bytes/format-error.ts';
import { readerOf } from '../bytes/reader.ts';
import type { PeImage } from '../formats/pe.ts';

/** One WIN_CERTIFICATE of the certificate table. Offsets count from the start of the file. */
export interface WinCertificate {
  readonly index: number;
  readonly offsetBytes: number;
  /** dwLength: header included, padding not. */
  readonly sizeBytes: number;
  readonly revision: number;
  readonly type: number;
  /** The bytes after the 8-byte header, padding after dwLength excluded. */
  readonly content: Uint8Array;
}

/** The certificate table, walked. */
export interface WinCertificates {
  readonly entries: readonly WinCertificate[];
  /** Faults of the table, codes `certificate-table-…`. */
  readonly findings: readonly Finding[];
  /** The table as far as it lies in the file; null without one. */
  readonly range: readonly [start: number, end: number] | null;
}

const WIN_CERT_REVISION_2_0 = 0x0200;
export const WIN_CERT_TYPE_PKCS_SIGNED_DATA = 0x0002;
/** Most entries that are looked at; real files have one to three. */
const ENTRY_LIMIT = 64;

/**
 * Walks the attribute certificate table (PE/COFF specification, "The Attribute Certificate Table").
 *
 * ```
 * dwLength u32, wRevision u16, wCertificateType u16, bCertificate[dwLength - 8], padding to 8 bytes
 * ```
 * Never throws: what cannot be walked becomes a finding, and the walk ends there.
 */
export function readWinCertificates(pe: PeImage): WinCertificates {
  const table = pe.certificateTable;
  if (table === null) return { entries: [], findings: [], range: null };
  const start = table.offsetBytes;
  const end = start + table.sizeBytes;
  const fault = directoryFault(pe, start, end);
  if (fault !== null) return { entries: [], findings: [fault], range: null };
  const walk: Walk = { pe, end, entries: [], findings: [] };
  if (start % 8 !== 0) {
    walk.findings.push(
      tableFinding(pe, [
        'certificate-table-unaligned',
        `the certificate table starts at ${start}, no multiple of 8`,
        [start, start],
      ]),
    );
  }
  let at = start;
  while (end - at >= HEADER_BYTES && walk.entries.length < ENTRY_LIMIT) {
    const next = readEntry(walk, at);
    if (next === null) return { entries: walk.entries, findings: walk.findings, range: [start, end] };
    at = next;
  }
  if (at < end) {
    const text = `${end - at} bytes at the end of the certificate table belong to no entry`;
    walk.findings.push(tableFinding(pe, ['certificate-table-leftover', text, [at, end]]));
  }
  return { entries: walk.entries, findings: walk.findings, range: [start, end] };
}

const HEADER_BYTES = 8;

interface Walk {
  readonly pe: PeImage;
  readonly end: number;
  readonly entries: WinCertificate[];
  readonly findings: Finding[];
}

function directoryFault(pe: PeImage, start: number, end: number): Finding | null {
  const place = pe.certificateDirectoryRange ?? [0, 0];
  if (start === 0 || end === start) {
    // Linux and EDK2 take a directory with one zero field for "unsigned".
    return tableFinding(pe, [
      'certificate-table-directory',
      'the certificate directory has an offset or a size, but not both',
      place,
    ]);
  }
  if (end > pe.bytes.length) {
    const text = `the certificate table ends at ${end}, after the end of the file at ${pe.bytes.length}`;
    return tableFinding(pe, ['certificate-table-out-of-file', text, place]);
  }
  if (start < pe.sizeOfHeaders) {
    return tableFinding(pe, [
      'certificate-table-in-headers',
      `the certificate table starts at ${start}, inside the headers`,
      place,
    ]);
  }
  return null;
}

/** Reads one entry; gives the place of the next, null when the walk cannot go on. */
function readEntry({ pe, end, entries, findings }: Walk, at: number): number | null {
  const reader = readerOf(pe.bytes, pe.layer);
  const sizeBytes = reader.u32(at);
  if (sizeBytes < HEADER_BYTES || sizeBytes > end - at) {
    const text = `an entry of ${sizeBytes} bytes where the certificate table has ${end - at} left`;
    findings.push(tableFinding(pe, ['certificate-table-entry-length', text, [at, end]]));
    return null;
  }
  const entry: WinCertificate = {
    index: entries.length,
    offsetBytes: at,
    sizeBytes,
    revision: reader.u16(at + 4),
    type: reader.u16(at + 6),
    content: pe.bytes.subarray(at + HEADER_BYTES, at + sizeBytes),
  };
  entries.push(entry);
  const entryEnd = at + sizeBytes;
  const next = at + Math.ceil(sizeBytes / 8) * 8;
  checkPadding({ pe, end, entries, findings }, entryEnd, next);
  checkHeader({ pe, end, entries, findings }, entry);
  return Math.min(next, end);
}

function checkPadding({ pe, end, findings }: Walk, from: number, to: number): void {
  if (to > end) {
    // EDK2 `DxeImageVerificationHandler`: the walk must land exactly on the end of the directory.
    const text = `the certificate table ends at ${end}, before the padding of its last entry does`;
    findings.push(tableFinding(pe, ['certificate-table-unpadded', text, [from, end]]));
    return;
  }
  if (pe.bytes.subarray(from, to).some((byte) => byte !== 0)) {
    findings.push(
      tableFinding(pe, ['certificate-table-padding', 'the padding after an entry is not zero', [from, to]]),
    );
  }
}

/** Linux `verify_pefile.c:pefile_strip_sig_wrapper`, EDK2 `DxeImageVerificationHandler`. */
function checkHeader({ pe, findings }: Walk, { offsetBytes, revision, type }: WinCertificate): void {
  if (revision !== WIN_CERT_REVISION_2_0) {
    const text = `an entry of revision 0x${revision.toString(16).padStart(4, '0')}, not 0x0200`;
    findings.push(tableFinding(pe, ['certificate-table-revision', text, [offsetBytes + 4, offsetBytes + 6]]));
  }
  if (type !== WIN_CERT_TYPE_PKCS_SIGNED_DATA) {
    const text = `an entry of type 0x${type.toString(16).padStart(4, '0')}, not 0x0002 (PKCS#7 SignedData)`;
    findings.push(tableFinding(pe, ['certificate-table-type', text, [offsetBytes + 6, offsetBytes + 8]]));
  }
}

/** A finding at a range of the file. */
export function tableFinding(pe: PeImage, fault: TableFault): Finding {
  const [code, text, [start, end]] = fault;
  return { code, text, layer: pe.layer, offsetBytes: start, lengthBytes: end - start };
}

/** Code, text, byte range in the file. */
export type TableFault = readonly [code: string, text: string, range: readonly [start: number, end: number]];
