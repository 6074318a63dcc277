import { describe, expect, test } from 'vitest';
import { applyFixes, checkPolicy, type CompileOptions } from '../../../compiler/index.ts';
import { allCodesOf, OPTIONS, policyText } from '../fixtures.ts';

const AT: CompileOptions = { ...OPTIONS, at: '2026-06-01' };
const WHY = 'because "it is meant so"';
const pe = (before: string, behind: string): string =>
  policyText(`${before}artifact pe { }${behind}\nartifact image {\n  require outer: signed by distro\n}`);

describe('`# bootpol: allow CODE because "…"`', () => {
  test.each([
    ['at the end of the line', '', ` # bootpol: allow BP0503 ${WHY}`],
    ['on the line before', `# bootpol: allow BP0503 ${WHY}\n`, ''],
    ['before other comments', `# bootpol: allow BP0503 ${WHY}\n# more\n\n`, ''],
  ])('allows a warning %s, and keeps its reason', (_, before, behind) => {
    const { diagnostics, allowed } = checkPolicy(pe(before, behind), AT);
    expect(diagnostics).toEqual([]);
    expect(allowed).toMatchObject([{ diagnostic: { code: 'BP0503' }, because: 'it is meant so' }]);
  });

  test.each([
    ['of another code', `# bootpol: allow BP0504 ${WHY}\n`, ['BP0526', 'BP0503']],
    ['two lines before', `# bootpol: allow BP0503 ${WHY}\nsigners ours = { distro }\n`, ['BP0526', 'BP0502', 'BP0503']],
    ['without a reason', '# bootpol: allow BP0503\n', ['BP0527', 'BP0503']],
    ['with an empty reason', '# bootpol: allow BP0503 because " "\n', ['BP0527', 'BP0503']],
    ['of an error', `# bootpol: allow BP0101 ${WHY}\n`, ['BP0527', 'BP0503']],
    ['of no code', `# bootpol: allow BP9503 ${WHY}\n`, ['BP0527', 'BP0503']],
  ])('does not allow it with an allowance %s', (_, before, codes) => {
    expect(allCodesOf(pe(before, ''), AT)).toEqual(codes);
  });

  test('never allows an error, and is not called idle where errors keep warnings from being looked for', () => {
    const text = pe(`# bootpol: allow BP0503 ${WHY}\n`, '').replace('by distro', 'by nobody');
    expect(allCodesOf(text, AT)).toEqual(['BP0101']);
  });

  test('is not called idle for what depends on a day, where no day is given', () => {
    const text = pe('', `\nwaive outer until 2020-01-01 because "x" # bootpol: allow BP0505 ${WHY}`).replace(
      'artifact pe { }',
      '',
    );
    expect(allCodesOf(text)).toEqual([]);
    expect(allCodesOf(text, AT)).toEqual([]);
    expect(allCodesOf(text.replace('2020', '2030'), AT)).toEqual(['BP0526']);
  });
});

describe('applyFixes', () => {
  const fixed = (text: string): string => applyFixes(text, checkPolicy(text, AT).diagnostics).text;

  test('mends what has one right answer', () => {
    const text = policyText(
      'artifact image {\n  require outer from 2020-01-01: any of {\n    signed by distro { count >= 2 }\n    signed by distro\n  }\n  require machine: arch in { arm64, arm64 }\n}\n# bootpol: allow BP0501 because "x"',
    );
    expect(fixed(text)).toBe(
      policyText(
        'artifact image {\n  require outer: any of {\n    signed by distro\n  }\n  require machine: arch in { arm64 }\n}',
      ),
    );
  });

  test('leaves to people what is only likely', () => {
    const text = policyText('artifact image {\n  require outer: signed by distra\n}');
    expect(fixed(text)).toBe(text);
  });

  test('takes no comment away with what it mends', () => {
    const text = policyText('artifact image {\n  require machine: arch in { arm64, # once\n    arm64 }\n}');
    expect(fixed(text)).toBe(text);
  });

  test('makes the first of two that touch', () => {
    const certain = (start: number, end: number) => ({
      code: 'BP0504',
      severity: 'warning' as const,
      title: '',
      labels: [],
      notes: [],
      help: null,
      fix: { span: { start, end }, replacement: '', certainty: 'certain' as const },
    });
    expect(applyFixes('abcdef', [certain(2, 5), certain(0, 3)])).toEqual({ text: 'def', fixes: 1 });
    expect(applyFixes('abcdef', [certain(3, 4), certain(0, 1)])).toEqual({ text: 'bcef', fixes: 2 });
  });
});
