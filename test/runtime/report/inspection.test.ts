import { describe, expect, test } from 'vitest';
import { BAR_CELLS, coverageBars } from '../../../runtime/report/coverage-bar.ts';
import type { Inspection } from '../../../runtime/report/inspection.ts';
import { inspectionReport } from '../../../runtime/report/inspection-json.ts';
import { inspectionReportSchema } from '../../../runtime/report/inspection-schema.ts';
import { renderInspectionText, USUAL_PARTS } from '../../../runtime/report/inspection-text.ts';
import { plainPaint } from '../../../runtime/report/paint.ts';
import { inspectedLayer, inspectedSignature, SIGNER } from './inspected-layer.ts';

const SIGNATURE = inspectedSignature({});

/** A zboot of 6,000 bytes whose first half is signed, with a decoded Image, signed as well. */
const ZBOOT = inspectedLayer({
  path: 'zboot',
  kind: 'zboot',
  compression: 'gzip',
  sizeBytes: 6000,
  signatures: [SIGNATURE],
  regions: [
    { name: 'headers', role: 'header', range: [0, 600], zero: false },
    { name: 'payload', role: 'payload', range: [600, 5400], zero: false },
    { name: 'certificate 0', role: 'certificate-table', range: [5400, 6000], zero: false },
  ],
  children: [
    inspectedLayer({
      path: 'zboot/image',
      kind: 'image',
      offsetBytes: 600,
      codec: 'gzip',
      sizeBytes: 9000,
      signatures: [{ ...SIGNATURE, covers: [[0, 9000]] }],
    }),
  ],
});

const USUAL = { paint: plainPaint, parts: USUAL_PARTS, layer: null };

const INSPECTION: Inspection = { size: 6000, sha256: 'c'.repeat(64), root: ZBOOT };

describe('coverage bars', () => {
  test('draw the covered cells of each signature, one bar for each layer that has bytes of its own', () => {
    const bars = coverageBars(ZBOOT);
    expect(bars.map(({ path }) => path)).toEqual(['zboot', 'zboot/image']);
    expect(bars[0]?.rows).toEqual([
      { label: 'layout', cells: 'h'.repeat(6) + 'p'.repeat(48) + 'c'.repeat(6) },
      { label: 'zboot 1', cells: '█'.repeat(30) + '·'.repeat(30) },
    ]);
    expect(bars[1]?.rows[1]?.cells).toBe('█'.repeat(BAR_CELLS));
  });

  test('show a cell that is covered in part as such', () => {
    const bars = coverageBars(inspectedLayer({ sizeBytes: 6000, signatures: [{ ...SIGNATURE, covers: [[0, 50]] }] }));
    expect(bars[0]?.rows[1]?.cells.slice(0, 2)).toBe('▒·');
  });

  test('place a signature of an unencoded layer at its offset in the file', () => {
    const inner = inspectedLayer({
      path: 'uki/.linux',
      codec: 'none',
      offsetBytes: 3000,
      sizeBytes: 3000,
      signatures: [SIGNATURE],
    });
    const bars = coverageBars(inspectedLayer({ path: 'uki', sizeBytes: 6000, children: [inner] }));
    expect(bars).toHaveLength(1);
    expect(bars[0]?.rows[1]).toEqual({ label: 'uki/.linux 1', cells: '·'.repeat(30) + '█'.repeat(30) });
  });

  test('draw an empty file', () => {
    expect(
      coverageBars(inspectedLayer({ sizeBytes: 0, signatures: [{ ...SIGNATURE, covers: [] }] }))[0]?.rows[1]?.cells,
    ).toBe('·'.repeat(60));
  });
});

describe('an inspection in text', () => {
  const text = renderInspectionText('vmlinuz.efi', INSPECTION, USUAL);

  test('shows the tree with kinds, compressions, offsets and sizes', () => {
    expect(text).toContain('zboot  gzip signed                                  0x0000000        6,000 bytes');
    expect(text).toContain('└─ image signed                                     0x0000258        9,000 bytes');
  });

  test('shows digests, signatures and certificates in full', () => {
    expect(text).toContain('signature 1  authenticode, sha256, rsa 2048: intact, digest matches');
    expect(text).toContain(SIGNER.subject);
    expect(text).toContain(SIGNER.sha256);
    expect(text).toContain('d'.repeat(64));
  });

  test('says what is wrong and where', () => {
    const fault = {
      code: 'truncated',
      text: 'the payload ends early',
      layer: 'zboot',
      offsetBytes: 0x40,
      lengthBytes: 0,
    };
    const shown = renderInspectionText('x', { ...INSPECTION, root: { ...ZBOOT, fault } }, USUAL);
    expect(shown).toContain('zboot  gzip signed unreadable');
    expect(shown).toMatch(/! the payload ends early +zboot @ 0x0000040\n/);
  });

  test('stays within 80 columns, whatever the names are', () => {
    const long = `uki/${'x'.repeat(200)}`;
    const named = { ...SIGNATURE, chain: [{ subject: `CN=${'y'.repeat(300)}`, sha256: 'e'.repeat(64) }] };
    const root = inspectedLayer({
      path: long,
      kind: 'section',
      sizeBytes: 2 ** 40,
      signatures: [named],
      authenticode: ZBOOT.authenticode,
    });
    const shown = renderInspectionText('z'.repeat(200), { ...INSPECTION, root }, USUAL);
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('an inspection in JSON', () => {
  test('is of the published shape', () => {
    const report = inspectionReport([{ file: 'vmlinuz.efi', inspection: INSPECTION }]);
    expect(inspectionReportSchema.parse(report)).toEqual(report);
    expect(report.files[0]?.layers[0]?.children[0]?.path).toBe('zboot/image');
  });

  test('names a file that cannot be read', () => {
    const report = inspectionReport([{ file: 'a', error: 'cannot read `a`: no such file' }]);
    expect(inspectionReportSchema.parse(report)).toEqual(report);
  });
});
