import type { Engine, HashName } from '../bytes/engine.ts';
import { attempt, FormatError } from '../bytes/format-error.ts';
import { type ByteRange, normalise, type RangeSet } from '../bytes/ranges.ts';
import type { PeImage, PeSection } from '../formats/pe.ts';

/** What the Authenticode digest of a PE file hashes. */
export interface AuthenticodeRanges {
  /** In hashing order. A range may come twice, or overlap another: the digest hashes it twice. */
  readonly hashed: readonly ByteRange[];
  /** The bytes that a signature over the digest covers. */
  readonly covers: RangeSet;
}

/**
 * The byte ranges of the PE image hash, by the steps of "Windows Authenticode Portable Executable Signature Format"
 * (version 1.0, "Calculating the PE Image Hash").
 *
 * Nothing is added that the file does not hold: signers that pad an image to 8 bytes write the zeros into the file.
 * Stricter than the document: a range outside the file is an error, as EDK2's `PeCoffLoaderGetPeHeader` has it. Of the
 * two readings of step 13 this is the one of EDK2, shim, Linux and sbsigntool; osslsigncode hashes the gaps between
 * sections instead.
 *
 * @throws FormatError `authenticode-headers`, `authenticode-section`: no digest exists.
 */
export function authenticodeRanges(pe: PeImage): AuthenticodeRanges {
  const fileBytes = pe.bytes.length;
  // 1. and 2. load the headers and start a hash: nothing to do here.
  // 3. from the start to CheckSum, 4. skip CheckSum, 5. to directory 4, 6. and 7. skip it and go on to SizeOfHeaders.
  const hashed = headerRanges(pe);
  // 8. SUM_OF_BYTES_HASHED starts as SizeOfHeaders.
  let sum = pe.sizeOfHeaders;
  // 9. and 10. sections that hold bytes, in ascending order of PointerToRawData (the sort is stable).
  const sections = pe.sections
    .filter(({ sizeOfRawData }) => sizeOfRawData > 0)
    .sort((a, b) => a.pointerToRawData - b.pointerToRawData);
  // 11. and 12. hash each whole section and add its size to the sum.
  for (const section of sections) {
    hashed.push(sectionRange(pe, section));
    sum += section.sizeOfRawData;
  }
  // 13. when the file goes on: from the sum, a count that serves as an offset, to where the table's size is left.
  // With a gap between sections the gap stays outside, and as many bytes at the end are hashed twice. Overlapping
  // sections can sum to more than what is beside the table: then nothing is left to hash, as pesign and sbsigntool have
  // it. EDK2 `HashPeImage` refuses such a file, and in Linux `pefile_digest_pe_contents` the length wraps; the reader of
  // PE files names the overlap, and `strict` refuses it.
  const end = fileBytes - (pe.certificateTable?.sizeBytes ?? 0);
  if (end > sum) hashed.push([sum, end]);
  return { hashed, covers: normalise(hashed) };
}

/**
 * The Authenticode digest of a PE file.
 *
 * @throws FormatError as `authenticodeRanges`; rejects when the engine lacks the algorithm.
 */
export async function authenticodeDigest(pe: PeImage, algorithm: HashName, engine: Engine): Promise<Uint8Array> {
  const { hashed } = authenticodeRanges(pe);
  return engine.digest(
    algorithm,
    hashed.map(([start, end]) => pe.bytes.subarray(start, end)),
  );
}

/** The digests of one PE file, each computed when first asked for and then shared. */
export interface ImageDigests {
  /** Null when the file has no digest (its ranges leave the file) or the engine lacks the algorithm. */
  of(algorithm: HashName): Promise<Uint8Array | null>;
  /** Null as above. */
  readonly ranges: AuthenticodeRanges | null;
  /** Why there is no digest. */
  readonly fault: FormatError | null;
}

/** Makes the store of digests; nothing is hashed yet. */
export function imageDigests(pe: PeImage, engine: Engine): ImageDigests {
  const known = new Map<HashName, Promise<Uint8Array | null>>();
  const read = attempt(() => authenticodeRanges(pe));
  const digest = async (algorithm: HashName): Promise<Uint8Array | null> => {
    try {
      return read.ok ? await authenticodeDigest(pe, algorithm, engine) : null;
    } catch {
      // An algorithm that the host does not have: the ranges are good.
      return null;
    }
  };
  return {
    of: (algorithm) => {
      const computed = known.get(algorithm) ?? digest(algorithm);
      known.set(algorithm, computed);
      return computed;
    },
    ranges: read.ok ? read.value : null,
    fault: read.ok ? null : new FormatError(read.finding),
  };
}

function headerRanges(pe: PeImage): ByteRange[] {
  const { sizeOfHeaders, checksumRange, certificateDirectoryRange, bytes } = pe;
  const lastIsland = certificateDirectoryRange ?? checksumRange;
  if (sizeOfHeaders < lastIsland[1] || sizeOfHeaders > bytes.length) {
    throw fault(pe, {
      code: 'authenticode-headers',
      text: `SizeOfHeaders is ${sizeOfHeaders}: outside the file, or before the end of the data directories`,
      offsetBytes: pe.optionalHeaderOffsetBytes + 60,
    });
  }
  if (certificateDirectoryRange === null) {
    return [
      [0, checksumRange[0]],
      [checksumRange[1], sizeOfHeaders],
    ];
  }
  return [
    [0, checksumRange[0]],
    [checksumRange[1], certificateDirectoryRange[0]],
    [certificateDirectoryRange[1], sizeOfHeaders],
  ];
}

function sectionRange(pe: PeImage, section: PeSection): ByteRange {
  const start = section.pointerToRawData;
  const end = start + section.sizeOfRawData;
  if (end <= pe.bytes.length) return [start, end];
  throw fault(pe, {
    code: 'authenticode-section',
    text: `section \`${section.name}\` ends at ${end}, after the end of the file at ${pe.bytes.length}`,
    offsetBytes: section.headerRange[0],
  });
}

function fault(pe: PeImage, what: { code: string; text: string; offsetBytes: number }): FormatError {
  return new FormatError({ ...what, layer: pe.layer, lengthBytes: 0 });
}
