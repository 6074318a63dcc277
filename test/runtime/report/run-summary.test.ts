import { expect, test } from 'vitest';
import { plainPaint } from '../../../runtime/report/paint.ts';
import { counted, renderRunSummary } from '../../../runtime/report/run-summary.ts';

test('a run ends with the number of files and of each outcome that occurred', () => {
  expect(renderRunSummary(['accept', 'reject', 'accept', 'undecided'], plainPaint)).toBe(
    '4 files: 2 accepted, 1 rejected, 1 undecided\n',
  );
  expect(renderRunSummary(['accept-waived'], plainPaint)).toBe('1 file: 1 accepted by waiver\n');
});

test('a count takes the plural and separates thousands', () => {
  expect([counted(1, 'byte'), counted(0, 'byte'), counted(1024, 'byte'), counted(2, 'policy', 'policies')]).toEqual([
    '1 byte',
    '0 bytes',
    '1,024 bytes',
    '2 policies',
  ]);
});
