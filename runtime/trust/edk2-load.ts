import type { Reason } from '../contract/judgement.ts';
import type { Edk2Image } from './edk2-image.ts';
import { broken, type RulePlace } from './enforcer.ts';
import { DIRECTORY_BYTES, type PeHeader, type RawSection, SECTION_HEADER_BYTES } from './pe-header.ts';

/**
 * Why EDK2 2026.08 does not load an image that its signatures would let it (MdePkg BasePeCoffLib BasePeCoff.c
 * `PeCoffLoaderLoadImage`, `PeCoffLoaderRelocateImage`); null when it does.
 *
 * Not asked: whether there is memory enough, or where the image wants to lie that has no relocations.
 */
export function edk2LoadFault({ header, sections }: Edk2Image): Reason | null {
  const { sectionAlignment, optionalAt } = header;
  if (sectionAlignment === 0) {
    return broken('pe-section-alignment', 'a SectionAlignment of 0', at(header, optionalAt + 32));
  }
  for (const section of sections) {
    const fault = sectionFault(header, section);
    if (fault !== null) return fault;
  }
  return relocationFault(header);
}

const PAGE_BYTES = 4096;

function at({ reader }: PeHeader, offsetBytes: number): RulePlace {
  return { layer: reader.layer, offsetBytes };
}

/** The last address is a sum of 32 bits, and what is written is not bounded again. */
function sectionFault(header: PeHeader, { at: start, virtualAddress, virtualSize, size }: RawSection): Reason | null {
  const { sizeOfImage } = header;
  const place = { ...at(header, start), lengthBytes: SECTION_HEADER_BYTES };
  const copied = virtualSize === 0 || virtualSize > size ? size : virtualSize;
  const last = (virtualAddress + virtualSize - 1) >>> 0;
  if (copied > 0 && (virtualAddress >= sizeOfImage || last >= sizeOfImage)) {
    const text = `a section at ${virtualAddress} of ${virtualSize} bytes in an image of ${sizeOfImage}`;
    return broken('pe-section-address', text, place);
  }
  const written = Math.max(copied, virtualSize);
  const end = virtualAddress + written;
  if (written === 0 || end <= Math.ceil(sizeOfImage / PAGE_BYTES) * PAGE_BYTES) return null;
  return broken('pe-section-overrun', `a section is written up to ${end}, past an image of ${sizeOfImage}`, place);
}

const RELOCS_STRIPPED = 0x0001;
const RELOCATION_DIRECTORY = 5;

/** It is read from five directories on, though the fifth is number 4. */
function relocationFault(header: PeHeader): Reason | null {
  const { reader, characteristics, directoryCount, directoriesAt, sizeOfImage } = header;
  if ((characteristics & RELOCS_STRIPPED) !== 0 || directoryCount < RELOCATION_DIRECTORY) return null;
  const start = directoriesAt + RELOCATION_DIRECTORY * DIRECTORY_BYTES;
  const [address, size] = [reader.u32(start), reader.u32(start + 4)];
  const last = (address + size - 1) >>> 0;
  if (size === 0 || (address < sizeOfImage && last < sizeOfImage)) return null;
  const text = `relocations at ${address} of ${size} bytes in an image of ${sizeOfImage}`;
  return broken('pe-relocations', text, { ...at(header, start), lengthBytes: DIRECTORY_BYTES });
}
