import { describe, expect, test } from 'vitest';
import { byteMapOf } from '../../../runtime/report/byte-map.ts';
import type { InspectedLayer } from '../../../runtime/report/inspection.ts';
import { renderInspectionText } from '../../../runtime/report/inspection-text.ts';
import { plainPaint } from '../../../runtime/report/paint.ts';
import { inspectedLayer, inspectedSignature } from './inspected-layer.ts';
import { growthOf } from '../../growth.ts';

/** A child of 40 bytes at 20 of its parent. */
function child(given: Partial<InspectedLayer>): InspectedLayer {
  return inspectedLayer({
    path: 'zboot/image',
    kind: 'image',
    offsetBytes: 20,
    packedSizeBytes: 40,
    sizeBytes: 100,
    regions: [region('.text', [0, 100])],
    ...given,
  });
}

function parent(given: Partial<InspectedLayer>): InspectedLayer {
  return inspectedLayer({
    path: 'zboot',
    kind: 'zboot',
    sizeBytes: 100,
    regions: [region('head', [0, 20]), region('payload', [20, 60]), region('tail', [60, 100])],
    ...given,
  });
}

function region(name: string, range: readonly [number, number]) {
  return { name, role: 'section', range, zero: false } as const;
}

/** Extents of the first signature, region by region. */
function extents(root: InspectedLayer, layer: InspectedLayer): readonly string[] {
  return byteMapOf(root)
    .signersOf(layer)
    .map(([first]) => first?.extent ?? 'none');
}

describe('the byte map', () => {
  test('says of each region whether a signature covers all of it, a part or nothing', () => {
    const root = parent({ signatures: [inspectedSignature({ covers: [[10, 60]] })] });
    expect(extents(root, root)).toEqual(['part', 'whole', 'none']);
  });

  test.each([
    ['a broken signature', { intact: false }],
    ['a signature of another digest', { digestMatches: false }],
  ])('leaves %s out', (_title, fault) => {
    const root = parent({ signatures: [inspectedSignature({ covers: [[0, 100]], ...fault })] });
    expect(extents(root, root)).toEqual(['none', 'none', 'none']);
  });

  test.each<readonly [string, Partial<InspectedLayer>, number, string]>([
    ['covers a plain layer where it covers the bytes', { codec: 'none', sizeBytes: 40 }, 60, 'part'],
    ['covers a decoded layer when it covers all encoded bytes', { codec: 'gzip' }, 60, 'whole'],
    ['covers no decoded layer when one encoded byte is missing', { codec: 'gzip' }, 59, 'none'],
    ['covers no decoded layer that may be read otherwise', { codec: 'gzip', isDoubtful: true }, 60, 'none'],
    ['covers nothing whose place is not signed', { codec: 'gzip', locatedBy: [[60, 61]] }, 60, 'none'],
    ['covers what its place is signed with', { codec: 'gzip', locatedBy: [[59, 60]] }, 60, 'whole'],
  ])('a signature around a layer %s', (_title, given, end, expected) => {
    const inner = child(given);
    const root = parent({ signatures: [inspectedSignature({ covers: [[0, end]] })], children: [inner] });
    expect(extents(root, inner)).toEqual([expected]);
  });

  test('names at most 26 signatures and counts the others', () => {
    const root = parent({ signatures: Array.from({ length: 30 }, () => inspectedSignature({ covers: [[0, 100]] })) });
    const map = byteMapOf(root);
    expect([map.signatures.length, map.omitted]).toEqual([26, 4]);
    expect(map.signersOf(root)[0]).toHaveLength(26);
  });

  const layered = (count: number) => {
    const regions = Array.from({ length: count }, (_, index) => region('r', [index * 2, index * 2 + 1]));
    const children = regions.map(({ range: [offsetBytes] }) =>
      child({ codec: 'none', offsetBytes, packedSizeBytes: 1, sizeBytes: 1, regions: [region('c', [0, 1])] }),
    );
    const covers = regions.map(({ range }) => range);
    return { root: parent({ regions, children, signatures: [inspectedSignature({ covers })] }), children };
  };

  test('costs no more than linearly: 20,000 regions and ranges in 20,000 layers', async () => {
    const work = ({ root, children }: ReturnType<typeof layered>) => {
      const map = byteMapOf(root);
      expect(map.signersOf(root)).toHaveLength(children.length);
      for (const layer of children) map.signersOf(layer);
    };
    const [few, many] = [layered(5_000), layered(20_000)];
    expect(await growthOf(work, { few, many, most: 9 })).toBeLessThan(9);
  });
});

describe('the byte map in text', () => {
  const root = parent({
    signatures: [inspectedSignature({ covers: [[10, 60]] })],
    children: [child({ codec: 'gzip' })],
  });
  const options = { paint: plainPaint, parts: ['bytes'], layer: null } as const;

  test('shows start, end, size, role, signers and name of every region of every layer', () => {
    const text = renderInspectionText('a', { size: 100, sha256: 'c'.repeat(64), root }, options);
    expect(text).toContain('  0x0000000 0x0000014          20  section            a   head\n');
    expect(text).toContain('  0x0000014 0x000003c          40  section            A   payload\n');
    expect(text).toContain('  0x000003c 0x0000064          40  section            -   tail\n');
    expect(text).toMatch(/zboot\/image +100 bytes, decoded from gzip\n/);
    expect(text).toContain('  A  zboot 1: CN=Debian');
  });

  test('stays within 80 columns, whatever the names and sizes are', () => {
    const wide = { name: 'n'.repeat(300), role: 'certificate-table', range: [0, 2 ** 40], zero: true } as const;
    const signatures = Array.from({ length: 30 }, () => inspectedSignature({ covers: [[0, 2 ** 41]] }));
    const hostile = parent({ path: 'p'.repeat(200), regions: [wide], signatures });
    const text = renderInspectionText('a', { size: 100, sha256: 'c'.repeat(64), root: hostile }, options);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
