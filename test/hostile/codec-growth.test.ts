import { describe, expect, test } from 'vitest';
import { alignedBytes, concatBytes, u32be, u32le } from '../../forge/bytes.ts';
import { adler32, crc32 } from '../../forge/checksums.ts';
import type { Codec } from '../../runtime/contract/vocabulary.ts';
import { attemptDecode, enginesFor, vector } from '../runtime/codecs/vectors.ts';
import { repeated } from './codec-bombs.ts';

// Eight times as many pieces must not cost much more than eight times as much: what is quadratic would cost 64 times.
const MANY = 4000;
const TIMES = 8;
const GROWTH = 24;
/** Below this, a cost is the clock's and the garbage collector's more than ours. */
const LEAST_MILLISECONDS = 4;

const part = (file: string, start?: number, end?: number): Uint8Array => vector(file).encoded.subarray(start, end);
const GZIP_HEADER = part('level-6-nothing.gz', 0, 10);
const ZSTD_HEADER = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58);
const LZOP_HEADER = part('level-3-nothing.lzo', 0, -4);

/** Streams of so many pieces, each as small as its format allows. */
const SHAPES: readonly (readonly [codec: Codec, what: string, build: (count: number) => Uint8Array])[] = [
  ['gzip', 'members', (count) => repeated(part('level-6-nothing.gz'), count)],
  ['gzip', 'members that hold a line', (count) => repeated(part('named-text.gz'), count / 8)],
  ['gzip', 'empty stored blocks', (count) => gzipOf(repeated(Uint8Array.of(0, 0, 0, 0xff, 0xff), count))],
  ['zstd', 'frames', (count) => repeated(part('pipe-nothing.zst'), count)],
  ['zstd', 'frames that hold a line', (count) => repeated(part('level-1-text.zst'), count / 8)],
  ['zstd', 'skippable frames', (count) => concatBytes(repeated(SKIPPABLE, count), part('pipe-nothing.zst'))],
  ['zstd', 'empty raw blocks', (count) => zstdOf(repeated(Uint8Array.of(0, 0, 0), count))],
  ['zstd', 'runs of one byte', (count) => zstdOf(repeated(Uint8Array.of(0x0a, 0, 0, 7), count))],
  // Literals of one repeated byte, no sequences.
  ['zstd', 'compressed blocks', (count) => zstdOf(repeated(Uint8Array.of(0x1c, 0, 0, 0x09, 7, 0), count))],
  ['xz', 'streams', (count) => repeated(part('no-block-nothing.xz'), count)],
  [
    'xz',
    'words of padding',
    (count) => concatBytes(part('crc32-text.xz'), new Uint8Array(4 * count), part('crc32-text.xz')),
  ],
  ['xz', 'blocks', (count) => xzOf(Array.from({ length: count }, () => STORED_BYTE))],
  ['xz', 'chunks', (count) => xzOf([concatBytes(STORED_BYTE, repeated(NEXT_STORED_BYTE, count))])],
  ['lzma', 'literals', (count) => concatBytes(lzmaHeader(count * 100), new Uint8Array(count * 100))],
  ['lz4', 'frames', (count) => repeated(part('frame-nothing.lz4'), count)],
  [
    'lz4',
    'empty legacy blocks',
    (count) => concatBytes(part('legacy-text.lz4', 0, 4), repeated(concatBytes(u32le(1), Uint8Array.of(0)), count)),
  ],
  [
    'lz4',
    'empty stored blocks',
    (count) => concatBytes(part('no-checksum-text.lz4', 0, 7), repeated(u32le(0x80000000), count), u32le(0)),
  ],
  ['lzo', 'stored blocks of one byte', (count) => concatBytes(LZOP_HEADER, repeated(LZOP_BLOCK, count), u32be(0))],
  ['bzip2', 'streams', (count) => repeated(part('level-9-nothing.bz2'), count)],
  ['bzip2', 'streams that hold a line', (count) => repeated(part('level-1-text.bz2'), count / 40)],
];

describe.each(SHAPES)('a %s stream of %s', (codec, _, build) => {
  test('costs as much as it has of them', () => {
    for (const engine of enginesFor(codec)) {
      const [few, many] = [build(MANY), build(MANY * TIMES)];
      const cost = (bytes: Uint8Array): number => {
        const start = process.cpuUsage();
        const result = attemptDecode(codec, bytes, { engine, outputLimitBytes: 2 ** 27 });
        const { user, system } = process.cpuUsage(start);
        expect(result.ok).toBe(true);
        return (user + system) / 1000;
      };
      cost(few);
      const [small, large] = [least(() => cost(few)), least(() => cost(many))];
      expect(large, engine.name).toBeLessThan(GROWTH * Math.max(small, LEAST_MILLISECONDS));
    }
  });
});

function least(measure: () => number): number {
  return Math.min(measure(), measure(), measure());
}

/** The blocks, then the last one, empty. */
function gzipOf(blocks: Uint8Array): Uint8Array {
  return concatBytes(GZIP_HEADER, blocks, Uint8Array.of(3, 0), u32le(0), u32le(0));
}

const SKIPPABLE = concatBytes(u32le(0x184d2a50), u32le(0));

function zstdOf(blocks: Uint8Array): Uint8Array {
  return concatBytes(ZSTD_HEADER, blocks, Uint8Array.of(1, 0, 0));
}

const LZOP_BLOCK = concatBytes(u32be(1), u32be(1), u32be(adler32(Uint8Array.of(7))), Uint8Array.of(7));

/** The usual properties, a dictionary of 8 MiB, and a size; zeros after it are literals of zero. */
function lzmaHeader(sizeBytes: number): Uint8Array {
  return concatBytes(Uint8Array.of(0x5d), u32le(0x800000), u32le(sizeBytes * 8), u32le(0));
}

/** Control byte, size less one, and a byte: the first chunk has a new dictionary. */
const STORED_BYTE = Uint8Array.of(1, 0, 0, 7);
const NEXT_STORED_BYTE = Uint8Array.of(2, 0, 0, 7);

/** A stream with CRC-32 checks of blocks of stored chunks, which are of one byte each. */
function xzOf(blocks: readonly Uint8Array[]): Uint8Array {
  const header = part('crc32-text.xz', 0, 12);
  const blockHeader = part('crc32-text.xz', 12, 24);
  const flags = header.subarray(6, 8);
  const records: Uint8Array[] = [];
  const bodies = blocks.map((chunks) => {
    const content = new Uint8Array(chunks.length / STORED_BYTE.length).fill(7);
    records.push(xzNumber(blockHeader.length + chunks.length + 1 + 4), xzNumber(content.length));
    const data = alignedBytes(concatBytes(chunks, Uint8Array.of(0)), 4);
    return concatBytes(blockHeader, data, u32le(crc32(content)));
  });
  const list = alignedBytes(concatBytes(Uint8Array.of(0), xzNumber(blocks.length), ...records), 4);
  const index = concatBytes(list, u32le(crc32(list)));
  const backward = concatBytes(u32le(index.length / 4 - 1), flags);
  const footer = concatBytes(u32le(crc32(backward)), backward, Uint8Array.of(0x59, 0x5a));
  return concatBytes(header, ...bodies, index, footer);
}

/** Seven bits a byte, least first. */
function xzNumber(value: number): Uint8Array {
  const digits: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) digits.push((rest % 0x80) | 0x80);
  return Uint8Array.from([...digits, rest]);
}
