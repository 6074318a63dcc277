import { concatBytes, u32le } from './bytes.ts';
import { xxh64 } from './xxh64.ts';

/**
 * Writes a zstd frame of raw and RLE blocks (RFC 8878, section 3.1.1): no entropy coding, so any decoder must read it.
 *
 * Runs of one byte over a whole block become RLE blocks; all others are stored.
 */
export function storedZstdFrame(bytes: Uint8Array, options: StoredFrameOptions): Uint8Array {
  const blockBytes = options.blockBytes ?? ZSTD_BLOCK_LIMIT;
  const count = Math.max(1, Math.ceil(bytes.length / blockBytes));
  const blocks = Array.from({ length: count }, (_, index) => {
    const last = index === count - 1 ? 1 : 0;
    return block(bytes.subarray(index * blockBytes, (index + 1) * blockBytes), last);
  });
  const checksum = options.checksum === 'none' ? new Uint8Array(0) : u32le(Number(xxh64(bytes) & 0xffffffffn));
  return concatBytes(u32le(0xfd2fb528), frameHeader(bytes, options), ...blocks, checksum);
}

/** How a stored frame is written. */
export interface StoredFrameOptions {
  /** Whether the header names the size of the contents; default `declared`, on which the frame is a single segment. */
  readonly contentSize?: 'declared' | 'absent';
  /** Default `xxh64`: four bytes after the last block. */
  readonly checksum?: 'xxh64' | 'none';
  /** A size to declare instead of the true one. */
  readonly declaredSizeBytes?: number;
  /** Window as a power of two, for frames without a content size: 10 to 41, default 17 (the block limit). */
  readonly windowLog?: number;
  /** Size of a block, 1 to 131,072, the default. */
  readonly blockBytes?: number;
}

/** A block never decodes to more than 128 KiB (RFC 8878, section 3.1.1.2.4). */
const ZSTD_BLOCK_LIMIT = 128 * 1024;

/** RFC 8878, section 3.1.1.1: descriptor, window or content size. */
function frameHeader(bytes: Uint8Array, options: StoredFrameOptions): Uint8Array {
  const checksumFlag = options.checksum === 'none' ? 0 : 0x04;
  if (options.contentSize === 'absent') {
    return Uint8Array.of(checksumFlag, ((options.windowLog ?? 17) - 10) << 3);
  }
  const singleSegmentWithFourByteSize = 0xa0;
  return concatBytes(
    Uint8Array.of(singleSegmentWithFourByteSize | checksumFlag),
    u32le(options.declaredSizeBytes ?? bytes.length),
  );
}

/** RFC 8878, section 3.1.1.2: three bytes of last flag, type and size, then the contents. */
function block(contents: Uint8Array, last: number): Uint8Array {
  const first = contents[0];
  const repeats = first !== undefined && contents.length > 1 && contents.every((byte) => byte === first);
  const type = repeats ? 1 : 0;
  const header = u32le(last | (type << 1) | (contents.length << 3)).subarray(0, 3);
  return concatBytes(header, repeats ? contents.subarray(0, 1) : contents);
}
