import type { ByteRange } from '../bytes/ranges.ts';
import { refusal, type RulePlace } from './enforcer.ts';
import type { HashedBytes } from './image-hash.ts';
import {
  certificateDirectory,
  DIRECTORY_BYTES,
  DOS_HEADER_BYTES,
  type PeHeader,
  peOffsetOf,
  type RawSection,
  readPeHeader,
  SECTION_HEADER_BYTES,
  sectionsAt,
} from './pe-header.ts';

/** What Linux finds in a PE file: the first entry of the table, and what it will hash. */
export interface LinuxImage {
  /** The PKCS#7 message, cut to the length that it states. */
  readonly message: Uint8Array;
  readonly messageAt: number;
  /**
   * What it hashes; it comes to that only when the signature is trusted.
   *
   * @throws FormatError with the code of the rule that refuses.
   */
  hashed(): HashedBytes;
}

/**
 * Reads a PE file as Linux 7.2 does (crypto/asymmetric_keys/verify_pefile.c: `pefile_parse_binary`,
 * `pefile_strip_sig_wrapper`, `pefile_digest_pe_contents`).
 *
 * Where that code would read outside the file, or hash a length that has wrapped, the rule is one that crashes.
 *
 * @throws FormatError with the code of the rule that refuses.
 */
export function readLinuxImage(bytes: Uint8Array, layer: string): LinuxImage {
  const header = readHeader(bytes, layer);
  const table = readTable(header);
  const { directoriesAt, directoryCount, sizeOfHeaders } = header;
  const tableAt = directoriesAt + directoryCount * DIRECTORY_BYTES;
  if (header.sectionCount > (sizeOfHeaders - tableAt) / SECTION_HEADER_BYTES) {
    throw refusal(
      'pe-section-table',
      'the headers are too short for the section table',
      at(header, header.peOffset + 6),
    );
  }
  const sections = sectionsAt(header, tableAt);
  if (sections === null) throw refusal('pe-section-table', 'the section table leaves the file', at(header, tableAt));
  const message = readMessage(header, table);
  return { ...message, hashed: () => ({ ranges: hashedRanges(header, sections, table), zerosAfter: 0 }) };
}

interface Table {
  readonly directory: ByteRange;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

function at({ reader }: PeHeader, offsetBytes: number): RulePlace {
  return { layer: reader.layer, offsetBytes };
}

function readHeader(bytes: Uint8Array, layer: string): PeHeader {
  const peOffset = peOffsetOf(bytes);
  const header = peOffset === null || peOffset < DOS_HEADER_BYTES ? null : readPeHeader(bytes, peOffset, layer);
  if (header === null) throw refusal('pe-headers', 'no PE header that Linux reads', { layer, offsetBytes: 0x3c });
  const { directoriesAt, sizeOfHeaders, directoryCount } = header;
  if (directoriesAt >= sizeOfHeaders || sizeOfHeaders >= bytes.length) {
    const text = `SizeOfHeaders is ${sizeOfHeaders}: the optional header ends at ${directoriesAt}, the file at ${bytes.length}`;
    throw refusal('pe-headers-size', text, at(header, header.optionalAt + 60));
  }
  if (directoryCount > (sizeOfHeaders - directoriesAt) / DIRECTORY_BYTES) {
    const text = `${directoryCount} data directories do not fit in the headers`;
    throw refusal('pe-directory-count', text, at(header, directoriesAt - 4));
  }
  return header;
}

/** Linux looks for directory 4 without asking how many there are. */
function readTable(header: PeHeader): Table {
  const directory = certificateDirectory(header);
  if (directory === null) {
    throw refusal('pe-few-directories', 'directory 4 would be read outside the file', at(header, header.directoriesAt));
  }
  const { range, offsetBytes, sizeBytes } = directory;
  const place = { ...at(header, range[0]), lengthBytes: DIRECTORY_BYTES };
  if (offsetBytes === 0 || sizeBytes === 0) throw refusal('no-signature', 'the image carries no signature', place);
  if (offsetBytes + sizeBytes > header.sizeBytes) {
    const end = offsetBytes + sizeBytes;
    throw refusal('table-out-of-file', `the table ends at ${end}, the file at ${header.sizeBytes}`, place);
  }
  if (offsetBytes < header.sizeOfHeaders) {
    throw refusal('table-in-headers', `the table starts at ${offsetBytes}, inside the headers`, place);
  }
  return { directory: range, offsetBytes, sizeBytes };
}

const ENTRY_HEADER_BYTES = 8;

/** The first entry. A dwLength below 8 wraps there and lets the message be as long as it says (measured with 0, 1 and 7). */
function readMessage(header: PeHeader, { offsetBytes, sizeBytes }: Table): Pick<LinuxImage, 'message' | 'messageAt'> {
  const { reader } = header;
  const place = at(header, offsetBytes);
  const length = sizeBytes < ENTRY_HEADER_BYTES ? null : reader.u32(offsetBytes);
  if (length === null || length > sizeBytes) {
    const text = `an entry of ${length ?? 'no'} bytes in a certificate table of ${sizeBytes}`;
    throw refusal('entry-length', text, { ...place, lengthBytes: 4 });
  }
  const revision = reader.u16(offsetBytes + 4);
  if (revision !== 0x0200) {
    const text = `the first entry has revision 0x${revision.toString(16).padStart(4, '0')}, not 0x0200`;
    throw refusal('entry-revision', text, { ...place, offsetBytes: offsetBytes + 4, lengthBytes: 2 });
  }
  const type = reader.u16(offsetBytes + 6);
  if (type !== 2) {
    const text = `the first entry has type 0x${type.toString(16).padStart(4, '0')}, not 0x0002`;
    throw refusal('entry-type', text, { ...place, offsetBytes: offsetBytes + 6, lengthBytes: 2 });
  }
  const messageAt = offsetBytes + ENTRY_HEADER_BYTES;
  const room = length < ENTRY_HEADER_BYTES ? WRAPPED : length - ENTRY_HEADER_BYTES;
  const size = messageSize(header, messageAt, room);
  return { message: reader.slice(messageAt, size), messageAt };
}

/** `0u - 1`: what is left of a length that wraps. */
const WRAPPED = 0xffff_ffff;

/** How long the message says it is, by its first octets. */
function messageSize({ reader, sizeBytes }: PeHeader, messageAt: number, roomBytes: number): number {
  const place = { layer: reader.layer, offsetBytes: messageAt };
  const noMessage = refusal('entry-blob', 'the first entry holds no SEQUENCE that fits in it', place);
  if (roomBytes < 4) throw noMessage;
  if (messageAt + 4 > sizeBytes) throw refusal('entry-overrun', 'the message would be read outside the file', place);
  if (reader.u8(messageAt) !== 0x30) throw noMessage;
  const first = reader.u8(messageAt + 1);
  if (first > 0x82) throw refusal('cms-length', 'a message of more than 65,535 bytes', place);
  const length =
    first === 0x80
      ? Math.min(roomBytes, sizeBytes - messageAt)
      : first < 0x80
        ? first + 2
        : first === 0x81
          ? reader.u8(messageAt + 2) + 3
          : reader.u8(messageAt + 2) * 256 + reader.u8(messageAt + 3) + 4;
  if (length > roomBytes) throw noMessage;
  if (messageAt + length > sizeBytes) throw refusal('entry-overrun', 'the message goes on after the file', place);
  return length;
}

/** `pefile_digest_pe_contents`; the count of hashed bytes is used as an offset, as in Microsoft's document. */
function hashedRanges(header: PeHeader, sections: readonly RawSection[], table: Table): readonly ByteRange[] {
  const { checksumAt, sizeOfHeaders, sizeBytes } = header;
  const { directory } = table;
  if (directory[1] > sizeOfHeaders) {
    throw refusal('pe-headers-size', 'the headers end before directory 4 does', at(header, header.optionalAt + 60));
  }
  if (sections.length === 0) {
    throw refusal('pe-no-sections', 'a section table of no entries', at(header, header.peOffset + 6));
  }
  const ranges: ByteRange[] = [
    [0, checksumAt],
    [checksumAt + 4, directory[0]],
    [directory[1], sizeOfHeaders],
  ];
  let sum = sizeOfHeaders;
  for (const section of inLinuxOrder(header, sections)) {
    const end = section.offset + section.size;
    if (end > sizeBytes) {
      const text = `a section ends at ${end}, the file at ${sizeBytes}`;
      throw refusal('pe-section-out-of-file', text, { ...at(header, section.at), lengthBytes: SECTION_HEADER_BYTES });
    }
    ranges.push([section.offset, end]);
    sum += section.size;
  }
  if (sizeBytes > sum) {
    const end = sizeBytes - table.sizeBytes;
    if (end < sum) {
      const text = `headers and sections sum to ${sum} bytes, but ${end} are not the table's: the length to hash wraps`;
      throw refusal('hash-overrun', text, at(header, header.optionalAt + 60));
    }
    ranges.push([sum, end]);
  }
  return ranges;
}

/** `pefile_compare_shdrs`: by raw offset, address, name, sizes. */
function inLinuxOrder({ reader }: PeHeader, sections: readonly RawSection[]): readonly RawSection[] {
  const named = new Map(sections.map((section) => [section, nameOf(reader.bytes, section.at)]));
  return sections
    .filter(({ size }) => size > 0)
    .sort(
      (a, b) =>
        a.offset - b.offset ||
        a.virtualAddress - b.virtualAddress ||
        compareText(named.get(a) ?? '', named.get(b) ?? '') ||
        a.virtualSize - b.virtualSize ||
        a.size - b.size,
    );
}

/** What `strcmp` sees: it stops at a NUL and not at the end of the field. */
function nameOf(bytes: Uint8Array, start: number): string {
  const field = bytes.subarray(start, start + SECTION_HEADER_BYTES);
  const end = field.indexOf(0);
  return String.fromCharCode(...(end < 0 ? field : field.subarray(0, end)));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
