import { describe, expect, test } from 'vitest';
import { forgeAddon, forgeUki, type UkiSpec } from '../../forge/uki.ts';

describe('a UKI', () => {
  test('has a section for each part, the kernel and the initrd last', () => {
    const names = sectionsOf(forgeUki({ initrd: 'i', linux: 'l', cmdline: 'c', osrel: 'o' })).map(({ name }) => name);
    expect(names).toEqual(['.text', '.rodata', '.sdmagic', '.osrel', '.cmdline', '.linux', '.initrd']);
  });

  test('states the true size of each part and pads what is stored', () => {
    const file = forgeUki({ linux: 'l', cmdline: 'quiet' });
    const cmdline = sectionsOf(file).find(({ name }) => name === '.cmdline');
    expect(cmdline).toMatchObject({ virtualSize: 5, rawSize: 512 });
    expect(Buffer.from(file).toString('latin1', cmdline?.offset, (cmdline?.offset ?? 0) + 6)).toBe('quiet\0');
  });

  test('repeats a section for a list and for profiles', () => {
    const spec: UkiSpec = {
      linux: 'l',
      dtbauto: ['a', 'b'],
      profiles: [{ profile: 'ID=a' }, { profile: 'ID=b', cmdline: 'x' }],
    };
    const names = sectionsOf(forgeUki(spec)).map(({ name }) => name);
    expect(names.slice(3)).toEqual(['.dtbauto', '.dtbauto', '.linux', '.profile', '.profile', '.cmdline']);
  });

  test('lays sections out without overlap, in the file and in memory', () => {
    const sections = sectionsOf(forgeUki({ linux: new Uint8Array(5000), initrd: new Uint8Array(70), osrel: 'x' }));
    sections.reduce((before, section) => {
      expect(section.offset).toBe(before.offset + before.rawSize);
      expect(section.address).toBeGreaterThanOrEqual(before.address + before.virtualSize);
      return section;
    });
  });
});

test('an addon has no kernel', () => {
  const names = sectionsOf(forgeAddon({ cmdline: 'debug' })).map(({ name }) => name);
  expect(names).toEqual(['.text', '.rodata', '.sdmagic', '.cmdline']);
});

interface Section {
  readonly name: string;
  readonly virtualSize: number;
  readonly address: number;
  readonly rawSize: number;
  readonly offset: number;
}

function sectionsOf(bytes: Uint8Array): readonly Section[] {
  const file = Buffer.from(bytes);
  const pe = file.readUInt32LE(0x3c);
  return Array.from({ length: file.readUInt16LE(pe + 6) }, (_, index) => {
    const at = pe + 24 + file.readUInt16LE(pe + 20) + 40 * index;
    const [virtualSize = 0, address = 0, rawSize = 0, offset = 0] = [8, 12, 16, 20].map((field) =>
      file.readUInt32LE(at + field),
    );
    return { name: file.toString('latin1', at, at + 8).replace(/\0+$/, ''), virtualSize, address, rawSize, offset };
  });
}
