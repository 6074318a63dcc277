import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../forge/bytes.ts';
import { forgePe } from '../../../forge/pe.ts';
import { withCertificateDirectory } from '../../../forge/pe-fields.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { peRegions } from '../../../runtime/formats/pe-layout.ts';
import { drawRegions, overlayRegion } from '../../../runtime/formats/regions.ts';
import { firstNonZero, isZero } from '../../../runtime/formats/zero-bytes.ts';

const GOOD = forgePe({
  machine: 'x64',
  sections: [
    { name: '.text', data: new Uint8Array(0x300).fill(0x90) },
    { name: '.data', data: new Uint8Array(0x100).fill(7) },
  ],
});

function roles(bytes: Uint8Array): readonly string[] {
  return peRegions(readPe(bytes, 'pe')).map(({ role, range, zero }) =>
    `${role} ${range[0]}-${range[1]} ${zero ?? ''}`.trim(),
  );
}

describe('peRegions', () => {
  it('names headers, sections, their zero filling and the certificate table', () => {
    const signed = withCertificateDirectory(concatBytes(GOOD, new Uint8Array(64).fill(1)), GOOD.length, 64);
    expect(roles(signed)).toEqual([
      'header 0-512',
      'section 512-1280',
      'padding 1280-1536 true',
      'section 1536-1792',
      'padding 1792-2048 true',
      'certificate-table 2048-2112',
    ]);
  });

  it('keeps the filling of a section in the section when it is not zero', () => {
    const filled = Uint8Array.from(GOOD);
    filled[2047] = 1;
    expect(roles(filled)).toContain('section 1536-2048');
  });

  it('tells stray bytes before the table, the zeros that align it, and bytes after it', () => {
    const overlay = concatBytes(GOOD, Uint8Array.of(1, 2, 3));
    const table = new Uint8Array(64).fill(1);
    const after = Uint8Array.of(5, 5);
    const stray = withCertificateDirectory(concatBytes(overlay, table, after), overlay.length, 64);
    expect(roles(stray).slice(-3)).toEqual([
      'stray 2048-2051 false',
      'certificate-table 2051-2115',
      'stray 2115-2117 false',
    ]);
    const aligned = concatBytes(GOOD, new Uint8Array(7));
    const padded = withCertificateDirectory(concatBytes(aligned, table), aligned.length, 64);
    expect(roles(padded).slice(-2)).toEqual(['padding 2048-2055 true', 'certificate-table 2055-2119']);
    const eight = concatBytes(GOOD, new Uint8Array(8));
    expect(roles(withCertificateDirectory(concatBytes(eight, table), eight.length, 64)).at(-2)).toBe(
      'stray 2048-2056 true',
    );
  });

  it('calls unclaimed bytes before the end of the last section a gap', () => {
    const gap = forgePe({
      machine: 'x64',
      sections: [
        { name: '.a', data: new Uint8Array(512).fill(1) },
        { name: '.b', data: new Uint8Array(512).fill(1), gapBefore: new Uint8Array(512).fill(2) },
      ],
    });
    expect(roles(gap)).toContain('gap 1024-1536 false');
  });

  it('touches every byte once, whatever the section table and the certificate directory say', () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.constantFrom(0xffffffff, 0x80000000, GOOD.length));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, number), { minLength: 2, maxLength: 2 }),
        number,
        number,
        number,
        (sections, at, size, headers) => {
          const bytes = withCertificateDirectory(concatBytes(GOOD, new Uint8Array(100)), at, size);
          const view = new DataView(bytes.buffer);
          view.setUint32(0x40 + 24 + 60, headers, true);
          for (const [index, [virtualSize, raw, pointer]] of sections.entries()) {
            const header = 0x40 + 24 + 240 + index * 40;
            view.setUint32(header + 8, virtualSize, true);
            view.setUint32(header + 16, raw, true);
            view.setUint32(header + 20, pointer, true);
          }
          let cursor = 0;
          for (const { range } of peRegions(readPe(bytes, 'pe'))) {
            expect(range[0]).toBe(cursor);
            expect(range[1]).toBeGreaterThan(cursor);
            cursor = range[1];
          }
          expect(cursor).toBe(bytes.length);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('drawRegions and overlayRegion', () => {
  it('give one name to every byte, whatever is claimed', () => {
    const edge = fc.integer({ min: 0, max: 40 });
    const claim = fc.record({ range: fc.tuple(edge, edge), role: fc.constant('data' as const), name: fc.string() });
    fc.assert(
      fc.property(fc.array(claim), claim, (claims, over) => {
        const bytes = new Uint8Array(32);
        const drawn = drawRegions(bytes, claims, (_before, _after, range) => [{ range, role: 'gap', name: 'gap' }]);
        const regions = overlayRegion(bytes, drawn, over);
        let cursor = 0;
        for (const { range } of regions) {
          expect(range[0]).toBe(cursor);
          expect(range[1]).toBeGreaterThan(range[0]);
          cursor = range[1];
        }
        expect(cursor).toBe(32);
      }),
      { seed: 1 },
    );
  });
});

describe('firstNonZero', () => {
  it('agrees with looking at every byte, at every alignment', () => {
    const bytes = fc.uint8Array({ max: 3, maxLength: 40 });
    fc.assert(
      fc.property(bytes, fc.nat(8), fc.nat(48), fc.nat(48), (content, shift, a, b) => {
        const buffer = new Uint8Array(content.length + shift + 8);
        buffer.set(content, shift);
        const view = buffer.subarray(shift, shift + content.length);
        const [start, end] = [Math.min(a, b, view.length), Math.min(Math.max(a, b), view.length)];
        const expected = view.subarray(start, end).findIndex((byte) => byte !== 0);
        expect(firstNonZero(view, start, end)).toBe(expected < 0 ? end : start + expected);
        expect(isZero(view, [start, end])).toBe(expected < 0);
      }),
      { seed: 1 },
    );
  });
});
