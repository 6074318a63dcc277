import { readFileSync } from 'node:fs';
import { crc32, gzipSync } from 'node:zlib';
import { concatBytes, u32le } from '../../forge/bytes.ts';
import { vector } from '../runtime/codecs/vectors.ts';

const GIBIBYTE = 2 ** 30;
/** What the `zeros` vectors of the codecs decode to. */
const ZEROS = 300_000;
const TIMES = Math.ceil(GIBIBYTE / ZEROS);

/** Files of a few megabytes at most that decode to 1 GiB or more. */
export const BOMBS = {
  gzip: () => repeated(gzipSync(new Uint8Array(GIBIBYTE / 64)), 64),
  zstd: zeroFrame,
  xz: xzBlocks,
  lzma: endlessLzma,
  lz4: legacyBlocks,
  lzo: lzopBlocks,
  bzip2: () => zeros('zeros-1-gib.bz2'),
} as const;

function zeros(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../vectors/bombs/${name}`, import.meta.url)));
}

/** The block of 16 MiB of zeros, 64 times in one stream (The .xz File Format 1.2.1, sections 2 and 4). */
function xzBlocks(): Uint8Array {
  const one = zeros('zeros-16-mib.xz');
  const header = one.subarray(0, 12);
  const backward = 4 * (new DataView(one.buffer).getUint32(one.length - 8, true) + 1);
  const index = one.subarray(one.length - 12 - backward, one.length - 12);
  const block = one.subarray(12, one.length - 12 - backward);
  // The index: a zero, the number of records, the records, zeros up to a multiple of four, and a CRC32.
  const record = index.subarray(2, 2 + indexRecordBytes(index));
  const records = concatBytes(Uint8Array.of(0, 64), ...new Array<Uint8Array>(64).fill(record));
  const padded = concatBytes(records, new Uint8Array((4 - (records.length % 4)) % 4));
  const flags = concatBytes(u32le((padded.length + 4) / 4 - 1), one.subarray(one.length - 4, one.length - 2));
  return concatBytes(
    header,
    ...new Array<Uint8Array>(64).fill(block),
    padded,
    u32le(crc32(padded)),
    u32le(crc32(flags)),
    flags,
    Uint8Array.of(0x59, 0x5a),
  );
}

/** Two integers of seven bits a byte, the last without the high bit. */
function indexRecordBytes(index: Uint8Array): number {
  let ends = 0;
  for (let at = 2; at < index.length; at += 1) {
    if ((index[at] ?? 0) < 0x80) ends += 1;
    if (ends === 2) return at - 1;
  }
  throw new Error('the index has no record');
}

/** 1 GiB of zeros as a Zstandard frame (RFC 8878): RLE blocks of 128 KiB, no content size, no checksum. */
function zeroFrame(): Uint8Array {
  const blockBytes = 2 ** 17;
  const blocks = GIBIBYTE / blockBytes;
  const frame = new Uint8Array(6 + 4 * blocks);
  frame.set([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]);
  for (let block = 0; block < blocks; block += 1) {
    const header = (blockBytes << 3) | (1 << 1) | (block === blocks - 1 ? 1 : 0);
    frame.set([header & 0xff, (header >> 8) & 0xff, header >> 16, 0], 6 + 4 * block);
  }
  return frame;
}

/**
 * The longest match again and again: a range decoder that stands one below its range decodes ones for ever.
 *
 * Its first bit alone is a zero, for a literal that the matches can repeat: half of the range is 7ffffc00.
 */
function endlessLzma(): Uint8Array {
  const header = Uint8Array.of(0x5d, 0, 0, 0x80, 0, ...new Array<number>(8).fill(0xff));
  return concatBytes(header, Uint8Array.of(0, 0x7f, 0xff, 0xfb, 0xff), new Uint8Array(400_000).fill(0xff));
}

/** Magic, then the one block of a legacy frame over and over. */
function legacyBlocks(): Uint8Array {
  const { encoded } = vector('legacy-zeros.lz4');
  return concatBytes(encoded.subarray(0, 4), repeated(encoded.subarray(4), TIMES));
}

/** The header of a file without a name, its first block of 256 KiB over and over, and the end. */
function lzopBlocks(): Uint8Array {
  const { encoded } = vector('level-3-zeros.lzo');
  const headerBytes = vector('level-3-nothing.lzo').encoded.length - 4;
  const blockBytes = 12 + Buffer.from(encoded).readUInt32BE(headerBytes + 4);
  const block = encoded.subarray(headerBytes, headerBytes + blockBytes);
  return concatBytes(encoded.subarray(0, headerBytes), repeated(block, GIBIBYTE / 2 ** 18), u32le(0));
}

/** The bytes so many times. */
export function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i += 1) all.set(bytes, i * bytes.length);
  return all;
}
