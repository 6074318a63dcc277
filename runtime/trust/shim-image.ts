import type { ByteRange } from '../bytes/ranges.ts';
import { byOffset, checkHeaders, HEADER_UNION_BYTES } from './edk2-image.ts';
import { refusal, type RulePlace } from './enforcer.ts';
import type { HashedBytes } from './image-hash.ts';
import {
  type CertificateDirectory,
  certificateDirectory,
  DOS_HEADER_BYTES,
  type PeHeader,
  peOffsetOf,
  type RawSection,
  readPeHeader,
  SECTION_HEADER_BYTES,
  sectionsAt,
} from './pe-header.ts';

/** What shim finds in a PE file. */
export interface ShimImage {
  readonly header: PeHeader;
  /** Directory 4, read without asking how many there are. */
  readonly table: CertificateDirectory;
  readonly hashed: HashedBytes;
}

const RELOCS_STRIPPED = 0x0001;
/** Machines that shim is built for (pe-relocate.c `machine_type`). */
const SHIM_MACHINES: ReadonlySet<number> = new Set([0x8664, 0xaa64, 0x01c2, 0x014c]);

/** x86-64 and AArch64; their optional header is PE32+ (pe-relocate.c `image_is_loadable`, measured). */
const WIDE_MACHINES: ReadonlySet<number> = new Set([0x8664, 0xaa64]);
const WIDE_HEADER_BYTES = 112;

/**
 * Reads a PE file as shim 16.1 does (pe-relocate.c `read_header`, `get_section_vma`; pe.c `generate_hash`), on a machine
 * of the file's own kind and without a policy that requires NX.
 *
 * @throws FormatError with the code of the rule that refuses.
 */
export function readShimImage(bytes: Uint8Array, layer: string): ShimImage {
  const peOffset = peOffsetOf(bytes) ?? -1;
  const fits = peOffset >= DOS_HEADER_BYTES && peOffset + HEADER_UNION_BYTES <= bytes.length;
  const header = fits ? readPeHeader(bytes, peOffset, layer) : null;
  if (header === null) throw refusal('pe-headers', 'no PE header that shim reads', { layer, offsetBytes: 0x3c });
  if (!SHIM_MACHINES.has(header.machine)) {
    throw refusal('pe-machine', `machine 0x${header.machine.toString(16)}`, at(header, peOffset + 4));
  }
  if (WIDE_MACHINES.has(header.machine) && header.fixedBytes !== WIDE_HEADER_BYTES) {
    throw refusal('pe-machine', 'a 32-bit header for a 64-bit machine', at(header, header.optionalAt));
  }
  if (header.fileAlignment % 2 !== 0) {
    throw refusal('pe-file-alignment', `FileAlignment ${header.fileAlignment}`, at(header, header.optionalAt + 36));
  }
  const tableAt = checkHeaders(header);
  const sections = sectionsAt(header, tableAt);
  if (sections === null) throw refusal('pe-section-table', 'the section table leaves the file', at(header, tableAt));
  if ((header.characteristics & RELOCS_STRIPPED) !== 0) {
    throw refusal('pe-relocations-stripped', 'the relocations have been stripped', at(header, peOffset + 22));
  }
  const table = readTable(header);
  return { header, table, hashed: hashedBytes(header, sections, table) };
}

function at({ reader }: PeHeader, offsetBytes: number): RulePlace {
  return { layer: reader.layer, offsetBytes };
}

function readTable(header: PeHeader): CertificateDirectory {
  const directory = certificateDirectory(header);
  if (directory === null) {
    throw refusal('pe-few-directories', 'directory 4 would be outside the file', at(header, header.directoriesAt));
  }
  const { offsetBytes, sizeBytes, range } = directory;
  const beyond = offsetBytes > header.sizeBytes || (offsetBytes === header.sizeBytes && sizeBytes > 0);
  if (!beyond) return directory;
  throw refusal('table-out-of-file', `the table starts at ${offsetBytes}`, at(header, range[0]));
}

/** `generate_hash`: with a table, up to it, and it must be the end; without, everything, and zeros up to 8. */
function hashedBytes(header: PeHeader, sections: readonly RawSection[], table: CertificateDirectory): HashedBytes {
  const { checksumAt, sizeOfHeaders, sizeBytes, optionalAt } = header;
  if (sizeOfHeaders < table.range[1] || sizeOfHeaders > sizeBytes || header.sizeOfImage < sizeOfHeaders) {
    const text = `headers of ${sizeOfHeaders} bytes in a file of ${sizeBytes}`;
    throw refusal('pe-headers-size', text, at(header, optionalAt + 60));
  }
  const ranges: ByteRange[] = [
    [0, checksumAt],
    [checksumAt + 4, table.range[0]],
    [table.range[1], sizeOfHeaders],
  ];
  const sum = checkSections(header, sections);
  ranges.push(...byOffset(sections).map(({ offset, size }): ByteRange => [offset, offset + size]));
  if (table.sizeBytes === 0) {
    if (sizeBytes <= sum) return { ranges, zerosAfter: 0 };
    return { ranges: [...ranges, [sum, sizeBytes]], zerosAfter: -sizeBytes & 7 };
  }
  if (sizeBytes <= sum) return { ranges, zerosAfter: 0 };
  const end = sizeBytes - table.sizeBytes;
  if (end < sum || end !== table.offsetBytes) {
    const text = `the table starts at ${table.offsetBytes}, the file without it ends at ${end}`;
    throw refusal('table-not-last', text, { ...at(header, table.range[0]), lengthBytes: 8 });
  }
  return { ranges: [...ranges, [sum, end]], zerosAfter: 0 };
}

/** Gives the sum of headers and sections. */
function checkSections(header: PeHeader, sections: readonly RawSection[]): number {
  let sum = header.sizeOfHeaders;
  for (const section of sections) {
    checkSection(header, section);
    const place = { ...at(header, section.at), lengthBytes: SECTION_HEADER_BYTES };
    if (section.size > header.sizeBytes - sum) {
      throw refusal('pe-sections-sum', `headers and sections sum to more than ${header.sizeBytes} bytes`, place);
    }
    if (section.size > 0 && section.offset + section.size > header.sizeBytes) {
      throw refusal('pe-section-out-of-file', `a section ends at ${section.offset + section.size}`, place);
    }
    sum += section.size;
  }
  return sum;
}

const UNINITIALISED = 0x0000_0080;
const DISCARDABLE = 0x0200_0000;

/** `get_section_vma`, whose sums are of 32 bits. */
function checkSection(header: PeHeader, section: RawSection): void {
  const { virtualAddress, virtualSize, characteristics, offset } = section;
  const place = { ...at(header, section.at), lengthBytes: SECTION_HEADER_BYTES };
  const end = (virtualAddress + virtualSize - 1) >>> 0;
  const hasBase = virtualAddress < header.sizeOfImage;
  const hasEnd = end < header.sizeOfImage;
  const isNeeded = (characteristics & DISCARDABLE) === 0;
  const isBackwards = hasBase && (!hasEnd || end < virtualAddress);
  if ((isNeeded && !(hasBase && hasEnd)) || isBackwards) {
    throw refusal('pe-section-address', `a section at ${virtualAddress} of ${virtualSize} bytes in memory`, place);
  }
  const { sizeOfHeaders } = header;
  if ((characteristics & UNINITIALISED) === 0 && (virtualAddress < sizeOfHeaders || offset < sizeOfHeaders)) {
    throw refusal('pe-section-in-headers', 'a section that starts inside the headers', place);
  }
}
