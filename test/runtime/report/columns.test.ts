import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Entry, layOut, plain } from '../../../runtime/report/columns.ts';
import { paintLines, plainPaint } from '../../../runtime/report/paint.ts';
import { widthOf } from '../../../runtime/report/printable.ts';

describe('layOut', () => {
  test('puts the place at the right edge of the same line where there is room', () => {
    expect(shown({ left: 'x'.repeat(60), right: 'y'.repeat(18) })).toEqual([`${'x'.repeat(60)}  ${'y'.repeat(18)}`]);
  });

  test('puts the place on a line of its own when two columns between would be missing', () => {
    expect(shown({ left: 'x'.repeat(60), right: 'y'.repeat(19) })).toEqual([
      'x'.repeat(60),
      ' '.repeat(61) + 'y'.repeat(19),
    ]);
  });

  test('breaks text at spaces and indents what follows', () => {
    expect(shown({ left: `${'a'.repeat(50)} ${'b'.repeat(50)}`, hanging: 4 })).toEqual([
      'a'.repeat(50),
      `    ${'b'.repeat(50)}`,
    ]);
  });

  test('breaks a word that no line could hold', () => {
    expect(shown({ left: 'w'.repeat(100), hanging: 4 }).map((line) => line.length)).toEqual([76, 28]);
  });

  test('never exceeds 80 columns and loses no word, whatever the text', () => {
    const words = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'é', '漢', '-', '/'), minLength: 1, maxLength: 120 }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(words, fc.string({ unit: fc.constantFrom('p', '/'), maxLength: 100 }), (left, right) => {
        const lines = shown({ left: left.join(' '), right, indent: 2, hanging: 6 });
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80);
        expect(lines.join('').replaceAll(' ', '')).toBe(left.join('') + right);
      }),
    );
  });
});

function shown(entry: { left: string; right?: string; indent?: number; hanging?: number }): readonly string[] {
  const full: Entry = {
    indent: entry.indent ?? 0,
    hanging: entry.hanging ?? 0,
    left: [plain(entry.left)],
    right: entry.right ?? '',
  };
  return paintLines(layOut(full), plainPaint).split('\n').slice(0, -1);
}
