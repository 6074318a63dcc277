import { programBytes } from './contents.ts';
import { forgePe, type PeSectionSpec, type PeSpec, SECTION_FLAGS } from './pe.ts';

/**
 * A small x86-64 EFI program of three sections, 3072 bytes, on which the recipes play their variations.
 *
 * Headers take 0x600 bytes; 16 data directories. `overrides` replaces fields of the description.
 */
export function smallProgram(overrides: Partial<PeSpec>): Uint8Array {
  return forgePe({
    machine: 'x64',
    sections: SMALL_SECTIONS,
    peOffset: 0x80,
    sizeOfHeaders: 0x600,
    imageBase: 0x140000000,
    characteristics: 0x22,
    dllCharacteristics: 0x160,
    ...overrides,
  });
}

/** Code, constants and variables of the small program, 512 bytes each. */
export const SMALL_SECTIONS: readonly [PeSectionSpec, PeSectionSpec, PeSectionSpec] = [
  { name: '.text', data: programBytes(0x200, 21), characteristics: SECTION_FLAGS.code },
  { name: '.rdata', data: programBytes(0x1f8, 22), characteristics: SECTION_FLAGS.readOnlyData },
  { name: '.data', data: programBytes(0x144, 23), characteristics: SECTION_FLAGS.data },
];
