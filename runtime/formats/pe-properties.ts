import { endOfHeaders, endOfSections, peRegions } from './pe-layout.ts';
import type { PeImage } from './pe-image.ts';

/** Whether the headers promise that data is never executed (PE/COFF, DllCharacteristics). */
export function isNxCompatible(pe: PeImage): boolean {
  return (pe.dllCharacteristics & NX_COMPAT) !== 0;
}

/** Whether some section is both writable and executable (PE/COFF, "Section Flags"). */
export function hasWritableCode(pe: PeImage): boolean {
  return pe.sections.some(
    ({ characteristics }) => (characteristics & EXECUTE) !== 0 && (characteristics & WRITE) !== 0,
  );
}

/**
 * Whether the entry point lies in a section that is executable and not writable, in bytes that come from the file: where
 * what starts is what was hashed.
 */
export function hasEntryInCode(pe: PeImage): boolean {
  return pe.sections.some(({ virtualAddress, virtualSize, sizeOfRawData, characteristics }) => {
    const isCode = (characteristics & EXECUTE) !== 0 && (characteristics & WRITE) === 0;
    const size = virtualSize === 0 ? sizeOfRawData : Math.min(virtualSize, sizeOfRawData);
    return isCode && virtualAddress <= pe.entryPoint && pe.entryPoint < virtualAddress + size;
  });
}

/** Whether anything, zeros included, follows the certificate table. */
export function hasBytesAfterSignature(pe: PeImage): boolean {
  if (pe.certificateTable === null || pe.certificateTable.sizeBytes === 0) return false;
  return pe.certificateTable.offsetBytes + pe.certificateTable.sizeBytes < pe.bytes.length;
}

/** Whether there are non-zero bytes before the end of the last section that no section holds. */
export function hasBytesInSectionGaps(pe: PeImage): boolean {
  if (endOfSections(pe) <= endOfHeaders(pe)) return false;
  return peRegions(pe).some(({ role, zero }) => role === 'gap' && zero === false);
}

const NX_COMPAT = 0x0100;
const EXECUTE = 0x20000000;
const WRITE = 0x80000000;
