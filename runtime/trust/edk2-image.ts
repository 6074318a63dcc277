import type { ByteRange } from '../bytes/ranges.ts';
import { archOfMachine } from '../formats/pe-machine.ts';
import { refusal, type RulePlace } from './enforcer.ts';
import type { HashedBytes } from './image-hash.ts';
import {
  type CertificateDirectory,
  certificateDirectory,
  hasCertificateDirectory,
  NT_HEADER_BYTES,
  type PeHeader,
  peOffsetOf,
  type RawSection,
  readPeHeader,
  SECTION_HEADER_BYTES,
  sectionsAt,
} from './pe-header.ts';

/** What EDK2 finds in a PE file. */
export interface Edk2Image {
  readonly header: PeHeader;
  readonly sections: readonly RawSection[];
  /** Null when the image is not signed. */
  readonly table: CertificateDirectory | null;
  /** Null when `HashPeImage` fails. */
  readonly hashed: HashedBytes | null;
}

/** `sizeof (EFI_IMAGE_OPTIONAL_HEADER_UNION)`: all of it must be in the file, whatever the format. */
export const HEADER_UNION_BYTES = NT_HEADER_BYTES + 112 + 16 * 8;
const DIRECTORY_LIMIT = 16;
const MAX_U32 = 0xffff_ffff;

/**
 * Reads a PE file as EDK2 2026.08 does (MdePkg BasePeCoffLib BasePeCoff.c `PeCoffLoaderGetPeHeader`,
 * SecurityPkg DxeImageVerificationLib.c `HashPeImage`).
 *
 * A file without a DOS header may start with the PE header.
 *
 * @throws FormatError with the code of the rule that refuses.
 */
export function readEdk2Image(bytes: Uint8Array, layer: string): Edk2Image {
  const peOffset = peOffsetOf(bytes) ?? 0;
  const fits = peOffset + HEADER_UNION_BYTES <= bytes.length;
  const header = fits ? readPeHeader(bytes, peOffset, layer) : null;
  if (header === null) throw refusal('pe-headers', 'no PE header that EDK2 reads', { layer, offsetBytes: 0x3c });
  if (archOfMachine(header.machine) === null) {
    throw refusal('pe-machine', `machine 0x${header.machine.toString(16)}`, at(header, peOffset + 4));
  }
  if (!EFI_SUBSYSTEMS.has(header.subsystem)) {
    throw refusal(
      'pe-subsystem',
      `subsystem ${header.subsystem} is not one of EFI's`,
      at(header, header.optionalAt + 68),
    );
  }
  const tableAt = checkHeaders(header);
  const directory = hasCertificateDirectory(header) ? certificateDirectory(header) : null;
  const table = directory === null || directory.sizeBytes === 0 ? null : directory;
  checkTable(header, table);
  const sections = readSections(header, tableAt);
  return { header, sections, table, hashed: hashedBytes(header, sections, directory) };
}

/** MdeModulePkg Core/Dxe/Image/Image.c `CoreLoadPeImage`. */
const EFI_SUBSYSTEMS: ReadonlySet<number> = new Set([10, 11, 12]);

function at({ reader }: PeHeader, offsetBytes: number): RulePlace {
  return { layer: reader.layer, offsetBytes };
}

/** Gives the place of the section table. Shared with shim, whose `read_header` asks the same. */
export function checkHeaders(header: PeHeader): number {
  const { optionalAt, fixedBytes, directoryCount, sizeOfOptionalHeader, sizeOfImage, sizeOfHeaders } = header;
  if (directoryCount > DIRECTORY_LIMIT) {
    throw refusal('pe-directory-count', `${directoryCount} data directories`, at(header, header.directoriesAt - 4));
  }
  const exact = fixedBytes + 8 * directoryCount;
  if (sizeOfOptionalHeader !== exact) {
    const text = `an optional header of ${sizeOfOptionalHeader} bytes where ${directoryCount} directories need ${exact}`;
    throw refusal('pe-optional-header-size', text, at(header, header.peOffset + 20));
  }
  const tableAt = optionalAt + sizeOfOptionalHeader;
  if (Math.floor((sizeOfImage - tableAt) / SECTION_HEADER_BYTES) <= header.sectionCount) {
    throw refusal('pe-image-size', `an image of ${sizeOfImage} bytes`, at(header, optionalAt + 56));
  }
  if (Math.floor((sizeOfHeaders - tableAt) / SECTION_HEADER_BYTES) < header.sectionCount) {
    throw refusal('pe-section-table', 'the headers are too short for the section table', at(header, optionalAt + 60));
  }
  return tableAt;
}

function checkTable(header: PeHeader, table: CertificateDirectory | null): void {
  const { sizeOfHeaders, sizeOfImage, sizeBytes, optionalAt } = header;
  const tableAt = optionalAt + header.sizeOfOptionalHeader;
  if (sizeOfHeaders <= tableAt || sizeOfHeaders >= sizeOfImage || sizeOfHeaders > sizeBytes) {
    const text = `headers of ${sizeOfHeaders} bytes in a file of ${sizeBytes}, ${sizeOfImage} in memory`;
    throw refusal('pe-headers-size', text, at(header, optionalAt + 60));
  }
  if (table === null) return;
  const end = table.offsetBytes + table.sizeBytes;
  if (end <= Math.min(sizeBytes, MAX_U32)) return;
  throw refusal('table-out-of-file', `the table ends at ${end}, the file at ${sizeBytes}`, at(header, table.range[0]));
}

function readSections(header: PeHeader, tableAt: number): readonly RawSection[] {
  const sections = sectionsAt(header, tableAt);
  if (sections === null) throw refusal('pe-section-table', 'the section table leaves the file', at(header, tableAt));
  for (const section of sections) checkSection(header, section);
  return sections;
}

function checkSection(header: PeHeader, section: RawSection): void {
  if (section.size === 0) return;
  const place = { ...at(header, section.at), lengthBytes: SECTION_HEADER_BYTES };
  if (section.virtualAddress < header.sizeOfHeaders || section.offset < header.sizeOfHeaders) {
    throw refusal('pe-section-in-headers', `a section at ${section.offset}, inside the headers`, place);
  }
  const end = section.offset + section.size;
  if (end <= Math.min(header.sizeBytes, MAX_U32)) return;
  throw refusal('pe-section-out-of-file', `a section ends at ${end}, the file at ${header.sizeBytes}`, place);
}

/** `HashPeImage`: its steps are Microsoft's; what does not fit in the file makes it fail. */
function hashedBytes(
  { checksumAt, sizeOfHeaders, sizeBytes }: PeHeader,
  sections: readonly RawSection[],
  directory: CertificateDirectory | null,
): HashedBytes | null {
  const ranges: ByteRange[] = [[0, checksumAt]];
  if (directory === null) ranges.push([checksumAt + 4, sizeOfHeaders]);
  else ranges.push([checksumAt + 4, directory.range[0]], [directory.range[1], sizeOfHeaders]);
  let sum = sizeOfHeaders;
  for (const { offset, size } of byOffset(sections)) {
    ranges.push([offset, offset + size]);
    sum += size;
  }
  const end = sizeBytes - (directory?.sizeBytes ?? 0);
  if (sizeBytes > sum && end < sum) return null;
  if (sizeBytes > sum && end > sum) ranges.push([sum, end]);
  return { ranges, zerosAfter: 0 };
}

/** Sections that hold bytes, by PointerToRawData; the sort is stable. */
export function byOffset(sections: readonly RawSection[]): readonly RawSection[] {
  return sections.filter(({ size }) => size > 0).sort((a, b) => a.offset - b.offset);
}
