import { alignedBytes, alignUp, concatBytes, patched, u32le, utf8, zeroPadded } from './bytes.ts';
import { rawSection, sectionAround, withMovedDebugTable, withSection } from './pe-splice.ts';
import { unsignedProgram } from './unsigned-program.ts';
import type { ZbootCompression } from './zboot.ts';

/**
 * Puts another payload into an EFI zboot image that exists, as `drivers/firmware/efi/libstub/Makefile.zboot` of Linux
 * would: 8-aligned in `.text`, all but gzip followed by the decoded size, both header fields and the name to match.
 *
 * The stub, everything else of the file and the names stay. The stub was linked with the addresses of the payload it
 * came with (`zboot.lds`: `_gzdata_start`, `_gzdata_end`), so it can start only a payload of the same compression that
 * fits that place; then nothing moves and the place is filled up with zeros. Any other payload pushes what follows it
 * back: loaders that follow the header read it, the stub does not. The certificate table is dropped.
 *
 * @throws Error when the layout is one that cannot be re-packed.
 */
export function repackZboot(bytes: Uint8Array, payload: NewPayload): RepackedZboot {
  const bare = unsignedProgram(bytes);
  const { start, end } = payload.place;
  const tail = payload.compression === 'gzip' ? NOTHING : u32le(payload.decodedBytes);
  const stored = concatBytes(payload.encoded, tail);
  const fits = payload.isSameCompression && fitsPlace(stored.length, end - start, payload.compression);
  const moved = fits ? inPlace(bare, stored, payload) : spliced(bare, stored, payload);
  const fields = concatBytes(u32le(start), u32le(payload.encoded.length));
  const named = zeroPadded(utf8(payload.name), NAME_BYTES);
  return { bytes: patched(patched(moved, OFFSET_AT, fields), NAME_AT, named), stub: fits ? 'fits' : 'outgrown' };
}

/** The payload that is to be packed. */
export interface NewPayload {
  readonly encoded: Uint8Array;
  readonly compression: 'gzip' | 'zstd' | 'xz' | 'lzma' | 'lzo' | 'lz4';
  /** What stands at 0x18. */
  readonly name: ZbootCompression;
  /** Whether the payload before had the same compression. */
  readonly isSameCompression: boolean;
  readonly decodedBytes: number;
  /** Where the payload before stands, its size tail with it. */
  readonly place: { readonly start: number; readonly end: number };
}

/** The new file, and whether the stub in it can find and decode the payload. */
export interface RepackedZboot {
  readonly bytes: Uint8Array;
  readonly stub: 'fits' | 'outgrown';
}

const OFFSET_AT = 0x08;
const NAME_AT = 0x18;
const NAME_BYTES = 32;
const SIZE_BYTES = 4;
const NOTHING = new Uint8Array(0);

/**
 * The stub takes the decoded size from the last four bytes of the place, and readers of the header from behind the
 * payload: there must be room for both. A zstd decoder takes no zeros behind its frame.
 */
function fitsPlace(storedBytes: number, placeBytes: number, compression: NewPayload['compression']): boolean {
  const left = placeBytes - storedBytes;
  return left === 0 || (left >= SIZE_BYTES && compression !== 'zstd');
}

function inPlace(bytes: Uint8Array, stored: Uint8Array, { place, decodedBytes }: NewPayload): Uint8Array {
  const filled = zeroPadded(stored, place.end - place.start);
  filled.set(u32le(decodedBytes), filled.length - SIZE_BYTES);
  return patched(bytes, place.start, filled);
}

/** `.text` around the new payload: `zboot.lds` aligns what follows it to 8, and the section to 4096. */
function spliced(bytes: Uint8Array, stored: Uint8Array, { place }: NewPayload): Uint8Array {
  const index = sectionAround(bytes, place.start);
  if (index < 0) throw new Error('the payload lies in no section');
  const { offset, size } = rawSection(bytes, index);
  const end = offset + size;
  if (place.end > end) throw new Error('the payload reaches out of its section');
  const behind = Math.min(alignUp(place.end, 8), end);
  const after = bytes.subarray(behind, end);
  const front = concatBytes(bytes.subarray(offset, place.start), alignedBytes(stored, 8));
  const text = alignedBytes(concatBytes(front, after.subarray(0, lastUsed(after))), TEXT_ALIGNMENT);
  const file = withSection(bytes, index, { data: text, virtualSize: text.length, movesCode: 'allowed' });
  return withMovedDebugTable(file, { index, from: behind, to: end, delta: offset + front.length - behind });
}

const TEXT_ALIGNMENT = 0x1000;

function lastUsed(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end;
}
