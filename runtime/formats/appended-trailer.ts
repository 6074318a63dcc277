import type { Finding } from '../bytes/format-error.ts';
import type { ByteRange } from '../bytes/ranges.ts';
import { readerOf } from '../bytes/reader.ts';
import type { PeImage } from './pe-image.ts';
import { isZero } from './zero-bytes.ts';

/** The end of bytes that carry a module-style appended signature. Offsets count from the start of the layer. */
export interface AppendedTrailer {
  /** The CMS, the structure and the magic; without the CMS when its length cannot be. */
  readonly range: ByteRange;
  /** Null when its length cannot be. */
  readonly cms: ByteRange | null;
  /** `last`, or in front of the certificate table of a PE file that was signed afterwards. */
  readonly place: 'last' | 'before-certificate-table';
  /** Faults of the structure, codes `appended-…`. */
  readonly findings: readonly Finding[];
}

/** Where to look. */
export interface AppendedQuestion {
  readonly bytes: Uint8Array;
  /** Path, for findings. */
  readonly layer: string;
  readonly pe: Pick<PeImage, 'certificateTable'> | null;
}

/**
 * Finds the appended signature of a layer (Linux `include/uapi/linux/module_signature.h`).
 *
 * ```
 * contents ‖ CMS[sig_len] ‖ algo u8, hash u8, id_type u8, signer_len u8, key_id_len u8, pad u8[3], sig_len u32 BE ‖ magic
 * ```
 * Checked as `kernel/module_signature.c:mod_check_sig` does. It ends the bytes; of a PE file it may also end in front of the
 * certificate table and the zeros that align it: then the file was signed again afterwards. Cost: constant.
 */
export function appendedTrailerOf(question: AppendedQuestion): AppendedTrailer | null {
  const { bytes, pe } = question;
  if (endsWithMagic(bytes, bytes.length)) return readTrailer(question, bytes.length, 'last');
  const table = pe?.certificateTable ?? null;
  if (table === null || table.sizeBytes === 0 || table.offsetBytes > bytes.length) return null;
  for (let padding = 0; padding < CERTIFICATE_ALIGNMENT; padding += 1) {
    const end = table.offsetBytes - padding;
    if (!endsWithMagic(bytes, end)) continue;
    return isZero(bytes, [end, table.offsetBytes]) ? readTrailer(question, end, 'before-certificate-table') : null;
  }
  return null;
}

/** Whether the bytes are one DER element, to their end, that starts as a ContentInfo with SignedData does. */
export function looksLikeSignedData(bytes: Uint8Array): boolean {
  const [tag, first = 0] = bytes;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const length = octets === 0 ? first : bytes.subarray(2, 2 + octets).reduce((sum, octet) => sum * 256 + octet, 0);
  const start = 2 + octets;
  return (
    tag === 0x30 && octets <= 4 && start + length === bytes.length && startsWith(bytes.subarray(start), SIGNED_DATA)
  );
}

/** OBJECT IDENTIFIER 1.2.840.113549.1.7.2. */
const SIGNED_DATA: readonly number[] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

function startsWith(bytes: Uint8Array, octets: readonly number[]): boolean {
  return octets.every((octet, index) => bytes[index] === octet);
}

/** `~Module signature appended~\n`, 28 bytes. */
const MAGIC = Array.from('~Module signature appended~\n', (character) => character.charCodeAt(0));
/** `struct module_signature`. */
const STRUCTURE_BYTES = 12;
const ID_TYPE_PKCS7 = 2;
const CERTIFICATE_ALIGNMENT = 8;

function endsWithMagic(bytes: Uint8Array, end: number): boolean {
  const start = end - MAGIC.length;
  return start >= 0 && startsWith(bytes.subarray(start, end), MAGIC);
}

function readTrailer(question: AppendedQuestion, end: number, place: AppendedTrailer['place']): AppendedTrailer {
  const { bytes, layer } = question;
  const structure = end - MAGIC.length - STRUCTURE_BYTES;
  const finding = (code: string, text: string, at: number): Finding => ({
    code,
    text,
    layer,
    offsetBytes: Math.max(0, at),
    lengthBytes: 0,
  });
  if (structure < 0) {
    const text = `${end} bytes have no room for the structure of an appended signature`;
    return { range: [0, end], cms: null, place, findings: [finding('appended-length', text, 0)] };
  }
  const reader = readerOf(bytes, layer);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cmsBytes = view.getUint32(structure + 8, false);
  const idType = reader.u8(structure + 2);
  const others = [0, 1, 3, 4, 5, 6, 7].find((field) => reader.u8(structure + field) !== 0);
  const findings: Finding[] = [];
  if (idType !== ID_TYPE_PKCS7) {
    findings.push(
      finding('appended-id-type', `an appended signature of type ${idType}, not 2 (PKCS#7)`, structure + 2),
    );
  }
  if (others !== undefined) {
    const text = 'a field that must be zero is not in the structure of an appended signature';
    findings.push(finding('appended-structure', text, structure + others));
  }
  if (cmsBytes === 0 || cmsBytes >= structure) {
    const text = `an appended signature of ${cmsBytes} bytes behind ${structure} bytes of contents and signature`;
    findings.push(finding('appended-length', text, structure + 8));
    return { range: [structure, end], cms: null, place, findings };
  }
  const start = structure - cmsBytes;
  return { range: [start, end], cms: [start, structure], place, findings };
}
