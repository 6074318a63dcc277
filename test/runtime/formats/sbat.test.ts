import { describe, expect, it } from 'vitest';
import { concatBytes, patched, u16le, u32le, utf8 } from '../../../forge/bytes.ts';
import { peFields } from '../../../forge/pe-fields.ts';
import { forgePe, type PeSectionSpec } from '../../../forge/pe.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { readPeSbat, readSbat, sbatGeneration } from '../../../runtime/formats/sbat.ts';
import { layerAt, open } from './layer-tree.ts';
import { growthOf } from '../../growth.ts';

const GOOD =
  'sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\nlinux,3,Vendor,linux,6.12,https://kernel.org\n';

function refusal(text: string): string | null {
  const read = attempt(() => readSbat(utf8(text), 'pe'));
  return read.ok ? null : read.finding.code;
}

describe('readSbat', () => {
  it('reads rows, with either line end, a byte order mark and blank lines', () => {
    const rows = readSbat(utf8(`\ufeff${GOOD.replace('\n', '\r\n\r\n')}`), 'pe');
    expect(rows.map(({ component, generation }) => [component, generation])).toEqual([
      ['sbat', 1],
      ['linux', 3],
    ]);
    expect(readSbat(utf8(`${GOOD}\0\0\0`), 'pe')).toHaveLength(2);
    expect(readSbat(utf8('a,1,b,c,d,e,more,fields'), 'pe')).toHaveLength(1);
  });

  it.each([
    ['five fields', 'a,1,b,c,d', 'sbat-row'],
    ['an empty field', 'a,1,,c,d,e', 'sbat-row'],
    ['a generation of 0', 'a,0,b,c,d,e', 'sbat-generation'],
    ['a generation that is no number', 'a,x,b,c,d,e', 'sbat-generation'],
    ['a generation with a sign', 'a,+1,b,c,d,e', 'sbat-generation'],
    ['a generation with a zero before it', 'a,01,b,c,d,e', 'sbat-generation'],
    ['a generation of 65536', 'a,65536,b,c,d,e', 'sbat-generation'],
    ['text behind a NUL', 'a,1,b,c,d,e\0x', 'text-after-nul'],
  ])('refuses %s', (_name, text, code) => {
    expect(refusal(text)).toBe(code);
    expect(refusal('a,65535,b,c,d,e')).toBeNull();
  });
});

describe('a row that is refused', () => {
  it('is named by its number and its place in bytes', () => {
    const text = `a,1,b\u00e9,c,d,e\r\n\nb,0,c,d,e,f\nc,1,d,e,f,g\n`;
    const read = attempt(() => readSbat(utf8(text), 'pe'));
    expect(read).toMatchObject({
      finding: { code: 'sbat-generation', offsetBytes: 16, lengthBytes: 11 },
    });
    const inFile = attempt(() => readPeSbat(readPe(programWith(utf8(text)), 'pe')));
    expect(inFile).toMatchObject({ finding: { code: 'sbat-generation', offsetBytes: 0x400 + 16 } });
  });
});

describe('10,000 rows', () => {
  const rows = (count: number): Uint8Array =>
    utf8(Array.from({ length: count }, (_, at) => `c${at},1,v,p,1,u`).join('\n'));

  it.each([
    ['', 'ok'],
    ['\nlast,0,v,p,1,u', 'wrong'],
  ])('are read in time that grows with their number, also when the last is wrong: %j', async (last, outcome) => {
    const work = (text: Uint8Array) => attempt(() => readSbat(text, 'pe'));
    const [few, many] = [rows(10_000), rows(40_000)].map((text) => concatBytes(text, utf8(last)));
    if (few === undefined || many === undefined) throw new Error('two texts');
    expect(work(few).ok ? 'ok' : 'wrong').toBe(outcome);
    expect(await growthOf(work, { few, many, most: 9 })).toBeLessThan(9);
  });

  it('of many thousand fields each cost no more than their bytes', () => {
    expect(readSbat(utf8(`a,1,b,c,d,e${',x'.repeat(500_000)}`), 'pe')).toHaveLength(1);
  });
});

describe('sbatGeneration', () => {
  it('gives the least generation of a component, from a section or a PE file', () => {
    const root = open(forgeUki({ linux: 'x', sbat: `${GOOD}linux,2,v,linux,6.13,u\n` }));
    expect(sbatGeneration(layerAt(root, 'uki/.sbat'), 'linux')).toBe(2);
    expect(sbatGeneration(root, 'linux')).toBe(2);
    expect(sbatGeneration(root, 'grub')).toBeNull();
    expect(sbatGeneration(open(forgeUki({ linux: 'x' })), 'linux')).toBeNull();
  });
});

describe('readPeSbat', () => {
  const read = (...sections: readonly PeSectionSpec[]) =>
    attempt(() =>
      readPeSbat(
        readPe(forgePe({ machine: 'x64', sections: [{ name: '.text', data: Uint8Array.of(1) }, ...sections] }), 'pe'),
      ),
    );

  it('refuses two sections, and one that is larger in memory than in the file', () => {
    const sbat: PeSectionSpec = { name: '.sbat', data: utf8(GOOD) };
    expect(read(sbat)).toMatchObject({ ok: true });
    expect(read()).toEqual({ ok: true, value: null });
    expect(read(sbat, sbat)).toMatchObject({ finding: { code: 'sbat-duplicate-section' } });
    expect(read({ ...sbat, virtualSize: 513 })).toMatchObject({ finding: { code: 'sbat-section-size' } });
    expect(read({ ...sbat, virtualSize: 512 })).toMatchObject({ ok: true });
  });

  it('refuses a section with relocations, as shim does', () => {
    const file = programWith(utf8(GOOD));
    const header = peFields(file).sectionTable + 40;
    const readFile = (bytes: Uint8Array) => attempt(() => readPeSbat(readPe(bytes, 'pe')));
    expect(readFile(file)).toMatchObject({ ok: true });
    expect(readFile(patched(file, header + 24, u32le(1)))).toMatchObject({ finding: { code: 'sbat-relocations' } });
    expect(readFile(patched(file, header + 32, u16le(1)))).toMatchObject({ finding: { code: 'sbat-relocations' } });
  });

  it('refuses rows that hide behind the size in memory, where only shim reads on', () => {
    const more = utf8(`${GOOD}evil,1,v,p,1,u\n`);
    const shown = utf8(GOOD).length;
    const zeros = concatBytes(utf8(GOOD), new Uint8Array(16));
    expect(read({ name: '.sbat', data: zeros, virtualSize: shown })).toMatchObject({ ok: true });
    expect(read({ name: '.sbat', data: more, virtualSize: shown })).toMatchObject({
      finding: { code: 'sbat-section-size' },
    });
    expect(read({ name: '.sbat', data: more, virtualSize: 0 })).toMatchObject({
      finding: { code: 'sbat-section-size' },
    });
  });
});

/** A program of two sections, the second one `.sbat`, whose data start at 0x400. */
function programWith(sbat: Uint8Array): Uint8Array {
  const sections = [
    { name: '.text', data: Uint8Array.of(1) },
    { name: '.sbat', data: sbat },
  ];
  return forgePe({ machine: 'x64', sections });
}
