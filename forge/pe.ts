import { alignedBytes, alignUp, concatBytes, u16le, u32le, u64le, utf8, zeroPadded } from './bytes.ts';

/**
 * Writes a PE/COFF file (Microsoft PE/COFF specification, revision 11.0).
 *
 * Everything that is not given follows the specification; what is given is written as it stands, also when it is wrong:
 * the header fields by their names in the specification, the raw places by `pointerToRawData`. The same description
 * gives the same bytes.
 */
export function forgePe(spec: PeSpec): Uint8Array {
  const frame = frameOf(spec);
  const placed = placeSections(spec, frame);
  const headers = zeroPadded(headerBytes(spec, frame, placed), frame.sizeOfHeaders);
  const file = new Uint8Array(Math.max(headers.length, ...placed.map((p) => p.rawOffsetBytes + p.stored.length)));
  file.set(headers);
  for (const section of placed) {
    file.set(section.gap, section.rawOffsetBytes - section.gap.length);
    file.set(section.stored, section.rawOffsetBytes);
  }
  return concatBytes(file, spec.overlay ?? new Uint8Array(0));
}

/** A PE/COFF file to be written. Sizes and offsets in bytes. */
export interface PeSpec {
  readonly machine: MachineName | number;
  readonly sections: readonly PeSectionSpec[];
  /** Default `PE32+`. */
  readonly format?: 'PE32' | 'PE32+';
  /** Bytes before the PE header, `e_lfanew` (written at 0x3c) excepted; at most `peOffset` bytes. Default `MZ`. */
  readonly dosHeader?: Uint8Array;
  /** `e_lfanew`, default 0x40. */
  readonly peOffset?: number;
  /** Default 10, an EFI application. */
  readonly subsystem?: number;
  /** Default 0x100, NX_COMPAT. */
  readonly dllCharacteristics?: number;
  /** COFF characteristics, default 0x206 as the kernel's own headers have. */
  readonly characteristics?: number;
  /** Default 512. */
  readonly fileAlignment?: number;
  /** Default 4096. */
  readonly sectionAlignment?: number;
  /** Default 16; kernels write 6. */
  readonly numberOfDirectories?: number;
  /** Data directories by number. */
  readonly directories?: Readonly<Record<number, PeDirectory>>;
  /** Default: the headers rounded up to `fileAlignment`. */
  readonly sizeOfHeaders?: number;
  readonly sizeOfOptionalHeader?: number;
  readonly sizeOfImage?: number;
  readonly numberOfSections?: number;
  readonly entryPoint?: number;
  readonly imageBase?: number;
  readonly checksum?: number;
  readonly timestamp?: number;
  /** Major and minor image version, default 0.0. */
  readonly imageVersion?: readonly [number, number];
  /** Bytes written over the zeros that follow the section table. */
  readonly headerSlack?: Uint8Array;
  /** Bytes after everything else. */
  readonly overlay?: Uint8Array;
}

/** One data directory, as stored. */
export interface PeDirectory {
  readonly address: number;
  readonly size: number;
}

/** One section to be written. */
export interface PeSectionSpec {
  /** Up to 8 bytes; 8 fill the field without a NUL. */
  readonly name: string;
  readonly data: Uint8Array;
  /** Default: the length of `data`. */
  readonly virtualSize?: number;
  /** Default: the next multiple of `sectionAlignment`. */
  readonly virtualAddress?: number;
  /** Default: the data rounded up to `fileAlignment`. When given, the data is stored without padding. */
  readonly sizeOfRawData?: number;
  /** Default: behind the section before, 0 for empty data. The data is stored here. */
  readonly pointerToRawData?: number;
  /** Default 0x40000040: initialised data, readable. */
  readonly characteristics?: number;
  /** Bytes stored before the section that belong to no section. */
  readonly gapBefore?: Uint8Array;
}

/** Machine names of this project's images. */
export type MachineName = keyof typeof MACHINES;

/** COFF machine numbers (PE/COFF specification, section 3.3.1). */
export const MACHINES = {
  x86: 0x14c,
  arm: 0x1c2,
  x64: 0x8664,
  arm64: 0xaa64,
  riscv32: 0x5032,
  riscv64: 0x5064,
  loongarch32: 0x6232,
  loongarch64: 0x6264,
} as const;

/** Section characteristics: contents and permissions together (PE/COFF specification, section 4.1). */
export const SECTION_FLAGS = {
  code: 0x60000020,
  data: 0xc0000040,
  readOnlyData: 0x40000040,
  discardableData: 0x42000040,
  writableCode: 0xe0000020,
} as const;

interface Frame {
  readonly fileAlignment: number;
  readonly sectionAlignment: number;
  readonly peOffset: number;
  readonly optionalHeaderOffset: number;
  readonly directories: number;
  readonly fixedSize: number;
  readonly tableOffset: number;
  readonly sizeOfHeaders: number;
}

interface PlacedSection {
  readonly spec: PeSectionSpec;
  readonly gap: Uint8Array;
  readonly stored: Uint8Array;
  readonly rawOffsetBytes: number;
  readonly pointerToRawData: number;
  readonly sizeOfRawData: number;
  readonly virtualAddress: number;
  readonly virtualSize: number;
}

function frameOf(spec: PeSpec): Frame {
  const fileAlignment = spec.fileAlignment ?? 512;
  const peOffset = spec.peOffset ?? 0x40;
  const directories = spec.numberOfDirectories ?? 16;
  const fixedSize = spec.format === 'PE32' ? 96 : 112;
  const optionalHeaderOffset = peOffset + 24;
  const tableOffset = optionalHeaderOffset + (spec.sizeOfOptionalHeader ?? fixedSize + 8 * directories);
  const headersEnd = tableOffset + 40 * spec.sections.length + (spec.headerSlack?.length ?? 0);
  return {
    fileAlignment,
    sectionAlignment: spec.sectionAlignment ?? 4096,
    peOffset,
    optionalHeaderOffset,
    directories,
    fixedSize,
    tableOffset,
    sizeOfHeaders: spec.sizeOfHeaders ?? alignUp(headersEnd, fileAlignment),
  };
}

function placeSections(spec: PeSpec, frame: Frame): readonly PlacedSection[] {
  const placed: PlacedSection[] = [];
  let rawOffset = alignUp(frame.sizeOfHeaders, frame.fileAlignment);
  let address = alignUp(frame.sizeOfHeaders, frame.sectionAlignment);
  for (const section of spec.sections) {
    const gap = section.gapBefore ?? new Uint8Array(0);
    const stored = section.sizeOfRawData === undefined ? alignedBytes(section.data, frame.fileAlignment) : section.data;
    const rawOffsetBytes = section.pointerToRawData ?? rawOffset + gap.length;
    const virtualSize = section.virtualSize ?? section.data.length;
    const virtualAddress = section.virtualAddress ?? address;
    placed.push({
      spec: section,
      gap,
      stored: rawOffsetBytes === 0 ? new Uint8Array(0) : stored,
      rawOffsetBytes,
      pointerToRawData: section.pointerToRawData ?? (stored.length === 0 ? 0 : rawOffsetBytes),
      sizeOfRawData: section.sizeOfRawData ?? stored.length,
      virtualAddress,
      virtualSize,
    });
    rawOffset = alignUp(Math.max(rawOffset, rawOffsetBytes + stored.length), frame.fileAlignment);
    address = alignUp(virtualAddress + Math.max(virtualSize, 1), frame.sectionAlignment);
  }
  return placed;
}

function headerBytes(spec: PeSpec, frame: Frame, placed: readonly PlacedSection[]): Uint8Array {
  const dos = zeroPadded(spec.dosHeader ?? utf8('MZ'), frame.peOffset).slice(0, frame.peOffset);
  if (frame.peOffset >= 0x40) dos.set(u32le(frame.peOffset), 0x3c);
  const optional = concatBytes(optionalHeader(spec, frame, placed), dataDirectories(spec, frame));
  const untilTable = zeroPadded(
    concatBytes(dos, coffHeader(spec, frame, placed), optional),
    frame.tableOffset,
  ).subarray(0, frame.tableOffset);
  return concatBytes(untilTable, ...placed.map(sectionHeader), spec.headerSlack ?? new Uint8Array(0));
}

/** PE/COFF specification, sections 3.2 (signature) and 3.3 (COFF file header). */
function coffHeader(spec: PeSpec, frame: Frame, placed: readonly PlacedSection[]): Uint8Array {
  const optionalSize = spec.sizeOfOptionalHeader ?? frame.fixedSize + 8 * frame.directories;
  return concatBytes(
    utf8('PE\0\0'),
    u16le(typeof spec.machine === 'number' ? spec.machine : MACHINES[spec.machine]),
    u16le(spec.numberOfSections ?? placed.length),
    u32le(spec.timestamp ?? 0),
    u32le(0), // PointerToSymbolTable
    u32le(0), // NumberOfSymbols
    u16le(optionalSize),
    u16le(spec.characteristics ?? 0x206),
  );
}

/** PE/COFF specification, sections 3.4.1 (standard fields) and 3.4.2 (Windows-specific fields). */
function optionalHeader(spec: PeSpec, frame: Frame, placed: readonly PlacedSection[]): Uint8Array {
  const wide = spec.format !== 'PE32';
  const word = (value: number): Uint8Array => (wide ? u64le(value) : u32le(value));
  const lastAddress = Math.max(frame.sizeOfHeaders, ...placed.map((p) => p.virtualAddress + p.virtualSize));
  const firstCode = placed.find((p) => isCode(p));
  const [majorImage, minorImage] = spec.imageVersion ?? [0, 0];
  return concatBytes(
    u16le(wide ? 0x20b : 0x10b),
    u16le(0), // linker version
    u32le(sumOfRaw(placed.filter(isCode))),
    u32le(sumOfRaw(placed.filter((p) => !isCode(p)))),
    u32le(0), // SizeOfUninitializedData
    u32le(spec.entryPoint ?? firstCode?.virtualAddress ?? 0),
    u32le(firstCode?.virtualAddress ?? 0), // BaseOfCode
    wide ? new Uint8Array(0) : u32le(0), // BaseOfData
    word(spec.imageBase ?? 0),
    u32le(frame.sectionAlignment),
    u32le(frame.fileAlignment),
    concatBytes(u16le(0), u16le(0), u16le(majorImage), u16le(minorImage), u16le(0), u16le(0)),
    u32le(0), // Win32VersionValue
    u32le(spec.sizeOfImage ?? alignUp(lastAddress, frame.sectionAlignment)),
    u32le(frame.sizeOfHeaders),
    u32le(spec.checksum ?? 0),
    u16le(spec.subsystem ?? 10),
    u16le(spec.dllCharacteristics ?? 0x100),
    concatBytes(word(0), word(0), word(0), word(0)), // stack and heap, reserved and committed
    u32le(0), // LoaderFlags
    u32le(frame.directories),
  );
}

function dataDirectories(spec: PeSpec, frame: Frame): Uint8Array {
  const entries = Array.from({ length: Math.min(frame.directories, 64) }, (_, index) => spec.directories?.[index]);
  return concatBytes(...entries.map((entry) => concatBytes(u32le(entry?.address ?? 0), u32le(entry?.size ?? 0))));
}

/** PE/COFF specification, section 4: 40 bytes. */
function sectionHeader(section: PlacedSection): Uint8Array {
  return concatBytes(
    zeroPadded(utf8(section.spec.name), 8).subarray(0, 8),
    u32le(section.virtualSize),
    u32le(section.virtualAddress),
    u32le(section.sizeOfRawData),
    u32le(section.pointerToRawData),
    new Uint8Array(12), // relocations and line numbers: none
    u32le(section.spec.characteristics ?? SECTION_FLAGS.readOnlyData),
  );
}

function isCode(section: PlacedSection): boolean {
  return ((section.spec.characteristics ?? 0) & 0x20) !== 0;
}

function sumOfRaw(sections: readonly PlacedSection[]): number {
  return sections.reduce((sum, section) => sum + section.sizeOfRawData, 0) % 2 ** 32;
}
