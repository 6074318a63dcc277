import type { ByteRange } from '../bytes/ranges.ts';
import { type Reader, readerOf } from '../bytes/reader.ts';

/**
 * The fields of a PE header, as they stand: each enforcer checks them by its own rules and computes its own offsets.
 *
 * `readPe` of `formats/` refuses where two enforcers would read two section tables; here the question is what one of
 * them reads.
 */
export interface PeHeader {
  readonly reader: Reader;
  readonly sizeBytes: number;
  readonly peOffset: number;
  readonly machine: number;
  readonly sectionCount: number;
  readonly sizeOfOptionalHeader: number;
  readonly characteristics: number;
  readonly optionalAt: number;
  /** The optional header without its directories: 96 or 112 bytes. */
  readonly fixedBytes: number;
  readonly sectionAlignment: number;
  readonly fileAlignment: number;
  readonly sizeOfImage: number;
  readonly sizeOfHeaders: number;
  readonly checksumAt: number;
  readonly subsystem: number;
  readonly directoryCount: number;
  readonly directoriesAt: number;
}

/** Data directory 4. */
export interface CertificateDirectory {
  readonly range: ByteRange;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** One header of the section table. */
export interface RawSection {
  readonly at: number;
  readonly virtualSize: number;
  readonly virtualAddress: number;
  readonly size: number;
  readonly offset: number;
  readonly characteristics: number;
}

export const DOS_HEADER_BYTES = 64;
/** `PE\0\0` and the COFF header. */
export const NT_HEADER_BYTES = 24;
export const DIRECTORY_BYTES = 8;
export const SECTION_HEADER_BYTES = 40;
const CERTIFICATE_DIRECTORY = 4;

/** Reads the header at an offset; null when it does not fit, or is no PE32 or PE32+ header. */
export function readPeHeader(bytes: Uint8Array, peOffset: number, layer: string): PeHeader | null {
  const reader = readerOf(bytes, layer);
  const optionalAt = peOffset + NT_HEADER_BYTES;
  if (optionalAt + 2 > bytes.length || reader.u32(peOffset) !== PE_SIGNATURE) return null;
  const magic = reader.u16(optionalAt);
  const fixedBytes = FIXED_BYTES.get(magic);
  if (fixedBytes === undefined || optionalAt + fixedBytes > bytes.length) return null;
  const directoriesAt = optionalAt + fixedBytes;
  return {
    reader,
    sizeBytes: bytes.length,
    peOffset,
    machine: reader.u16(peOffset + 4),
    sectionCount: reader.u16(peOffset + 6),
    sizeOfOptionalHeader: reader.u16(peOffset + 20),
    characteristics: reader.u16(peOffset + 22),
    optionalAt,
    fixedBytes,
    sectionAlignment: reader.u32(optionalAt + 32),
    fileAlignment: reader.u32(optionalAt + 36),
    sizeOfImage: reader.u32(optionalAt + 56),
    sizeOfHeaders: reader.u32(optionalAt + 60),
    checksumAt: optionalAt + 64,
    subsystem: reader.u16(optionalAt + 68),
    directoryCount: reader.u32(directoriesAt - 4),
    directoriesAt,
  };
}

const PE_SIGNATURE = 0x00004550;
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [0x10b, 96],
  [0x20b, 112],
]);

/** `e_lfanew`; null when the bytes do not start with a DOS header. */
export function peOffsetOf(bytes: Uint8Array): number | null {
  if (bytes.length < DOS_HEADER_BYTES || bytes[0] !== 0x4d || bytes[1] !== 0x5a) return null;
  return readerOf(bytes, '').u32(0x3c);
}

/** Directory 4, whatever the count of directories says; null when it lies outside the file. */
export function certificateDirectory({ reader, directoriesAt, sizeBytes }: PeHeader): CertificateDirectory | null {
  const at = directoriesAt + CERTIFICATE_DIRECTORY * DIRECTORY_BYTES;
  if (at + DIRECTORY_BYTES > sizeBytes) return null;
  return { range: [at, at + DIRECTORY_BYTES], offsetBytes: reader.u32(at), sizeBytes: reader.u32(at + 4) };
}

/** Whether the count of directories says that there is a directory 4. */
export function hasCertificateDirectory({ directoryCount }: PeHeader): boolean {
  return directoryCount > CERTIFICATE_DIRECTORY;
}

/** The section table at an offset; null when it leaves the file. */
export function sectionsAt(
  { reader, sizeBytes, sectionCount }: PeHeader,
  tableAt: number,
): readonly RawSection[] | null {
  if (tableAt + sectionCount * SECTION_HEADER_BYTES > sizeBytes) return null;
  return Array.from({ length: sectionCount }, (_, index) => {
    const at = tableAt + index * SECTION_HEADER_BYTES;
    return {
      at,
      virtualSize: reader.u32(at + 8),
      virtualAddress: reader.u32(at + 12),
      size: reader.u32(at + 16),
      offset: reader.u32(at + 20),
      characteristics: reader.u32(at + 36),
    };
  });
}
