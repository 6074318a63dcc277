import { gunzipSync } from 'node:zlib';
import { decompress } from 'fzstd';
import { describe, expect, test } from 'vitest';
import { forgeImage } from '../../forge/kernel-image.ts';
import { forgeZboot, type ZbootSpec } from '../../forge/zboot.ts';

const IMAGE = forgeImage({ arch: 'arm64', size: 0x6000, imageSize: 0x9000 });

describe('a zboot image', () => {
  test('has the header of zboot-header.S', () => {
    const file = zboot({ compression: 'zstd22' });
    expect(file.toString('latin1', 0, 8)).toBe('MZ\0\0zimg');
    expect(file.subarray(0x10, 0x18)).toEqual(Buffer.alloc(8));
    expect(file.toString('latin1', 0x18, 0x20)).toBe('zstd22\0\0');
    expect(file.readUInt32LE(0x38)).toBe(0x818223cd);
    expect(file.readUInt32LE(0x3c)).toBe(0x40);
    expect(file.readUInt16LE(0x44)).toBe(0xaa64);
  });

  test.each(['gzip', 'zstd', 'xz', 'lzma', 'lzo', 'lz4'] as const)(
    'keeps a %s payload in .text, at a multiple of 8',
    (compression) => {
      const file = zboot({ compression });
      const { offset, size } = payloadOf(file);
      const table = 0x58 + 112 + 6 * 8;
      const rawSize = file.readUInt32LE(table + 16);
      const rawOffset = file.readUInt32LE(table + 20);
      expect(offset % 8).toBe(0);
      expect(offset).toBeGreaterThanOrEqual(rawOffset);
      expect(offset + size + 4).toBeLessThanOrEqual(rawOffset + rawSize);
    },
  );

  test('packs the image padded to its image_size', () => {
    const gzip = zboot({ compression: 'gzip' });
    const zstd = zboot({ compression: 'zstd' });
    const padded = Buffer.concat([IMAGE, Buffer.alloc(0x3000)]);
    expect(Buffer.compare(gunzipSync(payloadBytes(gzip)), padded)).toBe(0);
    expect(Buffer.compare(decompress(payloadBytes(zstd)), padded)).toBe(0);
  });

  test('packs the image alone when told to', () => {
    expect(gunzipSync(payloadBytes(zboot({ compression: 'gzip', padTo: 'nothing' }))).length).toBe(IMAGE.length);
  });

  test('ends every payload but gzip in its size, which the payload size does not count', () => {
    const zstd = zboot({ compression: 'zstd' });
    const gzip = zboot({ compression: 'gzip' });
    const end = (file: Buffer) => payloadOf(file).offset + payloadOf(file).size;
    expect(zstd.readUInt32LE(end(zstd))).toBe(0x9000);
    expect(gzip.readUInt32LE(end(gzip) - 4)).toBe(0x9000); // the format's own ISIZE
    expect(gzip.readUInt32LE(end(gzip))).toBe(0);
  });

  test('writes overrides as they stand', () => {
    const file = zboot({
      compression: 'gzip',
      label: 'lzma',
      payloadSize: 0xffffffff,
      payloadOffset: 16,
      afterPayload: Buffer.from('behind'),
    });
    expect(file.toString('latin1', 0x18, 0x1d)).toBe('lzma\0');
    expect(payloadOf(file)).toEqual({ offset: 16, size: 0xffffffff });
    expect(file.includes('behind')).toBe(true);
  });

  test('stores encoded bytes as they stand', () => {
    const encoded = Buffer.from('5d0000800000', 'hex');
    expect(payloadBytes(zboot({ compression: 'lzma', encoded }))).toEqual(encoded);
  });
});

function zboot(spec: Omit<ZbootSpec, 'image'>): Buffer {
  return Buffer.from(forgeZboot({ image: IMAGE, ...spec }));
}

function payloadOf(file: Buffer): { offset: number; size: number } {
  return { offset: file.readUInt32LE(8), size: file.readUInt32LE(12) };
}

function payloadBytes(file: Buffer): Buffer {
  const { offset, size } = payloadOf(file);
  return file.subarray(offset, offset + size);
}
