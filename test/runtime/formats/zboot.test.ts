import { describe, expect, it } from 'vitest';
import { concatBytes, patched, u32le, utf8 } from '../../../forge/bytes.ts';
import { compress } from '../../../forge/compress.ts';
import { forgeImage } from '../../../forge/kernel-image.ts';
import { forgeZboot, type ZbootSpec } from '../../../forge/zboot.ts';
import { codesOf, layerAt, open } from './layer-tree.ts';

const IMAGE = forgeImage({ arch: 'arm64', size: 0x6000, imageSize: 0x8000 });
const GZIP: ZbootSpec = { image: IMAGE, compression: 'gzip' };
const ZSTD: ZbootSpec = { image: IMAGE, compression: 'zstd' };
const PADDED = concatBytes(IMAGE, new Uint8Array(0x8000 - IMAGE.length));

describe('readZboot', () => {
  it.each(['gzip', 'zstd', 'zstd22'] as const)('unpacks the Image of a %s zboot', (compression) => {
    const root = open(forgeZboot({ ...GZIP, compression }));
    expect(root).toMatchObject({ kind: 'zboot', path: 'zboot', arch: 'arm64', fault: null, findings: [] });
    expect(root.compression).toEqual([compression === 'gzip' ? 'gzip' : 'zstd']);
    const image = layerAt(root, 'zboot/image');
    expect(image).toMatchObject({ kind: 'image', arch: 'arm64', fault: null });
    expect(image.bytes).toEqual(PADDED);
    expect(image.origin?.doubt).toBeNull();
  });

  it.each(['arm64', 'riscv64', 'loongarch64'] as const)('reads a zboot of %s', (arch) => {
    const root = open(forgeZboot({ ...GZIP, arch, image: forgeImage({ arch, size: 0x6000 }) }));
    expect([root.arch, layerAt(root, 'zboot/image').arch]).toEqual([arch, arch]);
  });

  it.each(['xzkern', 'xz', 'lzma', 'lzo', 'lz4'] as const)('knows the compression name %s', (label) => {
    const codec = label === 'xzkern' ? 'xz' : label;
    const encoded = codec === 'lzma' ? concatBytes(utf8('\x5d\0\0'), new Uint8Array(64)) : compress(codec, IMAGE);
    const root = open(forgeZboot({ ...GZIP, compression: label, encoded }));
    expect(root).toMatchObject({ kind: 'zboot', fault: null, compression: [codec] });
  });

  it('names payload and size tail, and lists what locates the payload', () => {
    const root = open(forgeZboot(ZSTD));
    const payload = root.regions.find(({ role }) => role === 'payload');
    const tail = root.regions.find(({ role }) => role === 'size-tail');
    expect(root.parts[0]?.range).toEqual(payload?.range);
    expect(tail?.range[0]).toBe(payload?.range[1]);
    expect(root.parts[0]?.locatedBy).toEqual([[8, 16], [0x18, 0x38], tail?.range]);
    expect(open(forgeZboot(GZIP)).regions.some(({ role }) => role === 'size-tail')).toBe(false);
  });

  it.each<readonly [string, string, Uint8Array]>([
    ['an unknown compression name', 'zboot-compression-unknown', forgeZboot({ ...GZIP, label: 'gzi' })],
    ['a compression name that goes on', 'zboot-compression-unknown', forgeZboot({ ...GZIP, label: 'gzip2' })],
    [
      'a compression name without an end',
      'zboot-compression-unterminated',
      forgeZboot({ ...GZIP, label: 'x'.repeat(32) }),
    ],
    ['no LINUX_PE_MAGIC', 'zboot-linux-magic-missing', patched(forgeZboot(GZIP), 0x38, u32le(0))],
    ['a payload behind the file', 'zboot-payload-out-of-file', forgeZboot({ ...GZIP, payloadOffset: 0xffffffff })],
    ['a payload of 2^32-1 bytes', 'zboot-payload-out-of-file', forgeZboot({ ...GZIP, payloadSize: 0xffffffff })],
    ['a payload of no bytes', 'zboot-payload-out-of-file', forgeZboot({ ...GZIP, payloadSize: 0 })],
    ['a payload in the headers', 'zboot-payload-outside-section', forgeZboot({ ...GZIP, payloadOffset: 0x800 })],
    [
      'a payload that leaves its section',
      'zboot-payload-outside-section',
      forgeZboot({ ...GZIP, payloadSize: forgeZboot(GZIP).length - 0x13b0 - 4 }),
    ],
  ])('is a zboot with a fault: %s', (_name, code, bytes) => {
    const root = open(bytes);
    expect(root.kind).toBe('zboot');
    expect(root.fault?.code).toBe(code);
    expect(root.parts).toEqual([]);
    expect(open(forgeZboot(GZIP)).fault).toBeNull();
  });

  it('doubts a payload whose label names another compression, and counts both as its compression', () => {
    const root = open(forgeZboot({ ...ZSTD, label: 'gzip' }));
    expect(root.compression).toEqual(['gzip', 'zstd']);
    const image = layerAt(root, 'zboot/image');
    expect(image.fault).toBeNull();
    expect(image.origin?.doubt?.code).toBe('zboot-compression-mismatch');
  });

  it('doubts a size tail that is a byte too large, and cannot decode past one that is a byte too small', () => {
    expect(layerAt(open(forgeZboot({ ...ZSTD, tail: 0x8001 })), 'zboot/image').origin?.doubt?.code).toBe(
      'size-mismatch',
    );
    expect(layerAt(open(forgeZboot({ ...ZSTD, tail: 0x7fff })), 'zboot/image').fault?.code).toBe('size-mismatch');
    expect(layerAt(open(forgeZboot({ ...ZSTD, tail: 0x8000 })), 'zboot/image').origin?.doubt).toBeNull();
  });

  it('refuses a stated size above the limit before decoding', () => {
    const root = open(forgeZboot({ ...ZSTD, tail: 0xffffffff }));
    expect(layerAt(root, 'zboot/image').fault?.code).toBe('limit-layer-size');
  });

  it('doubts bytes between the compressed data and the end of the payload', () => {
    const encoded = concatBytes(compress('zstd', PADDED), Uint8Array.of(1));
    expect(layerAt(open(forgeZboot({ ...ZSTD, encoded })), 'zboot/image').origin?.doubt?.code).toBe('trailing-bytes');
    const zeros = concatBytes(compress('zstd', PADDED), Uint8Array.of(0));
    expect(layerAt(open(forgeZboot({ ...ZSTD, encoded: zeros })), 'zboot/image').origin?.doubt).toBeNull();
  });

  it('doubts a gzip header that the stub would not skip', () => {
    const gzip = compress('gzip', PADDED);
    const named = concatBytes(patched(gzip, 3, Uint8Array.of(8)).subarray(0, 10), utf8('Image\0'), gzip.subarray(10));
    const image = layerAt(open(forgeZboot({ ...GZIP, encoded: named })), 'zboot/image');
    expect(image.bytes).toEqual(PADDED);
    expect(image.origin?.doubt?.code).toBe('zboot-gzip-header');
  });

  it('gives the child a fault when the payload is no kernel Image', () => {
    const encoded = compress('gzip', new Uint8Array(0x8000));
    const image = layerAt(open(forgeZboot({ ...GZIP, encoded })), 'zboot/image');
    expect(image).toMatchObject({ kind: 'image', fault: { code: 'image-magic-missing' } });
  });

  it('notes a machine that has no zboot kernels', () => {
    const bytes = forgeZboot(GZIP);
    expect(codesOf(open(patched(bytes, 0x44, utf8('\x64\x86'.slice(0, 1)))))).toEqual([]);
    expect(codesOf(open(patched(bytes, 0x44, Uint8Array.of(0x64, 0x86))))).toContain('zboot-machine');
  });

  it('is ambiguous when it is also marked as an arm64 Image or an x86 kernel', () => {
    const bytes = forgeZboot(GZIP);
    expect(open(patched(bytes, 0x38, utf8('ARM\x64'))).fault?.code).toBe('format-ambiguous');
    const setup = patched(patched(bytes, 0x1fe, Uint8Array.of(0x55, 0xaa)), 0x202, utf8('HdrS'));
    expect(open(setup).fault?.code).toBe('format-ambiguous');
  });
});
