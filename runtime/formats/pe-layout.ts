import type { ByteRange } from '../bytes/ranges.ts';
import type { Region } from './layer.ts';
import type { PeHeaders, PeSection } from './pe-image.ts';
import { fullSectionName } from './section-names.ts';
import { type Claim, drawRegions, overlayRegion } from './regions.ts';

/**
 * Names every byte of a PE file: headers, sections, the gaps between them, symbols, the certificate table, the rest.
 *
 * A gap lies before the end of the last section, where the Authenticode digest does not reach; stray bytes lie after
 * it. The zero bytes that align the certificate table, and those that fill a section up to its file alignment, are
 * padding.
 */
export function peRegions(pe: PeHeaders): readonly Region[] {
  const claims = [headerClaim(pe), ...symbolClaim(pe), ...pe.sections.map((section) => sectionClaim(pe, section))];
  const lastSectionEnd = endOfSections(pe);
  const regions = drawRegions(pe.bytes, claims, (before, after, range) =>
    fillBetween(range, lastSectionEnd, [before, after]),
  );
  return drawCertificateTable(pe, regions);
}

/** Where the certificate table lies, cut at the file's end; null when there is none. */
function certificateTableRange(pe: PeHeaders): ByteRange | null {
  if (pe.certificateTable === null || pe.certificateTable.sizeBytes === 0) return null;
  const { offsetBytes, sizeBytes } = pe.certificateTable;
  const size = pe.bytes.length;
  return offsetBytes >= size ? null : [offsetBytes, Math.min(size, offsetBytes + sizeBytes)];
}

/** The end of the headers in the file: SizeOfHeaders, and never less than the section table. */
export function endOfHeaders(pe: PeHeaders): number {
  return Math.min(pe.bytes.length, Math.max(pe.sizeOfHeaders, pe.sectionTableRange[1]));
}

/** The largest end of a section's raw data, cut at the file's end; 0 without raw data. */
export function endOfSections(pe: PeHeaders): number {
  return pe.sections.reduce((end, section) => Math.max(end, rawRange(pe, section)[1]), 0);
}

/** A section's bytes in the file, cut at the file's end; empty when it has none. */
export function rawRange(pe: PeHeaders, section: PeSection): ByteRange {
  if (section.sizeOfRawData === 0) return [0, 0];
  const size = pe.bytes.length;
  const { pointerToRawData: start, sizeOfRawData } = section;
  return [Math.min(start, size), Math.min(start + sizeOfRawData, size)];
}

/** A section's bytes in the file without the padding behind VirtualSize; all of them when that is 0. */
export function storedRange(pe: PeHeaders, section: PeSection): ByteRange {
  const [start, end] = rawRange(pe, section);
  return [start, section.virtualSize === 0 ? end : Math.min(end, start + section.virtualSize)];
}

function headerClaim(pe: PeHeaders): Claim {
  return { range: [0, endOfHeaders(pe)], role: 'header', name: 'DOS and PE headers' };
}

function sectionClaim(pe: PeHeaders, section: PeSection): Claim {
  const range = rawRange(pe, section);
  const name = section.name === '' ? '(unnamed)' : fullSectionName(pe, section);
  return { range, role: 'section', name, contentEnd: range[0] + section.virtualSize };
}

const COFF_SYMBOL_SIZE = 18;

/** COFF symbols and the string table behind them (PE/COFF, "COFF Symbol Table"); only when they fit in the file. */
function symbolClaim(pe: PeHeaders): readonly Claim[] {
  const view = new DataView(pe.bytes.buffer, pe.bytes.byteOffset, pe.bytes.byteLength);
  const start = view.getUint32(pe.peOffsetBytes + 12, true);
  const strings = start + view.getUint32(pe.peOffsetBytes + 16, true) * COFF_SYMBOL_SIZE;
  if (start < Math.max(endOfHeaders(pe), endOfSections(pe)) || strings + 4 > pe.bytes.length) return [];
  const end = strings + Math.max(4, view.getUint32(strings, true));
  return end > pe.bytes.length ? [] : [{ range: [start, end], role: 'data', name: 'COFF symbols and strings' }];
}

function fillBetween(range: ByteRange, lastSectionEnd: number, [before, after]: Neighbours): readonly Claim[] {
  if (range[1] > lastSectionEnd) return [{ range, role: 'stray', name: `after ${placeName(before)}` }];
  return [{ range, role: 'gap', name: `between ${placeName(before)} and ${placeName(after)}` }];
}

type Neighbours = readonly [before: Claim | null, after: Claim | null];

function placeName(claim: Claim | null): string {
  return claim?.name ?? 'nothing';
}

function drawCertificateTable(pe: PeHeaders, regions: readonly Region[]): readonly Region[] {
  const table = certificateTableRange(pe);
  const end = pe.bytes.length;
  if (table === null) return regions.map((region) => nameAlignment(region, end));
  const range: ByteRange = [Math.max(table[0], endOfHeaders(pe)), table[1]];
  const drawn = overlayRegion(pe.bytes, regions, { range, role: 'certificate-table', name: 'certificate table' });
  return drawn.map((region) => {
    const isBehind = region.role === 'stray' && region.range[0] >= table[1];
    return isBehind ? { ...region, name: 'after the certificate table' } : nameAlignment(region, table[0]);
  });
}

const CERTIFICATE_ALIGNMENT = 8;

/** The zeros with which signing tools bring a file to a multiple of 8 before the table; they stay when it is removed. */
function nameAlignment(region: Region, tableStart: number): Region {
  const [start, end] = region.range;
  const isAlignment = end === tableStart && end - start < CERTIFICATE_ALIGNMENT && region.zero === true;
  return region.role === 'stray' && isAlignment ? { ...region, role: 'padding', name: 'alignment' } : region;
}
