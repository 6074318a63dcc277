import type { Finding } from '../bytes/format-error.ts';
import type { PeHeaders, PeSection } from './pe-image.ts';
import { endOfHeaders, endOfSections, rawRange } from './pe-layout.ts';
import { firstNonZero } from './zero-bytes.ts';

/**
 * Checks what a PE file's headers say against each other and against the file.
 *
 * Every finding is something that EDK2 (`PeCoffLoaderGetPeHeader`, `PeCoffLoaderLoadImage`) or Linux
 * (`pefile_parse_binary`) refuses, or that leaves bytes which are used but not hashed. Not findings, since no enforcer
 * minds and the digest covers them: a certificate table at an odd offset, trailing bytes before the table, sections out
 * of order, raw sizes that are no multiple of FileAlignment, a wrong CheckSum. At most 64 findings; n log n in sections.
 */
export function checkPeForm(pe: PeHeaders): readonly Finding[] {
  const findings: readonly Fault[] = [
    ...checkHeaders(pe),
    ...pe.sections.flatMap((section) => checkSection(pe, section)),
    ...checkFileOverlaps(pe),
    ...checkMemoryOverlaps(pe),
    ...checkGaps(pe),
    ...checkCertificateTable(pe),
  ];
  return findings.slice(0, FINDING_LIMIT).map((found) => ({ ...found, layer: pe.layer, lengthBytes: 0 }));
}

const FINDING_LIMIT = 64;
const DOS_HEADER_SIZE = 64;
const DIRECTORY_SIZE = 8;
const EFI_SUBSYSTEMS: readonly number[] = [10, 11, 12];
const SECTION_HEADER_SIZE = 40;

function checkHeaders(pe: PeHeaders): readonly Fault[] {
  const at = pe.optionalHeaderOffsetBytes;
  const exact = (pe.format === 'PE32' ? 96 : 112) + pe.numberOfDirectories * DIRECTORY_SIZE;
  const table = pe.sectionTableRange;
  const size = pe.bytes.length;
  return [
    fault(pe.peOffsetBytes < DOS_HEADER_SIZE, ['pe-headers-overlap', 0x3c], () => {
      return `the PE header at ${pe.peOffsetBytes} lies inside the DOS header`;
    }),
    fault(pe.sizeOfOptionalHeader !== exact, ['pe-optional-header-size', at - 4], () => {
      return `the optional header has ${pe.sizeOfOptionalHeader} bytes, not ${exact}: readers disagree on the section table`;
    }),
    fault(pe.numberOfDirectories < 5, ['pe-few-directories', at], () => {
      return `${pe.numberOfDirectories} data directories leave no room for a certificate table, but some readers look for one`;
    }),
    fault(pe.sections.length === 0, ['pe-no-sections', pe.peOffsetBytes + 6], () => 'the file has no sections'),
    fault(pe.sizeOfHeaders < table[1], ['pe-section-table-outside-headers', at + 60], () => {
      return `the headers have ${pe.sizeOfHeaders} bytes, but the section table ends at ${table[1]}`;
    }),
    fault(pe.sizeOfHeaders >= Math.min(size, pe.sizeOfImage), ['pe-headers-too-large', at + 60], () => {
      return `the headers have ${pe.sizeOfHeaders} bytes, the file ${size}, the image in memory ${pe.sizeOfImage}`;
    }),
    fault(pe.sizeOfImage < table[1] + SECTION_HEADER_SIZE, ['pe-image-too-small', at + 56], () => {
      return `the image in memory has ${pe.sizeOfImage} bytes, less than its section table needs`;
    }),
    fault(!EFI_SUBSYSTEMS.includes(pe.subsystem), ['pe-subsystem-not-efi', at + 68], () => {
      return `subsystem ${pe.subsystem} is not one of EFI's (10, 11, 12)`;
    }),
  ].flat();
}

function checkSection(pe: PeHeaders, section: PeSection): readonly Fault[] {
  const { pointerToRawData: start, sizeOfRawData: raw, virtualAddress, virtualSize } = section;
  const at = section.headerRange[0];
  const inMemory = virtualSize === 0 ? raw : virtualSize;
  return [
    fault(raw > 0 && start + raw > pe.bytes.length, ['pe-section-out-of-file', at], () => {
      return `section \`${section.name}\` ends at ${start + raw}, but the file has ${pe.bytes.length} bytes`;
    }),
    fault(raw > 0 && start < pe.sizeOfHeaders, ['pe-section-in-headers', at], () => {
      return `section \`${section.name}\` starts at ${start}, inside the headers`;
    }),
    fault(raw > 0 && virtualAddress < pe.sizeOfHeaders, ['pe-section-address-in-headers', at], () => {
      return `section \`${section.name}\` is loaded at ${virtualAddress}, over the headers`;
    }),
    fault(inMemory > 0 && virtualAddress + inMemory > pe.sizeOfImage, ['pe-section-out-of-image', at], () => {
      return `section \`${section.name}\` ends at ${virtualAddress + inMemory} in memory, the image at ${pe.sizeOfImage}`;
    }),
  ].flat();
}

function checkFileOverlaps(pe: PeHeaders): readonly Fault[] {
  const spans = pe.sections.map((section) => ({ section, range: rawRange(pe, section) }));
  return overlapsOf(spans).flatMap(({ section }) =>
    fault(true, ['pe-sections-overlap', section.headerRange[0]], () => {
      return `section \`${section.name}\` shares bytes of the file with another`;
    }),
  );
}

function checkMemoryOverlaps(pe: PeHeaders): readonly Fault[] {
  const spans = pe.sections.map((section) => {
    const size = section.virtualSize === 0 ? section.sizeOfRawData : section.virtualSize;
    return { section, range: [section.virtualAddress, section.virtualAddress + size] as const };
  });
  return overlapsOf(spans).flatMap(({ section }) =>
    fault(true, ['pe-sections-overlap-in-memory', section.headerRange[0]], () => {
      return `section \`${section.name}\` is loaded over another`;
    }),
  );
}

interface Span {
  readonly section: PeSection;
  readonly range: readonly [start: number, end: number];
}

/** Spans that start before an earlier one ends. */
function overlapsOf(spans: readonly Span[]): readonly Span[] {
  const sorted = spans.filter(({ range }) => range[1] > range[0]).sort((a, b) => a.range[0] - b.range[0]);
  let end = 0;
  return sorted.filter(({ range }) => {
    const overlaps = range[0] < end;
    end = Math.max(end, range[1]);
    return overlaps;
  });
}

function checkGaps(pe: PeHeaders): readonly Fault[] {
  const table = pe.certificateTable;
  const used = pe.sections.map((section) => rawRange(pe, section)).filter(([start, end]) => end > start);
  if (table !== null) used.push([table.offsetBytes, table.offsetBytes + table.sizeBytes]);
  const last = endOfSections(pe);
  const findings: Fault[] = [];
  let cursor = endOfHeaders(pe);
  for (const [start, end] of used.sort((a, b) => a[0] - b[0])) {
    const stop = Math.min(start, last);
    const content = cursor < stop ? firstNonZero(pe.bytes, cursor, stop) : stop;
    const text = `${stop - cursor} bytes at ${cursor} belong to no section and are not all zero`;
    findings.push(...fault(content < stop, ['pe-gap-with-content', content], () => text));
    cursor = Math.max(cursor, end);
  }
  return findings;
}

function checkCertificateTable(pe: PeHeaders): readonly Fault[] {
  if (pe.certificateTable === null || pe.certificateDirectoryRange === null) return [];
  const { offsetBytes: start, sizeBytes } = pe.certificateTable;
  const at = pe.certificateDirectoryRange[0];
  const size = pe.bytes.length;
  const end = start + sizeBytes;
  if (start === 0 || sizeBytes === 0) {
    const text = `the certificate directory says ${sizeBytes} bytes at ${start}: half of it is empty`;
    return fault(true, ['pe-certificate-directory-incomplete', at], () => text);
  }
  const where = `the certificate table, ${sizeBytes} bytes at ${start},`;
  const touches = pe.sections.some((section) => {
    const raw = rawRange(pe, section);
    return raw[0] < end && start < raw[1];
  });
  return [
    fault(
      end > size,
      ['pe-certificate-table-out-of-file', at],
      () => `${where} ends outside the file of ${size} bytes`,
    ),
    fault(touches || start < endOfHeaders(pe), ['pe-certificate-table-overlaps', at], () => {
      return `${where} shares bytes with the headers or a section`;
    }),
    fault(
      start < endOfSections(pe),
      ['pe-certificate-table-not-last', at],
      () => `${where} is not behind all sections`,
    ),
    fault(end < size, ['pe-bytes-after-certificate-table', end], () => {
      return `${size - end} bytes follow the certificate table`;
    }),
  ].flat();
}

type Fault = Pick<Finding, 'code' | 'text' | 'offsetBytes'>;

function fault(
  isWrong: unknown,
  [code, offsetBytes]: readonly [code: string, offsetBytes: number],
  text: () => string,
): readonly Fault[] {
  return isWrong === true ? [{ code, text: text(), offsetBytes }] : [];
}
