import { alignUp, concatBytes, readU16le, readU32le } from './bytes.ts';

/**
 * Gives one section of a PE/COFF file other contents, and moves what stands behind it in the file and in memory.
 *
 * As systemd's `ukify` lays sections out: raw data rounded up to FileAlignment, addresses to SectionAlignment. Distances
 * between sections stay as they were, and so does every byte outside the section but the fields that count them. The file
 * must carry no certificate table any more.
 *
 * @throws Error when the layout is one that cannot be moved.
 */
export function withSection(bytes: Uint8Array, index: number, contents: SectionContents): Uint8Array {
  const layout = layoutOf(bytes);
  const section = layout.sections[index];
  if (section === undefined) throw new Error(`there is no section ${index}`);
  refuseOddLayout(layout, section);
  const { data, virtualSize } = contents;
  const move: Move = {
    section,
    fileDelta: alignUp(data.length - section.rawSize, layout.fileAlignment),
    addressDelta:
      alignUp(section.address + virtualSize, layout.sectionAlignment) -
      alignUp(section.address + section.virtualSize, layout.sectionAlignment),
  };
  refuseMovedCode(layout, move, contents.movesCode);
  const rawEnd = section.rawOffset + section.rawSize;
  const padding = new Uint8Array(section.rawSize + move.fileDelta - data.length);
  const file = concatBytes(bytes.subarray(0, section.rawOffset), data, padding, bytes.subarray(rawEnd));
  const view = new DataView(file.buffer);
  writeSections(view, layout, move);
  view.setUint32(section.header + 8, virtualSize, true);
  view.setUint32(section.header + 16, section.rawSize + move.fileDelta, true);
  writeTotals(view, layout, move);
  return file;
}

/** What a section is to hold. */
export interface SectionContents {
  readonly data: Uint8Array;
  /** In memory, in bytes. */
  readonly virtualSize: number;
  /** Whether code and what it refers to may change their distance: `refused`, or `allowed` when the caller tells of it. */
  readonly movesCode: 'allowed' | 'refused';
}

/** The number of a section in the section table, by name; -1 when there is none. */
export function sectionIndex(bytes: Uint8Array, name: string): number {
  return layoutOf(bytes).sections.findIndex((section) => section.name === name);
}

/** The number of the section whose raw data hold a byte; -1 when there is none. */
export function sectionAround(bytes: Uint8Array, offsetBytes: number): number {
  return layoutOf(bytes).sections.findIndex(
    ({ rawOffset, rawSize }) => rawOffset <= offsetBytes && offsetBytes < rawOffset + rawSize,
  );
}

/** The raw data of a section. */
export function rawSection(bytes: Uint8Array, index: number): RawSection {
  const section = layoutOf(bytes).sections[index];
  if (section === undefined) throw new Error(`there is no section ${index}`);
  return { offset: section.rawOffset, size: section.rawSize, virtualSize: section.virtualSize };
}

/** Where a section lies in the file, and how large it is there and in memory. */
export interface RawSection {
  readonly offset: number;
  readonly size: number;
  readonly virtualSize: number;
}

/** Where the last section of a file ends. */
export function sectionsEnd(bytes: Uint8Array): number {
  return Math.max(
    0,
    ...layoutOf(bytes).sections.map(({ rawOffset, rawSize }) => (rawSize === 0 ? 0 : rawOffset + rawSize)),
  );
}

interface Section {
  readonly name: string;
  /** Where its 40 bytes in the section table stand. */
  readonly header: number;
  readonly virtualSize: number;
  readonly address: number;
  readonly rawSize: number;
  readonly rawOffset: number;
  readonly flags: number;
}

interface Layout {
  readonly fileBytes: number;
  readonly optionalHeader: number;
  readonly wide: boolean;
  readonly fileAlignment: number;
  readonly sectionAlignment: number;
  readonly directories: number;
  readonly sections: readonly Section[];
}

interface Move {
  readonly section: Section;
  /** By how much later sections move in the file. */
  readonly fileDelta: number;
  /** By how much sections at higher addresses move in memory. */
  readonly addressDelta: number;
}

const CODE = 0x20;
const INITIALISED_DATA = 0x40;
const SECTION_LIMIT = 96;

/** PE/COFF specification, sections 3.3, 3.4 and 4. */
function layoutOf(bytes: Uint8Array): Layout {
  const peOffset = readU32le(bytes, 0x3c);
  const optionalHeader = peOffset + 24;
  const count = readU16le(bytes, peOffset + 6);
  if (count > SECTION_LIMIT) throw new Error(`there are ${count} sections`);
  const table = optionalHeader + readU16le(bytes, peOffset + 20);
  const wide = readU16le(bytes, optionalHeader) === 0x20b;
  return {
    fileBytes: bytes.length,
    optionalHeader,
    wide,
    fileAlignment: powerOfTwo('FileAlignment', readU32le(bytes, optionalHeader + 36)),
    sectionAlignment: powerOfTwo('SectionAlignment', readU32le(bytes, optionalHeader + 32)),
    directories: readU32le(bytes, optionalHeader + (wide ? 108 : 92)),
    sections: Array.from({ length: count }, (_, index) => sectionAt(bytes, table + 40 * index)),
  };
}

function sectionAt(bytes: Uint8Array, header: number): Section {
  const field = (offset: number): number => readU32le(bytes, header + offset);
  const name = Buffer.from(bytes.subarray(header, header + 8))
    .toString('latin1')
    .replace(/\0.*$/s, '');
  return {
    name,
    header,
    virtualSize: field(8),
    address: field(12),
    rawSize: field(16),
    rawOffset: field(20),
    flags: field(36),
  };
}

function powerOfTwo(name: string, value: number): number {
  if (value > 0 && value <= 0x1000000 && (value & (value - 1)) === 0) return value;
  throw new Error(`${name} is ${value}`);
}

/** Moving is arithmetic on whole sections: none may lie across another. */
function refuseOddLayout({ fileBytes, sections }: Layout, section: Section): void {
  const end = section.rawOffset + section.rawSize;
  if (section.rawSize === 0 || end > fileBytes) throw new Error(`section \`${section.name}\` does not lie in the file`);
  for (const other of sections) {
    if (other === section || other.rawSize === 0) continue;
    if (other.rawOffset + other.rawSize > fileBytes)
      throw new Error(`section \`${other.name}\` does not lie in the file`);
    if (other.rawOffset < end && other.rawOffset + other.rawSize > section.rawOffset) {
      throw new Error(`sections \`${section.name}\` and \`${other.name}\` overlap`);
    }
  }
}

/** Instructions and tables find their neighbours by distance. */
function refuseMovedCode({ sections }: Layout, { section, addressDelta }: Move, movesCode: string): void {
  if (addressDelta === 0 || movesCode === 'allowed') return;
  const code = sections.find(({ address, flags }) => address > section.address && (flags & CODE) !== 0);
  if (code !== undefined && code.name !== '.linux') {
    throw new Error(`\`${code.name}\`, which is code, stands behind \`${section.name}\` and cannot be moved`);
  }
}

function writeSections(view: DataView, { sections }: Layout, { section, fileDelta, addressDelta }: Move): void {
  for (const other of sections) {
    if (other.address > section.address) view.setUint32(other.header + 12, other.address + addressDelta, true);
    if (other.rawSize > 0 && other.rawOffset > section.rawOffset) {
      view.setUint32(other.header + 20, other.rawOffset + fileDelta, true);
    }
  }
}

/** SizeOfCode, SizeOfInitializedData, entry point, SizeOfImage and the data directories behind the section. */
function writeTotals(view: DataView, layout: Layout, move: Move): void {
  const { optionalHeader, wide, directories } = layout;
  const { section, fileDelta, addressDelta } = move;
  const add = (at: number, delta: number): void => view.setUint32(at, view.getUint32(at, true) + delta, true);
  const shift = (at: number): void => {
    if (view.getUint32(at, true) > section.address) add(at, addressDelta);
  };
  // ukify leaves both sums as the stub has them; where the file counts the section, it goes on doing so.
  const sum = (section.flags & CODE) !== 0 ? 4 : (section.flags & INITIALISED_DATA) !== 0 ? 8 : null;
  if (sum !== null && view.getUint32(optionalHeader + sum, true) >= section.rawSize)
    add(optionalHeader + sum, fileDelta);
  if (view.getUint32(optionalHeader + 16, true) >= section.address + section.virtualSize) shift(optionalHeader + 16);
  add(optionalHeader + 56, addressDelta);
  const first = optionalHeader + (wide ? 112 : 96);
  for (let number = 0; number < Math.min(directories, 16); number += 1) {
    if (number !== CERTIFICATES && view.getUint32(first + 8 * number, true) >= section.address + section.virtualSize) {
      shift(first + 8 * number);
    }
  }
}

/** Directory 4 counts in the file. */
const CERTIFICATES = 4;

/** Bytes inside one section that have moved within it. */
export interface MovedBytes {
  /** The section's number. */
  readonly index: number;
  /** File offsets, before. */
  readonly from: number;
  readonly to: number;
  readonly delta: number;
}

/** Follows the debug directory (PE/COFF specification, section 5.1) and what its entries point to, where it has moved. */
export function withMovedDebugTable(bytes: Uint8Array, moved: MovedBytes): Uint8Array {
  const { optionalHeader, wide, directories, sections } = layoutOf(bytes);
  const section = sections[moved.index];
  if (directories <= DEBUG || section === undefined) return bytes;
  const file = Uint8Array.from(bytes);
  const view = new DataView(file.buffer);
  const toAddress = section.address - section.rawOffset;
  const entry = optionalHeader + (wide ? 112 : 96) + 8 * DEBUG;
  const [address, size] = [view.getUint32(entry, true), view.getUint32(entry + 4, true)];
  const follow = (at: number, base: number): void => {
    const value = view.getUint32(at, true) - base;
    if (value >= moved.from && value < moved.to) view.setUint32(at, value + base + moved.delta, true);
  };
  follow(entry, toAddress);
  if (view.getUint32(entry, true) === address) return file;
  const table = address - toAddress + moved.delta;
  for (let at = table; at + 28 <= Math.min(table + size, file.length); at += 28) {
    follow(at + 20, toAddress);
    follow(at + 24, 0);
  }
  return file;
}

const DEBUG = 6;
