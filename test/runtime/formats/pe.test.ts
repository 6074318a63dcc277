import { describe, expect, it } from 'vitest';
import { concatBytes, patched, u16le, u32le, utf8 } from '../../../forge/bytes.ts';
import { forgePe, type PeSpec } from '../../../forge/pe.ts';
import { withCertificateDirectory } from '../../../forge/pe-fields.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { looksLikePe, readPe } from '../../../runtime/formats/pe.ts';

const SECTIONS = [
  { name: '.text', data: new Uint8Array(0x300).fill(0x90), characteristics: 0x60000020 },
  { name: '.data', data: new Uint8Array(0x100).fill(7) },
];
const SPEC: PeSpec = { machine: 'x64', sections: SECTIONS };
const GOOD = forgePe(SPEC);
const PE_OFFSET = 0x40;
const OPTIONAL = PE_OFFSET + 24;

/** A made-up table behind the file, as the directory says. */
function withTable(bytes: Uint8Array, shift = 0, size = 64): Uint8Array {
  return withCertificateDirectory(concatBytes(bytes, new Uint8Array(64).fill(9)), bytes.length + shift, size);
}

function codes(bytes: Uint8Array): readonly string[] {
  return readPe(bytes, 'pe').findings.map(({ code }) => code);
}

function refusal(bytes: Uint8Array): string | null {
  const read = attempt(() => readPe(bytes, 'pe'));
  return read.ok ? null : read.finding.code;
}

describe('readPe', () => {
  it('reads the fields of a PE32+ file', () => {
    const pe = readPe(GOOD, 'pe');
    expect(pe).toMatchObject({ arch: 'x86-64', format: 'PE32+', peOffsetBytes: PE_OFFSET, numberOfDirectories: 16 });
    expect(pe).toMatchObject({
      subsystem: 10,
      dllCharacteristics: 0x100,
      checksumRange: [OPTIONAL + 64, OPTIONAL + 68],
    });
    expect(pe.certificateDirectoryRange).toEqual([OPTIONAL + 144, OPTIONAL + 152]);
    expect(pe.certificateTable).toBeNull();
    expect(pe.sections.map(({ name, virtualSize }) => [name, virtualSize])).toEqual([
      ['.text', 0x300],
      ['.data', 0x100],
    ]);
    expect(pe.findings).toEqual([]);
  });

  it('finds the certificate directory of a PE32 file 16 bytes earlier', () => {
    const pe = readPe(forgePe({ ...SPEC, machine: 'x86', format: 'PE32' }), 'pe');
    expect(pe.format).toBe('PE32');
    expect(pe.certificateDirectoryRange).toEqual([OPTIONAL + 128, OPTIONAL + 136]);
    expect(pe.findings).toEqual([]);
  });

  it('reads a section name of eight bytes, and ends one at its first NUL', () => {
    const names = ['.cmdline', '.a\0b', 'x\\y/', ''].map((name) => ({ name, data: Uint8Array.of(1) }));
    expect(readPe(forgePe({ ...SPEC, sections: names }), 'pe').sections.map(({ name }) => name)).toEqual([
      '.cmdline',
      '.a',
      'x\\x5cy\\x2f',
      '',
    ]);
  });

  it.each<readonly [string, string, Uint8Array]>([
    ['no MZ', 'pe-no-mz', patched(GOOD, 0, utf8('ZM'))],
    ['a file of 63 bytes', 'truncated', GOOD.subarray(0, 63)],
    ['a PE header behind the file', 'pe-header-out-of-file', patched(GOOD, 0x3c, u32le(0xfffffff0))],
    ['a PE header that ends behind the file', 'pe-header-out-of-file', patched(GOOD, 0x3c, u32le(GOOD.length - 23))],
    ['another signature', 'pe-no-signature', patched(GOOD, PE_OFFSET, utf8('NE'))],
    ['a ROM image', 'pe-optional-header-magic', patched(GOOD, OPTIONAL, u16le(0x107))],
    ['17 directories', 'pe-directory-count', patched(GOOD, OPTIONAL + 108, u32le(17))],
    ['2^32-1 directories', 'pe-directory-count', patched(GOOD, OPTIONAL + 108, u32le(0xffffffff))],
    ['an optional header a byte too small', 'pe-optional-header-too-small', patched(GOOD, OPTIONAL - 4, u16le(239))],
    ['a section table behind the file', 'pe-section-table-out-of-file', patched(GOOD, PE_OFFSET + 6, u16le(0xffff))],
    [
      'an optional header that pushes the table out',
      'pe-section-table-out-of-file',
      patched(GOOD, OPTIONAL - 4, u16le(0xffff)),
    ],
  ])('throws for %s', (_name, code, bytes) => {
    expect(refusal(bytes)).toBe(code);
    expect(refusal(GOOD)).toBeNull();
  });

  it('reads exactly as many sections as fit in the file', () => {
    const fit = Math.floor((GOOD.length - OPTIONAL - 240) / 40);
    expect(refusal(patched(GOOD, PE_OFFSET + 6, u16le(fit)))).toBeNull();
    expect(refusal(patched(GOOD, PE_OFFSET + 6, u16le(fit + 1)))).toBe('pe-section-table-out-of-file');
  });

  it.each<readonly [string, string, Uint8Array, Uint8Array]>([
    [
      'an optional header with bytes to spare',
      'pe-optional-header-size',
      forgePe({ ...SPEC, sizeOfOptionalHeader: 248 }),
      forgePe({ ...SPEC, sizeOfOptionalHeader: 240 }),
    ],
    [
      'four directories',
      'pe-few-directories',
      forgePe({ ...SPEC, numberOfDirectories: 4 }),
      forgePe({ ...SPEC, numberOfDirectories: 5 }),
    ],
    ['no sections', 'pe-no-sections', forgePe({ ...SPEC, sections: [], overlay: new Uint8Array(1024) }), GOOD],
    [
      'headers that end inside the section table',
      'pe-section-table-outside-headers',
      patched(GOOD, OPTIONAL + 60, u32le(OPTIONAL + 240 + 79)),
      patched(GOOD, OPTIONAL + 60, u32le(OPTIONAL + 240 + 80)),
    ],
    [
      'headers as large as the file',
      'pe-headers-too-large',
      patched(GOOD, OPTIONAL + 60, u32le(GOOD.length)),
      patched(GOOD, OPTIONAL + 60, u32le(0x200)),
    ],
    ['a section that ends a byte behind the file', 'pe-section-out-of-file', GOOD.subarray(0, GOOD.length - 1), GOOD],
    ['raw data of 2^32-1 bytes', 'pe-section-out-of-file', patched(GOOD, OPTIONAL + 240 + 16, u32le(0xffffffff)), GOOD],
    [
      'a section that starts in the headers',
      'pe-section-in-headers',
      patched(GOOD, OPTIONAL + 60, u32le(0x201)),
      patched(GOOD, OPTIONAL + 60, u32le(0x200)),
    ],
    [
      'a section loaded over the headers',
      'pe-section-address-in-headers',
      patched(GOOD, OPTIONAL + 240 + 12, u32le(0x1ff)),
      patched(GOOD, OPTIONAL + 240 + 12, u32le(0x200)),
    ],
    [
      'a section that ends behind the image',
      'pe-section-out-of-image',
      patched(GOOD, OPTIONAL + 56, u32le(0x20ff)),
      patched(GOOD, OPTIONAL + 56, u32le(0x2100)),
    ],
    [
      'two sections that share a byte of the file',
      'pe-sections-overlap',
      patched(GOOD, OPTIONAL + 240 + 16, u32le(0x401)),
      patched(GOOD, OPTIONAL + 240 + 16, u32le(0x400)),
    ],
    [
      'two sections that share a byte in memory',
      'pe-sections-overlap-in-memory',
      patched(GOOD, OPTIONAL + 240 + 8, u32le(0x1001)),
      patched(GOOD, OPTIONAL + 240 + 8, u32le(0x1000)),
    ],
    [
      'a gap with content',
      'pe-gap-with-content',
      forgePe({
        ...SPEC,
        sections: [
          { ...SECTIONS[0], name: '.text', data: new Uint8Array(512) },
          { name: '.data', data: Uint8Array.of(1), gapBefore: new Uint8Array(512).fill(1) },
        ],
      }),
      forgePe({
        ...SPEC,
        sections: [
          { ...SECTIONS[0], name: '.text', data: new Uint8Array(512) },
          { name: '.data', data: Uint8Array.of(1), gapBefore: new Uint8Array(512) },
        ],
      }),
    ],
    [
      'a Windows program',
      'pe-subsystem-not-efi',
      forgePe({ ...SPEC, subsystem: 3 }),
      forgePe({ ...SPEC, subsystem: 12 }),
    ],
    [
      'a PE header inside the DOS header',
      'pe-headers-overlap',
      patched(forgePe({ ...SPEC, dosHeader: utf8('MZ'), peOffset: 0x30 }), 0x3c, u32le(0x30)),
      GOOD,
    ],
    [
      'a certificate table that ends a byte behind the file',
      'pe-certificate-table-out-of-file',
      withTable(GOOD, 0, 65),
      withTable(GOOD),
    ],
    [
      'a certificate table of 2^32-1 bytes',
      'pe-certificate-table-out-of-file',
      withTable(GOOD, 0, 0xffffffff),
      withTable(GOOD),
    ],
    [
      'a certificate table that starts in a section',
      'pe-certificate-table-overlaps',
      withTable(GOOD, -1, 65),
      withTable(GOOD, 0, 64),
    ],
    [
      'a certificate table before a section',
      'pe-certificate-table-not-last',
      withTable(GOOD, -600, 64),
      withTable(GOOD),
    ],
    ['a byte after the certificate table', 'pe-bytes-after-certificate-table', withTable(GOOD, 0, 63), withTable(GOOD)],
    ['a certificate table of no size', 'pe-certificate-directory-incomplete', withTable(GOOD, 0, 0), withTable(GOOD)],
    ['a certificate table at 0', 'pe-certificate-directory-incomplete', withCertificateDirectory(GOOD, 0, 64), GOOD],
  ])('notes %s', (_name, code, bad, good) => {
    expect(codes(bad)).toContain(code);
    expect(codes(good)).not.toContain(code);
  });

  it('does not mind a table at an odd offset, an overlay, sections out of order or raw sizes out of alignment', () => {
    const odd = forgePe({ ...SPEC, overlay: new Uint8Array(3).fill(1) });
    expect(codes(withTable(odd))).toEqual([]);
    const swapped = forgePe({
      ...SPEC,
      sections: [
        { name: '.a', data: new Uint8Array(512).fill(1), pointerToRawData: 0x400, sizeOfRawData: 512 },
        { name: '.b', data: new Uint8Array(511).fill(1), pointerToRawData: 0x200, sizeOfRawData: 511 },
      ],
    });
    expect(codes(swapped)).toEqual([]);
  });

  it('notes at most 64 faults, and takes 65,535 overlapping sections in its stride', () => {
    const count = 0xffff;
    const table = OPTIONAL + 240;
    const bytes = new Uint8Array(table + count * 40 + 4096);
    bytes.set(GOOD.subarray(0, table));
    bytes.set(u16le(count), PE_OFFSET + 6);
    const header = concatBytes(utf8('.section'), u32le(0x1000), u32le(0x1000), u32le(bytes.length), u32le(1));
    for (let at = table; at < table + count * 40; at += 40) bytes.set(header, at);
    const pe = readPe(bytes, 'pe');
    expect(pe.sections).toHaveLength(count);
    expect(pe.findings).toHaveLength(64);
  });
});

describe('looksLikePe', () => {
  it('asks for MZ alone', () => {
    expect(looksLikePe(utf8('MZ'))).toBe(true);
    expect(looksLikePe(utf8('M'))).toBe(false);
  });
});
