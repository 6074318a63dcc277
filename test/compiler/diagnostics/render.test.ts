import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts';
import { PLAIN_RENDERING, renderDiagnostic, renderDiagnostics } from '../../../compiler/diagnostics/render.ts';
import { PLAIN_STYLE } from '../../../compiler/diagnostics/style.ts';
import { sourceOf } from '../../../grammar/source.ts';

const TEXT = `language 1
policy distro
signers distro = file "distro.pem"
artifact zboot {
  require outer: signed by distro
  image



}
  require codec: compression in { gzp, zstd }
`;

describe('a rendered diagnostic', () => {
  it('shows title, place, line, mark and notes', () => {
    expect(rendered(TEXT, 'gzp', { notes: ['a zboot payload can be: gzip, lz4, lzma, lzo, xz, zstd'] })).toBe(
      [
        'error[BP0204]: `gzp` is not a compression',
        '   ┌─ distro.bootpol:11:35',
        '11 │   require codec: compression in { gzp, zstd }',
        '   │                                   ^^^ did you mean `gzip`?',
        '   = a zboot payload can be: gzip, lz4, lzma, lzo, xz, zstd',
        '',
      ].join('\n'),
    );
  });

  it('puts help last', () => {
    expect(rendered(TEXT, 'gzp', { help: 'name the compression' }).split('\n').at(-2)).toBe(
      '   = help: name the compression',
    );
  });

  it('shows several places in one frame, in the order of the text, with a gap where lines are left out', () => {
    const source = sourceOf('distro.bootpol', TEXT);
    const labels = [
      { ...spanOf(TEXT, 'codec'), text: 'again here', primary: true },
      { ...spanOf(TEXT, 'outer'), text: 'first declared here', primary: false },
    ];
    expect(renderDiagnostic(diagnostic({ labels }), source)).toBe(
      [
        'error[BP0204]: `gzp` is not a compression',
        '   ┌─ distro.bootpol:11:11',
        ' 5 │   require outer: signed by distro',
        '   │           ----- first declared here',
        '   ·',
        '11 │   require codec: compression in { gzp, zstd }',
        '   │           ^^^^^ again here',
        '',
      ].join('\n'),
    );
  });

  it('shows two places of one line under each other', () => {
    const labels = [
      { ...spanOf(TEXT, 'zstd'), text: 'second', primary: true },
      { ...spanOf(TEXT, 'gzp'), text: 'first', primary: false },
    ];
    const lines = renderDiagnostic(diagnostic({ labels }), sourceOf('distro.bootpol', TEXT)).split('\n');
    expect(lines.slice(3, 5)).toEqual([
      '   │                                   --- first',
      '   │                                        ^^^^ second',
    ]);
  });

  it('widens tabs so that marks stand under their word', () => {
    const lines = rendered('\trequire\tgzp\n', 'gzp', {}).split('\n');
    expect(lines[1]).toBe('  ┌─ distro.bootpol:1:10');
    expect(lines[2]).toBe('1 │     require gzp');
    expect(lines[3]).toBe('  │             ^^^ did you mean `gzip`?');
  });

  it.each([0, 100, 5000])('cuts a long line around a place that has %i characters before it', (before) => {
    const text = `${'a '.repeat(before / 2)}gzp${' b'.repeat(300)}\n`;
    const lines = rendered(text, 'gzp', {}).split('\n');
    expect(lines.every((line) => Array.from(line).length <= 80)).toBe(true);
    const column = (lines[3] ?? '').indexOf('^');
    expect((lines[2] ?? '').slice(column, column + 3)).toBe('gzp');
  });

  it('keeps within 80 columns whatever is long', () => {
    const long = 'word '.repeat(60).trim();
    const text = `${'x'.repeat(200)} gzp ${'y'.repeat(200)}\n`;
    const source = sourceOf(`${'directory/'.repeat(20)}distro.bootpol`, text);
    const labels = [{ ...spanOf(text, 'gzp'), text: long, primary: true }];
    const shown = renderDiagnostic(diagnostic({ title: long, labels, notes: [long], help: long }), source);
    expect(Math.max(...shown.split('\n').map((line) => Array.from(line).length))).toBeLessThanOrEqual(80);
    expect(shown).toContain('…');
  });

  it('marks the first line of a span over several lines, and one column of an empty span', () => {
    const source = sourceOf('p', 'one two\nthree\n');
    const over = renderDiagnostic(
      diagnostic({ labels: [{ span: { start: 4, end: 12 }, text: '', primary: true }] }),
      source,
    );
    expect(over.split('\n')[3]).toBe('  │     ^^^');
    const empty = renderDiagnostic(
      diagnostic({ labels: [{ span: { start: 3, end: 3 }, text: '', primary: true }] }),
      source,
    );
    expect(empty.split('\n')[3]).toBe('  │    ^');
  });

  it('shows a place at the very end of the text', () => {
    const source = sourceOf('p', 'one\n');
    const shown = renderDiagnostic(
      diagnostic({ labels: [{ span: { start: 4, end: 4 }, text: '', primary: true }] }),
      source,
    );
    expect(shown.split('\n').slice(1, 4)).toEqual(['  ┌─ p:2:1', '2 │', '  │ ^']);
  });

  it('never passes control characters or direction marks on to a terminal', () => {
    const text = 'gzp \u001b[31m \u202e \u0007\n';
    const shown = rendered(text, 'gzp', { title: 'a\u001b]0;b', notes: ['\u009bc'], help: '\u2066' });
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]/);
    expect(shown).toContain('\ufffd');
  });

  it('paints only through the style it is given', () => {
    const mark = (letter: string) => (text: string) => `<${letter}>${text}</>`;
    const style = { ...PLAIN_STYLE, error: mark('e'), primary: mark('p') };
    const shown = renderDiagnostic(diagnostic({}), sourceOf('distro.bootpol', TEXT), { ...PLAIN_RENDERING, style });
    expect(shown).toContain('<e>error[BP0204]</>: `gzp`');
    expect(shown).toContain('<p>^^^ did you mean `gzip`?</>');
    expect(shown.replaceAll(/<\/?\w?>/g, '')).toBe(renderDiagnostic(diagnostic({}), sourceOf('distro.bootpol', TEXT)));
  });

  it('separates several diagnostics by an empty line', () => {
    const both = renderDiagnostics([diagnostic({}), diagnostic({})], sourceOf('distro.bootpol', TEXT));
    expect(both.split('\n\n')).toHaveLength(2);
  });
});

function rendered(text: string, word: string, changes: Partial<Diagnostic>): string {
  const labels = [{ ...spanOf(text, word), text: 'did you mean `gzip`?', primary: true }];
  return renderDiagnostic(diagnostic({ labels, ...changes }), sourceOf('distro.bootpol', text));
}

function diagnostic(changes: Partial<Diagnostic>): Diagnostic {
  return {
    code: 'BP0204',
    severity: 'error',
    title: '`gzp` is not a compression',
    labels: [{ ...spanOf(TEXT, 'gzp'), text: 'did you mean `gzip`?', primary: true }],
    notes: [],
    help: null,
    fix: null,
    ...changes,
  };
}

function spanOf(text: string, word: string) {
  const start = text.indexOf(word);
  return { span: { start, end: start + word.length } };
}
