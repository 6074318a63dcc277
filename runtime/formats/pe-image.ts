import type { Finding } from '../bytes/format-error.ts';
import type { ByteRange } from '../bytes/ranges.ts';
import type { Arch } from '../contract/vocabulary.ts';

/** The parts of a PE/COFF file that decide what is signed and what is loaded. Offsets count from the file's start. */
export interface PeImage {
  readonly bytes: Uint8Array;
  /** Layer path, for findings. */
  readonly layer: string;
  readonly machine: number;
  readonly arch: Arch | null;
  readonly format: 'PE32' | 'PE32+';
  /** `e_lfanew`: where `PE\0\0` stands. */
  readonly peOffsetBytes: number;
  readonly optionalHeaderOffsetBytes: number;
  readonly sizeOfOptionalHeader: number;
  readonly numberOfDirectories: number;
  readonly sizeOfImage: number;
  readonly sizeOfHeaders: number;
  readonly sectionAlignment: number;
  readonly fileAlignment: number;
  readonly subsystem: number;
  readonly dllCharacteristics: number;
  readonly characteristics: number;
  readonly entryPoint: number;
  readonly majorImageVersion: number;
  /** The CheckSum field, 4 bytes: outside every digest. */
  readonly checksumRange: ByteRange;
  /** Data directory 4, 8 bytes: outside every digest; null with fewer than 5 directories. */
  readonly certificateDirectoryRange: ByteRange | null;
  /** What directory 4 says, unchecked; null when it is absent or both fields are zero. */
  readonly certificateTable: { readonly offsetBytes: number; readonly sizeBytes: number } | null;
  /** In the order of the section table. */
  readonly sections: readonly PeSection[];
  readonly sectionTableRange: ByteRange;
  /**
   * Faults of form that some enforcer or `strict` refuses (codes `pe-…`): sections out of the file, overlaps, gaps with
   * content, a certificate table that is not last, and so on. What makes the headers unreadable throws instead.
   */
  readonly findings: readonly Finding[];
}

/** A PE file before its form is checked. */
export type PeHeaders = Omit<PeImage, 'findings'>;

/** One entry of the section table; sizes and offsets are unchecked. */
export interface PeSection {
  /**
   * The bytes of the name before its first NUL; a backslash, a slash that is not first, and bytes that do not print are
   * shown as `\xNN`.
   */
  readonly name: string;
  readonly virtualSize: number;
  readonly virtualAddress: number;
  readonly sizeOfRawData: number;
  readonly pointerToRawData: number;
  readonly characteristics: number;
  /** The 40-byte header in the section table. */
  readonly headerRange: ByteRange;
}
