import { describe, expect, test } from 'vitest';
import { forgePe, type PeSpec } from '../../forge/pe.ts';
import { withChecksum } from '../../forge/pe-fields.ts';
import { smallProgram } from '../../forge/small-program.ts';

const SECTION = { name: '.text', data: new Uint8Array(100).fill(0x90) };

describe('a PE file', () => {
  test('has its headers where the specification puts them', () => {
    const file = Buffer.from(pe({}));
    expect(file.toString('latin1', 0, 2)).toBe('MZ');
    expect(file.readUInt32LE(0x3c)).toBe(0x40);
    expect(file.toString('latin1', 0x40, 0x44)).toBe('PE\0\0');
    expect(file.readUInt16LE(0x44)).toBe(0x8664);
    expect(file.readUInt16LE(0x46)).toBe(1); // sections
    expect(file.readUInt16LE(0x54)).toBe(112 + 16 * 8); // SizeOfOptionalHeader
    expect(file.readUInt16LE(0x58)).toBe(0x20b);
    expect(file.readUInt32LE(0x58 + 32)).toBe(4096); // SectionAlignment
    expect(file.readUInt32LE(0x58 + 36)).toBe(512); // FileAlignment
    expect(file.readUInt32LE(0x58 + 56)).toBe(0x2000); // SizeOfImage
    expect(file.readUInt32LE(0x58 + 60)).toBe(0x200); // SizeOfHeaders
    expect(file.readUInt16LE(0x58 + 68)).toBe(10); // Subsystem
    expect(file.readUInt32LE(0x58 + 108)).toBe(16); // NumberOfRvaAndSizes
  });

  test('describes its section in 40 bytes behind the directories', () => {
    const file = Buffer.from(pe({}));
    const header = 0x58 + 112 + 16 * 8;
    expect(file.toString('latin1', header, header + 8)).toBe('.text\0\0\0');
    expect([8, 12, 16, 20].map((at) => file.readUInt32LE(header + at))).toEqual([100, 0x1000, 0x200, 0x200]);
    expect(file.length).toBe(0x400);
    expect(file.readUInt8(0x200)).toBe(0x90);
    expect(file.readUInt8(0x264)).toBe(0);
  });

  test('fills a name of eight bytes without a NUL', () => {
    const file = Buffer.from(pe({ sections: [{ ...SECTION, name: '.cmdline' }] }));
    expect(file.includes(Buffer.from('.cmdline\x64\0\0\0', 'latin1'))).toBe(true);
  });

  test('writes a 32-bit optional header of 96 bytes', () => {
    const file = Buffer.from(pe({ machine: 'x86', format: 'PE32', numberOfDirectories: 6 }));
    expect(file.readUInt16LE(0x58)).toBe(0x10b);
    expect(file.readUInt16LE(0x54)).toBe(96 + 6 * 8);
    expect(file.readUInt32LE(0x58 + 92)).toBe(6);
    expect(file.readUInt32LE(0x58 + 60)).toBe(0x200);
  });

  test('keeps overrides as they stand', () => {
    const file = Buffer.from(
      pe({
        sizeOfOptionalHeader: 300,
        numberOfSections: 7,
        checksum: 0xdeadbeef,
        directories: { 4: { address: 1, size: 2 } },
      }),
    );
    expect(file.readUInt16LE(0x54)).toBe(300);
    expect(file.readUInt16LE(0x46)).toBe(7);
    expect(file.readUInt32LE(0x58 + 64)).toBe(0xdeadbeef);
    expect(file.readUInt32LE(0x58 + 144)).toBe(1);
    expect(file.toString('latin1', 0x58 + 300, 0x58 + 305)).toBe('.text');
  });

  test('puts raw data where it is told', () => {
    const file = Buffer.from(
      pe({
        sections: [
          { ...SECTION, pointerToRawData: 0x600 },
          { name: '.data', data: new Uint8Array(8).fill(1), pointerToRawData: 0x200 },
        ],
      }),
    );
    expect(file.length).toBe(0x800);
    expect(file.readUInt8(0x600)).toBe(0x90);
    expect(file.readUInt8(0x200)).toBe(1);
  });

  test('stores only the data of a section that says more', () => {
    const file = pe({ sections: [{ ...SECTION, sizeOfRawData: 0x4000 }] });
    expect(file.length).toBe(0x200 + 100);
  });

  test('leaves a gap before a section', () => {
    const file = Buffer.from(pe({ sections: [{ ...SECTION, gapBefore: new Uint8Array(0x200).fill(7) }] }));
    expect(file.readUInt8(0x200)).toBe(7);
    expect(file.readUInt8(0x400)).toBe(0x90);
    expect(file.readUInt32LE(0x58 + 112 + 128 + 20)).toBe(0x400);
  });

  test('gives a section without data no raw place', () => {
    const file = Buffer.from(pe({ sections: [SECTION, { name: '.bss', data: new Uint8Array(0), virtualSize: 64 }] }));
    const header = 0x58 + 112 + 128 + 40;
    expect([8, 12, 16, 20].map((at) => file.readUInt32LE(header + at))).toEqual([64, 0x2000, 0, 0]);
    expect(file.length).toBe(0x400);
  });

  test('ends in its overlay', () => {
    expect(pe({ overlay: Uint8Array.of(1, 2, 3) }).slice(0x400)).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe('the CheckSum field', () => {
  test('is the folded sum of 16-bit words plus the length', () => {
    const file = Buffer.from(withChecksum(smallProgram({})));
    const field = 0x80 + 24 + 64;
    const claimed = file.readUInt32LE(field);
    file.writeUInt32LE(0, field);
    let sum = 0;
    for (let at = 0; at < file.length; at += 2) sum += file.readUInt16LE(at);
    while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
    expect(claimed).toBe(sum + file.length);
  });
});

function pe(overrides: Partial<PeSpec>): Uint8Array {
  return forgePe({ machine: 'x64', sections: [SECTION], ...overrides });
}
