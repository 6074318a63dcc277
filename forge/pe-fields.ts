import { concatBytes, patched, readU16le, readU32le, u32le } from './bytes.ts';

/**
 * Finds the fields of a PE/COFF file that signing touches (PE/COFF specification, sections 3.3 and 3.4).
 *
 * For files that the forge wrote or that are known to be sound; it checks nothing.
 */
export function peFields(bytes: Uint8Array): PeFields {
  const peOffset = readU32le(bytes, 0x3c);
  const optionalHeader = peOffset + 24;
  const wide = readU16le(bytes, optionalHeader) === 0x20b;
  const directories = optionalHeader + (wide ? 112 : 96);
  const certificateDirectory = directories + 4 * 8;
  const sectionTable = optionalHeader + readU16le(bytes, peOffset + 20);
  const sections = Array.from({ length: readU16le(bytes, peOffset + 6) }, (_, index) => {
    const header = sectionTable + 40 * index;
    return { size: readU32le(bytes, header + 16), offset: readU32le(bytes, header + 20) };
  });
  return {
    optionalHeader,
    checksumOffset: optionalHeader + 64,
    certificateDirectory,
    sizeOfHeaders: readU32le(bytes, optionalHeader + 60),
    sectionTable,
    sections,
    certificateTable: {
      address: readU32le(bytes, certificateDirectory),
      size: readU32le(bytes, certificateDirectory + 4),
    },
  };
}

/** Places in a PE/COFF file, as byte offsets from its start. */
export interface PeFields {
  readonly optionalHeader: number;
  readonly checksumOffset: number;
  readonly certificateDirectory: number;
  readonly sizeOfHeaders: number;
  readonly sectionTable: number;
  /** Raw data of each section, in the order of the section table. */
  readonly sections: readonly { readonly size: number; readonly offset: number }[];
  /** What data directory 4 says: a file offset and a size. */
  readonly certificateTable: { readonly address: number; readonly size: number };
}

/** A copy of the file with other numbers in data directory 4. */
export function withCertificateDirectory(bytes: Uint8Array, address: number, size: number): Uint8Array {
  return patched(bytes, peFields(bytes).certificateDirectory, concatBytes(u32le(address), u32le(size)));
}

/** A copy of the file with a right CheckSum field: 16-bit one's complement sum of all else, plus the length. */
export function withChecksum(bytes: Uint8Array): Uint8Array {
  const { checksumOffset } = peFields(bytes);
  const cleared = patched(bytes, checksumOffset, u32le(0));
  let sum = 0;
  for (let offset = 0; offset < cleared.length; offset += 2) {
    sum += (cleared[offset] ?? 0) | ((cleared[offset + 1] ?? 0) << 8);
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  cleared.set(u32le(sum + cleared.length), checksumOffset);
  return cleared;
}

/** The file without its certificate table, which must be last; the directory entry is cleared. */
export function withoutSignatures(bytes: Uint8Array): Uint8Array {
  const { address, size } = peFields(bytes).certificateTable;
  return size === 0 ? bytes : withCertificateDirectory(bytes.subarray(0, address), 0, 0);
}
