import { describe, expect, test } from 'vitest';
import { forgeImage } from '../../forge/kernel-image.ts';

describe('a kernel Image', () => {
  test('of arm64 has the header of booting.rst', () => {
    const file = Buffer.from(forgeImage({ arch: 'arm64', size: 0x8000, imageSize: 0x12000 }));
    expect(file.toString('latin1', 0, 2)).toBe('MZ');
    expect(file.readBigUInt64LE(16)).toBe(0x12000n);
    expect(file.readBigUInt64LE(24)).toBe(0xan);
    expect(file.toString('latin1', 56, 60)).toBe('ARMd');
    expect(file.readUInt32LE(60)).toBe(0x40);
    expect(file.readUInt16LE(0x44)).toBe(0xaa64);
    expect(file.length).toBe(0x8000);
  });

  test('of RISC-V has both magics and version 0.2', () => {
    const file = Buffer.from(forgeImage({ arch: 'riscv64', size: 0x8000 }));
    expect(file.readUInt32LE(32)).toBe(2);
    expect(file.toString('latin1', 48, 56)).toBe('RISCV\0\0\0');
    expect(file.toString('latin1', 56, 60)).toBe('RSC\x05');
    expect(file.readUInt16LE(0x44)).toBe(0x5064);
  });

  test('of LoongArch has the common magic alone', () => {
    const file = Buffer.from(forgeImage({ arch: 'loongarch64', size: 0x8000, imageSize: 0x20000 }));
    expect(file.readBigUInt64LE(16)).toBe(0x20000n);
    expect(file.readUInt32LE(56)).toBe(0x818223cd);
    expect(file.readUInt16LE(0x44)).toBe(0x6264);
  });

  test('has a section for every byte behind its headers', () => {
    const file = Buffer.from(forgeImage({ arch: 'arm64', size: 0x9200 }));
    const table = 0x58 + 112 + 6 * 8;
    const [text, data] = [table, table + 40].map((at) => ({
      size: file.readUInt32LE(at + 16),
      offset: file.readUInt32LE(at + 20),
    }));
    expect(text?.offset).toBe(0x1000);
    expect(data?.offset).toBe(0x1000 + (text?.size ?? 0));
    expect((data?.offset ?? 0) + (data?.size ?? 0)).toBe(file.length);
    expect(data?.offset).toBe(file.readUInt32LE(table + 40 + 12)); // loaded where it is stored
  });

  test('is the same for the same seed and another for another', () => {
    const spec = { arch: 'arm64', size: 0x8000 } as const;
    expect(forgeImage({ ...spec, seed: 4 })).toEqual(forgeImage({ ...spec, seed: 4 }));
    expect(forgeImage({ ...spec, seed: 4 })).not.toEqual(forgeImage({ ...spec, seed: 5 }));
  });

  test('needs more memory than it has bytes unless told otherwise', () => {
    const file = Buffer.from(forgeImage({ arch: 'arm64', size: 0x8000 }));
    expect(Number(file.readBigUInt64LE(16))).toBeGreaterThan(file.length);
  });
});
