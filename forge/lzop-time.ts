import { adler32 } from './checksums.ts';
import { patched, u32be } from './bytes.ts';

/**
 * An lzop file without the time at which it was made, so that the same contents give the same bytes: `lzop` 1.04 writes
 * the clock's into what it compresses from a pipe, and has no option against it.
 *
 * Header as in lzop.c:write_header: magic, version, library, needed, method, level, flags, mode, both halves of the time,
 * name, checksum. A header of another form is left as it is.
 */
export function withoutLzopTime(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < CHECKSUM_AT + 4 || (view.getUint32(FLAGS_AT) & OTHER_LAYOUT) !== 0) return file;
  if (view.getUint8(NAME_AT) !== 0) return file;
  const timeless = patched(file, TIME_AT, new Uint8Array(8));
  timeless.set(u32be(adler32(timeless.subarray(MAGIC_BYTES, CHECKSUM_AT))), CHECKSUM_AT);
  return timeless;
}

const MAGIC_BYTES = 9;
const FLAGS_AT = 17;
const TIME_AT = 25;
const NAME_AT = 33;
const CHECKSUM_AT = 34;
/** A filter word, and a CRC-32 instead of the Adler-32. */
const OTHER_LAYOUT = 0x1800;
