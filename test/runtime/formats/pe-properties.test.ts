import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import { forgePe, SECTION_FLAGS } from '../../../forge/pe.ts';
import { withCertificateDirectory } from '../../../forge/pe-fields.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import {
  hasBytesAfterSignature,
  hasBytesInSectionGaps,
  hasWritableCode,
  isNxCompatible,
} from '../../../runtime/formats/pe-properties.ts';

const data = new Uint8Array(512).fill(1);

describe('the properties of a PE file', () => {
  it('tell NX_COMPAT', () => {
    const pe = (dllCharacteristics: number) =>
      readPe(forgePe({ machine: 'x64', sections: [], dllCharacteristics, overlay: data }), 'pe');
    expect([isNxCompatible(pe(0x100)), isNxCompatible(pe(0x160)), isNxCompatible(pe(0x60))]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['code', false],
    ['data', false],
    ['writableCode', true],
  ] as const)('tell writable code: %s', (flags, expected) => {
    const sections = [{ name: '.text', data, characteristics: SECTION_FLAGS[flags] }];
    expect(hasWritableCode(readPe(forgePe({ machine: 'x64', sections }), 'pe'))).toBe(expected);
  });

  it('tell bytes after the certificate table', () => {
    const file = forgePe({ machine: 'x64', sections: [{ name: '.text', data }] });
    const pe = (size: number) => readPe(withCertificateDirectory(concatBytes(file, data), file.length, size), 'pe');
    expect([512, 511, 513].map((size) => hasBytesAfterSignature(pe(size)))).toEqual([false, true, false]);
    expect(hasBytesAfterSignature(readPe(file, 'pe'))).toBe(false);
  });

  it('tell bytes in the gaps between sections', () => {
    const pe = (gap: Uint8Array) =>
      readPe(
        forgePe({
          machine: 'x64',
          sections: [
            { name: '.a', data },
            { name: '.b', data, gapBefore: gap },
          ],
        }),
        'pe',
      );
    expect(hasBytesInSectionGaps(pe(new Uint8Array(512)))).toBe(false);
    expect(hasBytesInSectionGaps(pe(new Uint8Array(512).fill(1)))).toBe(true);
    expect(hasBytesInSectionGaps(pe(new Uint8Array(0)))).toBe(false);
  });
});
