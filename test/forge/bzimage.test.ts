import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { forgeBzImage, forgeElf } from '../../forge/bzimage.ts';

const ELF = forgeElf(0x3000, 4);

describe('a bzImage', () => {
  test('has the setup header of boot.rst', () => {
    const file = Buffer.from(forgeBzImage({ vmlinux: ELF }));
    expect(file.readUInt16LE(0x1fe)).toBe(0xaa55);
    expect(file.toString('latin1', 0x202, 0x206)).toBe('HdrS');
    expect(file.readUInt16LE(0x206)).toBe(0x020f);
    expect(file.readUInt8(0x211) & 1).toBe(1);
    expect(file.readUInt16LE(0x236) & 3).toBe(3); // 64-bit entry, loadable above 4 GiB
    expect(file.readUInt32LE(0x238)).toBe(2047);
    expect(file.readBigUInt64LE(0x258)).toBe(0x1000000n);
    expect(file.readUInt32LE(0x260)).toBe(2 * ELF.length);
  });

  test('holds its payload where the header says, counted from the protected-mode code', () => {
    expect(Buffer.compare(gunzipSync(payloadOf(forgeBzImage({ vmlinux: ELF }))), ELF)).toBe(0);
  });

  test('counts the size tail in the payload length', () => {
    for (const compression of ['gzip', 'zstd', 'xz', 'lzma', 'lz4'] as const) {
      const payload = payloadOf(forgeBzImage({ vmlinux: ELF, compression }));
      expect(payload.readUInt32LE(payload.length - 4)).toBe(ELF.length);
    }
  });

  test('is a PE file for x86-64 at the same time', () => {
    const file = Buffer.from(forgeBzImage({ sbat: 'sbat,1\n' }));
    expect(file.readUInt32LE(0x3c)).toBe(0x40);
    expect(file.readUInt16LE(0x44)).toBe(0x8664);
    expect(file.readUInt32LE(0x58 + 60)).toBe(0x1000);
    const table = 0x58 + 160;
    const names = [0, 1, 2, 3].map((n) =>
      file.toString('latin1', table + 40 * n, table + 40 * n + 6).replace(/\0+$/, ''),
    );
    expect(names).toEqual(['.setup', '.text', '.sbat', '.data']);
    expect(table + 160).toBeLessThan(0x1f1);
  });
});

test('a forged ELF file is a 64-bit executable for x86-64', () => {
  const elf = Buffer.from(ELF);
  expect(elf.toString('hex', 0, 7)).toBe('7f454c46020101');
  expect(elf.readUInt16LE(18)).toBe(62);
});

function payloadOf(bytes: Uint8Array): Buffer {
  const file = Buffer.from(bytes);
  const start = (file.readUInt8(0x1f1) + 1) * 512 + file.readUInt32LE(0x248);
  return file.subarray(start, start + file.readUInt32LE(0x24c));
}
