import type { ByteRange } from '../bytes/ranges.ts';
import { type Reader, readerOf } from '../bytes/reader.ts';
import { checkPeForm } from './pe-form.ts';
import type { PeHeaders, PeImage, PeSection } from './pe-image.ts';
import { archOfMachine } from './pe-machine.ts';
import { faultAt } from './fault-at.ts';

export type { PeImage, PeSection } from './pe-image.ts';

/**
 * Reads the headers and the section table of a PE/COFF file and checks its form.
 *
 * Follows the Microsoft PE/COFF specification; where EDK2 (MdePkg BasePeCoffLib, `PeCoffLoaderGetPeHeader`) and Linux
 * (crypto/asymmetric_keys/verify_pefile.c, `pefile_parse_binary`) would read different section tables, it refuses.
 *
 * @throws FormatError `pe-…` or `truncated` when the headers cannot be read; faults of form are in `findings`.
 */
export function readPe(bytes: Uint8Array, layer: string): PeImage {
  const headers = readPeHeaders(bytes, layer);
  return { ...headers, findings: checkPeForm(headers) };
}

/** Whether the bytes start as every PE file does, with `MZ`. */
export function looksLikePe(bytes: Uint8Array): boolean {
  return bytes[0] === 0x4d && bytes[1] === 0x5a;
}

/** As `readPe`, without the check of form. */
export function readPeHeaders(bytes: Uint8Array, layer: string): PeHeaders {
  const reader = readerOf(bytes, layer);
  const peOffset = findPeSignature(reader);
  const coff = peOffset + 4;
  const optional = coff + COFF_SIZE;
  const shape = readOptionalShape(reader, coff, optional);
  const table = optional + shape.sizeOfOptionalHeader;
  const machine = reader.u16(coff);
  const sections = readSections(reader, table, reader.u16(coff + 2));
  return {
    bytes,
    layer,
    machine,
    arch: archOfMachine(machine),
    format: shape.format,
    peOffsetBytes: peOffset,
    optionalHeaderOffsetBytes: optional,
    sizeOfOptionalHeader: shape.sizeOfOptionalHeader,
    numberOfDirectories: shape.directories,
    entryPoint: reader.u32(optional + 16),
    sectionAlignment: reader.u32(optional + 32),
    fileAlignment: reader.u32(optional + 36),
    majorImageVersion: reader.u16(optional + 44),
    sizeOfImage: reader.u32(optional + 56),
    sizeOfHeaders: reader.u32(optional + 60),
    checksumRange: [optional + 64, optional + 68],
    subsystem: reader.u16(optional + 68),
    dllCharacteristics: reader.u16(optional + 70),
    characteristics: reader.u16(coff + 18),
    ...readCertificateDirectory(reader, optional + shape.fixedSize, shape.directories),
    sections,
    sectionTableRange: [table, table + sections.length * SECTION_HEADER_SIZE],
  };
}

const DOS_HEADER_SIZE = 64;
const COFF_SIZE = 20;
const SECTION_HEADER_SIZE = 40;
const DIRECTORY_SIZE = 8;
const DIRECTORY_LIMIT = 16;
const CERTIFICATE_DIRECTORY = 4;

function findPeSignature(reader: Reader): number {
  if (!looksLikePe(reader.bytes)) throw faultAt(reader.layer, ['pe-no-mz', 'the file does not start with `MZ`'], 0);
  if (reader.bytes.length < DOS_HEADER_SIZE) {
    throw faultAt(reader.layer, ['truncated', `a PE file of ${reader.bytes.length} bytes has no whole DOS header`], 0);
  }
  const peOffset = reader.u32(0x3c);
  if (peOffset + 4 + COFF_SIZE > reader.bytes.length) {
    throw faultAt(reader.layer, ['pe-header-out-of-file', `the PE header is at ${peOffset}, outside the file`], 0x3c);
  }
  if (reader.u32(peOffset) === 0x00004550) return peOffset;
  throw faultAt(reader.layer, ['pe-no-signature', `there is no \`PE\` signature at ${peOffset}`], peOffset);
}

interface OptionalShape {
  readonly format: 'PE32' | 'PE32+';
  readonly fixedSize: number;
  readonly directories: number;
  readonly sizeOfOptionalHeader: number;
}

function readOptionalShape(reader: Reader, coff: number, optional: number): OptionalShape {
  const sizeOfOptionalHeader = reader.u16(coff + 16);
  const magic = reader.u16(optional);
  if (magic !== 0x10b && magic !== 0x20b) {
    const shown = magic.toString(16);
    throw faultAt(reader.layer, ['pe-optional-header-magic', `the optional header starts with 0x${shown}`], optional);
  }
  const fixedSize = magic === 0x10b ? 96 : 112;
  const directories = reader.u32(optional + fixedSize - 4);
  if (directories > DIRECTORY_LIMIT) {
    const text = `${directories} data directories; a PE file has at most ${DIRECTORY_LIMIT}`;
    throw faultAt(reader.layer, ['pe-directory-count', text], optional + fixedSize - 4);
  }
  const need = fixedSize + directories * DIRECTORY_SIZE;
  if (sizeOfOptionalHeader < need) {
    const text = `the optional header has ${sizeOfOptionalHeader} bytes, but ${directories} directories need ${need}`;
    throw faultAt(reader.layer, ['pe-optional-header-too-small', text], coff + 16);
  }
  return { format: magic === 0x10b ? 'PE32' : 'PE32+', fixedSize, directories, sizeOfOptionalHeader };
}

function readCertificateDirectory(
  reader: Reader,
  directories: number,
  count: number,
): Pick<PeImage, 'certificateDirectoryRange' | 'certificateTable'> {
  if (count <= CERTIFICATE_DIRECTORY) return { certificateDirectoryRange: null, certificateTable: null };
  const at = directories + CERTIFICATE_DIRECTORY * DIRECTORY_SIZE;
  const range: ByteRange = [at, at + DIRECTORY_SIZE];
  const offsetBytes = reader.u32(at);
  const sizeBytes = reader.u32(at + 4);
  const table = offsetBytes === 0 && sizeBytes === 0 ? null : { offsetBytes, sizeBytes };
  return { certificateDirectoryRange: range, certificateTable: table };
}

function readSections(reader: Reader, table: number, count: number): readonly PeSection[] {
  if (table + count * SECTION_HEADER_SIZE > reader.bytes.length) {
    const text = `${count} section headers at ${table} do not fit in a file of ${reader.bytes.length} bytes`;
    throw faultAt(reader.layer, ['pe-section-table-out-of-file', text], Math.min(table, reader.bytes.length));
  }
  return Array.from({ length: count }, (_, index) => readSection(reader, table + index * SECTION_HEADER_SIZE));
}

function readSection(reader: Reader, at: number): PeSection {
  return {
    name: readSectionName(reader.slice(at, 8)),
    virtualSize: reader.u32(at + 8),
    virtualAddress: reader.u32(at + 12),
    sizeOfRawData: reader.u32(at + 16),
    pointerToRawData: reader.u32(at + 20),
    characteristics: reader.u32(at + 36),
    headerRange: [at, at + SECTION_HEADER_SIZE],
  };
}

/** Every loader compares names up to the first NUL, so what follows it is not part of the name. */
function readSectionName(field: Uint8Array): string {
  let name = '';
  for (const [index, byte] of field.entries()) {
    if (byte === 0) break;
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x5c && (byte !== 0x2f || index === 0);
    name += plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return name;
}
