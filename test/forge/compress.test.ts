import { decompress } from 'fzstd';
import { describe, expect, test } from 'vitest';
import xxhash from 'xxhash-wasm';
import { adler32, crc32 } from '../../forge/checksums.ts';
import { compress } from '../../forge/compress.ts';
import { noiseBytes, programBytes } from '../../forge/contents.ts';
import { xxh64 } from '../../forge/xxh64.ts';
import { storedZstdFrame } from '../../forge/zstd.ts';
import { attemptDecode } from '../runtime/codecs/vectors.ts';

const CONTENTS = programBytes(200_003, 8);

describe('checksums', () => {
  test('give the published values', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(adler32(Buffer.from('Wikipedia'))).toBe(0x11e60398);
    expect(xxh64(new Uint8Array(0))).toBe(0xef46db3751d8e999n);
  });

  test.each([0, 1, 3, 4, 7, 8, 15, 31, 32, 33, 63, 64, 1000, 1021])(
    'XXH64 of %i bytes agrees with xxhash-wasm',
    async (size) => {
      const reference = await xxhash();
      const bytes = programBytes(size, 3);
      expect(xxh64(bytes)).toBe(reference.h64Raw(bytes));
    },
  );
});

describe('a stored zstd frame', () => {
  test.each([
    ['with its size', {}],
    ['without its size', { contentSize: 'absent' }],
    ['without a checksum', { checksum: 'none' }],
    ['in small blocks', { blockBytes: 777 }],
  ] as const)('%s decodes to its contents', (_, options) => {
    expect(Buffer.compare(decompress(storedZstdFrame(CONTENTS, options)), CONTENTS)).toBe(0);
  });

  test('has the header of RFC 8878', () => {
    const frame = Buffer.from(storedZstdFrame(Buffer.from('abc'), {}));
    expect(frame.toString('hex')).toMatch(/^28b52ffda4030000001900006162 ?63[0-9a-f]{8}$/);
  });

  test('writes a block of one byte as a run', () => {
    expect(storedZstdFrame(new Uint8Array(131_072), { checksum: 'none' }).length).toBe(4 + 5 + 3 + 1);
  });

  test('of nothing is one empty block', () => {
    expect(Buffer.from(storedZstdFrame(new Uint8Array(0), { checksum: 'none' })).toString('hex')).toBe(
      '28b52ffda000000000010000',
    );
  });
});

describe('stored files', () => {
  test.each([
    ['gzip', '1f8b'],
    ['zstd', '28b52ffd'],
    ['xz', 'fd377a585a000001'],
    ['lzma', '5d00000100ffffffffffffffff00'],
    ['lz4', '02214c18'],
    ['lzo', '894c5a4f000d0a1a0a'],
  ] as const)('in %s start with the magic', (codec, magic) => {
    expect(Buffer.from(compress(codec, CONTENTS)).toString('hex').startsWith(magic)).toBe(true);
  });

  test('in zstd are the same on every Node', () => {
    expect(Buffer.compare(compress('zstd', CONTENTS), storedZstdFrame(CONTENTS, {}))).toBe(0);
  });

  test('in xz end in an index that counts the block', () => {
    const file = Buffer.from(compress('xz', Buffer.from('hello')));
    expect(file.length % 4).toBe(0);
    expect(file.toString('latin1', file.length - 2)).toBe('YZ');
    expect(file.toString('latin1', 27, 32)).toBe('hello');
    expect(file.readUInt32LE(file.length - 12)).toBe(crc32(file.subarray(file.length - 8, file.length - 2)));
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['one byte', Uint8Array.of(7)],
    ['a program', CONTENTS],
    ['noise', noiseBytes(70_000, 4)],
    ['zeros', new Uint8Array(70_000)],
    ['carries through runs of ff', Uint8Array.from({ length: 70_000 }, (_, at) => (at % 5 === 0 ? 0 : 255))],
  ])('in lzma decode to %s, all of it and no more', (_, contents) => {
    const encoded = compress('lzma', contents);
    const decoded = attemptDecode('lzma', encoded);
    expect(decoded.ok && decoded.value.consumedBytes).toBe(encoded.length);
    expect(decoded.ok && Buffer.compare(decoded.value.bytes, contents)).toBe(0);
    expect(attemptDecode('lzma', encoded.subarray(0, -1)).ok).toBe(false);
  });

  test('in lzma end as xz ends them', () => {
    // `printf '' | xz --format=lzma`, xz 5.4.1, but for the size of the dictionary
    expect(Buffer.from(compress('lzma', new Uint8Array(0))).toString('hex', 13)).toBe('0083fffbffffc0000000');
  });

  test('in lz4 hold the size of each block', () => {
    const file = Buffer.from(compress('lz4', CONTENTS));
    expect(file.readUInt32LE(4)).toBe(file.length - 8);
  });
});

describe('noise', () => {
  test.each(['gzip', 'zstd', 'xz', 'lzma', 'lz4', 'lzo'] as const)('is not made smaller by %s', (codec) => {
    const noise = noiseBytes(100_000, 31);
    expect(compress(codec, noise).length).toBeGreaterThanOrEqual(noise.length);
    expect(Buffer.compare(noise, noiseBytes(100_000, 31))).toBe(0);
    expect(Buffer.compare(noise, noiseBytes(100_000, 32))).not.toBe(0);
  });
});
