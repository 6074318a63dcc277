import { alignedBytes, concatBytes, u32le, utf8 } from './bytes.ts';
import { crc32 } from './checksums.ts';

/**
 * Writes an .xz file of one block with a CRC32 check, as `scripts/xz_wrap.sh` of Linux asks for, but stored: LZMA2
 * chunks without compression (The .xz File Format 1.2.1; the dictionary is declared as 64 KiB).
 */
export function storedXz(bytes: Uint8Array): Uint8Array {
  const flags = Uint8Array.of(0x00, 0x01); // check: CRC32
  const header = blockHeader();
  const chunks = storedChunks(bytes);
  const unpaddedBytes = header.length + chunks.length + 4;
  const index = withCrc(
    alignedBytes(concatBytes(Uint8Array.of(0, 1), variableInteger(unpaddedBytes), variableInteger(bytes.length)), 4),
  );
  const backward = concatBytes(u32le(index.length / 4 - 1), flags);
  return concatBytes(
    concatBytes(Uint8Array.of(0xfd), utf8('7zXZ'), Uint8Array.of(0), flags, u32le(crc32(flags))),
    header,
    alignedBytes(chunks, 4),
    u32le(crc32(bytes)),
    index,
    concatBytes(u32le(crc32(backward)), backward, utf8('YZ')),
  );
}

/** Section 3.1: size, flags, one filter: LZMA2 (id 0x21) with a dictionary of 64 KiB (bits 0x08). */
function blockHeader(): Uint8Array {
  return withCrc(Uint8Array.of(2, 0, 0x21, 1, 0x08, 0, 0, 0));
}

/** LZMA2 chunks: control byte 1 resets the dictionary, 2 does not, 0 ends; the size is stored less one, big-endian. */
function storedChunks(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; offset += 65536) {
    const chunk = bytes.subarray(offset, offset + 65536);
    const size = chunk.length - 1;
    parts.push(Uint8Array.of(offset === 0 ? 1 : 2, size >> 8, size & 0xff), chunk);
  }
  return concatBytes(...parts, Uint8Array.of(0));
}

/** Section 1.2: seven bits a byte, least significant first. */
function variableInteger(value: number): Uint8Array {
  const digits: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) digits.push((rest % 0x80) | 0x80);
  return Uint8Array.from([...digits, rest]);
}

function withCrc(bytes: Uint8Array): Uint8Array {
  return concatBytes(bytes, u32le(crc32(bytes)));
}
