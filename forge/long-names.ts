import { concatBytes, patched, readU32le, u32le, utf8 } from './bytes.ts';
import { forgePe, type PeSpec } from './pe.ts';

/**
 * Writes a PE file whose section names may be longer than 8 characters, as GNU ld does: `/N` in the section table, the
 * name at N of the COFF string table behind the sections (PE/COFF specification, sections 4 and 5.6).
 */
export function forgeWithLongNames(spec: PeSpec): Uint8Array {
  const long = spec.sections.map(({ name }) => name).filter((name) => name.length > SHORT_NAME);
  const strings = concatBytes(...long.map((name) => utf8(`${name}\0`)));
  const table = concatBytes(u32le(4 + strings.length), strings);
  const sections = spec.sections.map((section) => {
    const index = long.indexOf(section.name);
    const before = long.slice(0, index).reduce((size, name) => size + name.length + 1, 0);
    return index === -1 ? section : { ...section, name: `/${4 + before}` };
  });
  const file = forgePe({ ...spec, sections });
  const coff = readU32le(file, 0x3c) + 4;
  return concatBytes(patched(file, coff + 8, concatBytes(u32le(file.length), u32le(0))), table);
}

const SHORT_NAME = 8;
