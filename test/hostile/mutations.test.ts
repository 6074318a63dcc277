import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { forgeImage } from '../../forge/kernel-image.ts';
import { storedZstdFrame } from '../../forge/zstd.ts';
import { forgeZboot } from '../../forge/zboot.ts';
import { DEFAULT_LIMITS, inspect, nativeEngine } from '../../index.ts';
import { fuzzReader, isSound } from '../fuzz/fuzz-reader.ts';
import { fuzzedReaders } from '../fuzz/readers.ts';

const ENGINE = nativeEngine();
const limits = { ...DEFAULT_LIMITS, layerSizeLimitBytes: 8 * 1024 * 1024 };

describe('hostile files', () => {
  test.each(fuzzedReaders().map((reader) => [reader.name, reader] as const))(
    'fifty mutations harm nobody who reads %s, and the file itself is well',
    async (_, reader) => {
      const { faults } = await fuzzReader(reader, { first: 0, count: 50 });
      expect(faults.map(({ text }) => text)).toEqual([]);
      for (const seed of reader.seeds) expect(await isSound(reader, seed)).toBe(true);
    },
  );

  test.each([
    ['an empty file', new Uint8Array(0)],
    ['a text file', new TextEncoder().encode('not a boot image\n')],
  ])('%s is unknown, with the place of its fault', async (_, bytes) => {
    const { root } = await inspect(bytes, { limits, engine: ENGINE });
    expect(root.kind).toBe('unknown');
    expect(root.fault).toMatchObject({ offsetBytes: 0 });
  });

  test('a zboot image cut at every kilobyte has a fault or a finding, and never an exception', async () => {
    const whole = forgeZboot({ image: forgeImage({ arch: 'arm64', size: 60_000 }), compression: 'gzip' });
    for (let size = 1024; size < whole.length; size += 1024) {
      const { root } = await inspect(whole.subarray(0, size), { limits, engine: ENGINE });
      expect(
        [root.fault, ...root.findings, root.children[0]?.fault].some((fault) => fault !== null && fault !== undefined),
      ).toBe(true);
    }
  });

  test.each([
    ['gzip', () => gzipSync(new Uint8Array(64 * 1024 * 1024))],
    ['zstd', () => storedZstdFrame(new Uint8Array(64 * 1024 * 1024), { contentSize: 'absent' })],
  ] as const)('a %s bomb stops at the limit, with a fault that names it', async (compression, bomb) => {
    const image = forgeImage({ arch: 'arm64', size: 60_000 });
    const file = forgeZboot({ image, compression, encoded: bomb() });
    const { root } = await inspect(file, { limits, engine: ENGINE });
    expect(root.children[0]?.fault?.code).toMatch(/limit|size/);
  });

  test.each([0xffffffff, 0x7fffffff])(
    'a payload size of %i is refused by arithmetic that does not wrap',
    async (size) => {
      const file = forgeZboot({
        image: forgeImage({ arch: 'arm64', size: 60_000 }),
        compression: 'gzip',
        payloadSize: size,
      });
      const { root } = await inspect(file, { limits, engine: ENGINE });
      expect(root.fault ?? root.children[0]?.fault).not.toBeNull();
    },
  );
});
