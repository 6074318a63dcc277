import type { ByteRange } from '../bytes/ranges.ts';
import type { PeHeaders, PeSection } from './pe-image.ts';

/**
 * The full name of a section: `/N` in the section table is the name at offset N of the COFF string table (PE/COFF,
 * "Section Table", which allows it in object files only; GNU ld writes it into programs too, such as shim).
 *
 * For people and for what a program says of itself: loaders compare the 8 bytes of the table. The short name is given
 * where there is no string table, or none that ends in the file.
 */
export function fullSectionName(pe: PeHeaders, { name }: PeSection): string {
  const offset = /^\/(\d{1,7})$/.exec(name)?.[1];
  const table = stringTable(pe);
  if (offset === undefined || table === null) return name;
  const [start, end] = table;
  const from = start + Number(offset);
  const field = pe.bytes.subarray(Math.min(from, end), Math.min(from + NAME_LIMIT, end));
  const length = field.indexOf(0);
  const isName = length > 0 && field.subarray(0, length).every((byte) => byte > 0x20 && byte < 0x7f);
  return isName ? String.fromCharCode(...field.subarray(0, length)) : name;
}

/** The first section of this full name; null when there is none. */
export function sectionNamed(pe: PeHeaders, name: string): PeSection | null {
  return pe.sections.find((section) => fullSectionName(pe, section) === name) ?? null;
}

const NAME_LIMIT = 64;
const SYMBOL_SIZE = 18;
const POINTER_TO_SYMBOLS = 12;
const NUMBER_OF_SYMBOLS = 16;

function stringTable({ bytes, peOffsetBytes }: PeHeaders): ByteRange | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const symbols = view.getUint32(peOffsetBytes + POINTER_TO_SYMBOLS, true);
  const start = symbols + view.getUint32(peOffsetBytes + NUMBER_OF_SYMBOLS, true) * SYMBOL_SIZE;
  if (symbols === 0 || start + 4 > bytes.length) return null;
  const end = start + view.getUint32(start, true);
  return end > bytes.length ? null : [start, end];
}
