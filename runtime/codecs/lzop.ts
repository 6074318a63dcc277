import { adler32 } from './adler32.ts';
import { crc32 } from './crc32.ts';
import { checksumMismatch, codecError, corrupt, truncated } from './decode-request.ts';
import type { Decoded, DecodeRequest } from './decode-request.ts';
import { decodeLzo1x } from './lzo1x.ts';
import { decodeAtOnce, reserve } from './output.ts';
import type { Steps, StepTarget } from './output.ts';
import { u16be, u32be } from './words.ts';

interface LzopHeader {
  readonly flags: number;
  /** Offset of the first block. */
  readonly body: number;
}

/** A checksum word of a block. */
interface BlockSum {
  readonly name: string;
  readonly at: number;
  readonly of: 'decoded' | 'encoded';
  readonly compute: (bytes: Uint8Array) => number;
}

interface Block {
  readonly sizeBytes: number;
  readonly sums: readonly BlockSum[];
  readonly data: number;
  readonly end: number;
}

const MAGIC = [0x89, 0x4c, 0x5a, 0x4f, 0x00, 0x0d, 0x0a, 0x1a, 0x0a];
const VERSION_WITH_LEVEL = 0x0940;
const LZO1X_METHODS = [1, 2, 3];
const BLOCK_LIMIT_BYTES = 256 * 1024;

const ADLER32_DECODED = 0x0001;
const ADLER32_ENCODED = 0x0002;
const EXTRA_FIELD = 0x0040;
const CRC32_DECODED = 0x0100;
const CRC32_ENCODED = 0x0200;
const MULTIPART = 0x0400;
const FILTER = 0x0800;
const HEADER_CRC32 = 0x1000;

/** Whether an lzop file starts here. */
export function startsLzop(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/**
 * Decodes one lzop file (lzop's p_lzo.c and lzop.c; lib/decompress_unlzo.c of Linux); all numbers are big endian.
 *
 * Every checksum that the flags announce is verified. Linux takes one checksum word a block for granted, whatever the
 * flags say: a file with more or fewer would be read differently there, and is refused here.
 *
 * @throws FormatError `codec-header`, `codec-truncated`, `codec-corrupt`, `codec-checksum`, `codec-unsupported`,
 * `codec-output-limit`, `codec-size-mismatch`.
 */
export function decodeLzop(encoded: Uint8Array, request: DecodeRequest): Decoded {
  return decodeAtOnce(lzopSteps, encoded, request);
}

/** Block by block, none of which reaches back into another. */
export function* lzopSteps(encoded: Uint8Array, { output, request }: StepTarget): Steps {
  const { flags, body } = readHeader(encoded, request);
  for (let at = body; ; ) {
    if (at + 4 > encoded.length) throw truncated(request, encoded, 'the lzop file');
    if (u32be(encoded, at) === 0) return at + 4;
    const block = readBlock(encoded, at, { flags, request });
    decodeBlock(encoded, block, { output, request });
    at = block.end;
    yield;
  }
}

/**
 *     +0 magic (9) | version (2) | library (2) | needed? (2) | method (1) | level? (1) | flags (4) | filter? (4)
 *     | mode (4) | mtime (4) | mtime high? (4) | name length (1) | name | checksum (4)
 */
function readHeader(encoded: Uint8Array, request: DecodeRequest): LzopHeader {
  if (encoded.length < MAGIC.length + 2) throw truncated(request, encoded, 'the lzop header');
  if (!startsLzop(encoded))
    throw codecError(request, { code: 'codec-header', text: 'the lzop magic is missing', offsetBytes: 0 });
  const hasLevel = u16be(encoded, MAGIC.length) >= VERSION_WITH_LEVEL;
  const methodAt = MAGIC.length + (hasLevel ? 6 : 4);
  const flagsAt = methodAt + (hasLevel ? 2 : 1);
  const flags = u32be(encoded, flagsAt);
  const nameAt = flagsAt + 4 + (hasLevel ? 12 : 8);
  const checksumAt = nameAt + 1 + (encoded[nameAt] ?? 0);
  if (checksumAt + 4 > encoded.length) throw truncated(request, encoded, 'the lzop header');
  const covered = encoded.subarray(MAGIC.length, checksumAt);
  const isCrc = (flags & HEADER_CRC32) !== 0;
  const stored = u32be(encoded, checksumAt);
  const computed = isCrc ? crc32(covered) : adler32(covered);
  if (stored !== computed) {
    throw checksumMismatch(request, checksumAt, {
      name: `the ${isCrc ? 'CRC-32' : 'Adler-32'} of the header`,
      stored,
      computed,
    });
  }
  if (!LZO1X_METHODS.includes(encoded[methodAt] ?? 0) || (flags & (EXTRA_FIELD | MULTIPART | FILTER)) !== 0) {
    const text = 'the lzop file uses a method, filter, part or extra field that Linux does not read';
    throw codecError(request, { code: 'codec-unsupported', text, offsetBytes: methodAt });
  }
  return { flags, body: checksumAt + 4 };
}

/** decoded size (4) | encoded size (4) | checksum (4) | data; a block whose two sizes are equal is stored. */
function readBlock(encoded: Uint8Array, start: number, of: { flags: number; request: DecodeRequest }): Block {
  const { flags, request } = of;
  if (start + 12 > encoded.length) throw truncated(request, encoded, 'an lzop block header');
  const sizeBytes = u32be(encoded, start);
  const encodedBytes = u32be(encoded, start + 4);
  if (sizeBytes > BLOCK_LIMIT_BYTES || encodedBytes === 0 || encodedBytes > sizeBytes) {
    throw corrupt(request, start, `an lzop block of ${sizeBytes} bytes, encoded in ${encodedBytes}`);
  }
  const kinds: readonly BlockSum[] = [
    { name: 'the Adler-32', of: 'decoded', compute: adler32, at: ADLER32_DECODED },
    { name: 'the CRC-32', of: 'decoded', compute: crc32, at: CRC32_DECODED },
    { name: 'the Adler-32', of: 'encoded', compute: adler32, at: ADLER32_ENCODED },
    { name: 'the CRC-32', of: 'encoded', compute: crc32, at: CRC32_ENCODED },
  ];
  const isStored = encodedBytes === sizeBytes;
  const sums = kinds
    .filter((sum) => (flags & sum.at) !== 0 && !(isStored && sum.of === 'encoded'))
    .map((sum, index) => ({ ...sum, at: start + 8 + index * 4 }));
  if (sums.length !== 1) {
    const text = `an lzop block has ${sums.length} checksum words, but Linux takes one for granted`;
    throw codecError(request, { code: 'codec-unsupported', text, offsetBytes: start });
  }
  const data = start + 12;
  const end = data + encodedBytes;
  if (end > encoded.length) throw truncated(request, encoded, 'an lzop block');
  return { sizeBytes, sums, data, end };
}

function decodeBlock(encoded: Uint8Array, block: Block, { output, request }: StepTarget): void {
  const data = encoded.subarray(block.data, block.end);
  const decoded = reserve(output, block.sizeBytes, request).subarray(output.size, output.size + block.sizeBytes);
  if (data.length === decoded.length) decoded.set(data);
  else {
    decodeLzo1x({
      encoded: data,
      decoded,
      fail: (offsetBytes, text) => corrupt(request, block.data + offsetBytes, text),
    });
  }
  for (const sum of block.sums) {
    const stored = u32be(encoded, sum.at);
    const computed = sum.compute(sum.of === 'decoded' ? decoded : data);
    if (stored !== computed)
      throw checksumMismatch(request, sum.at, { name: `${sum.name} of an lzop block`, stored, computed });
  }
  output.size += block.sizeBytes;
}
