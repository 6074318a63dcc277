import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../forge/bytes.ts';
import { forgePe, type PeSectionSpec } from '../../../forge/pe.ts';
import { forgeUki } from '../../../forge/uki.ts';
import { attempt } from '../../../runtime/bytes/format-error.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { readPeSbat, readSbat, sbatGeneration } from '../../../runtime/formats/sbat.ts';
import { layerAt, open } from './layer-tree.ts';

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
});
