import { describe, expect, test } from 'vitest';
import { allowanceFor, codePages, formatPolicy, sourceOf } from '../../../compiler/index.ts';
import { checkExample } from '../../../scripts/generate-diagnostics.ts';

const WARNINGS = codePages().filter(({ severity, bad }) => severity === 'warning' && bad !== '');
const ALLOWABLE = WARNINGS.filter(({ code }) => code !== 'BP0526' && code !== 'BP0527');
const ENDS = [
  ['LF', '\n'],
  ['CR LF', '\r\n'],
] as const;

describe('an allowance that is written for a warning', () => {
  for (const [name, end] of ENDS) {
    test.each(ALLOWABLE.map(({ code, bad }) => [code, bad]))(
      `of %s is warned of until it has a reason, and then allows it, also laid out anew (${name})`,
      (code, bad) => {
        const open = allowed(bad.replaceAll('\n', end), code);
        expect(codesOf(open)).toEqual([code, 'BP0527']);
        const filled = open.replaceAll('because "…"', 'because "it is meant so"');
        expect(codesOf(filled)).toEqual([]);
        expect(codesOf(formatPolicy(filled).text)).toEqual([]);
      },
    );
  }

  test('stands above the line, indented like it, and stays the only one', () => {
    const bad = 'language 1\npolicy p\n\tartifact pe { }\nartifact image {\n  require small: size <= 9\n}\n';
    const open = allowed(bad, 'BP0503');
    expect(open).toBe(bad.replace('\tart', '\t# bootpol: allow BP0503 because "…"\n\tart'));
    expect(allowed(open, 'BP0503')).toBe(open);
  });

  test('stands behind the mark of a byte order', () => {
    const { diagnostics } = checkExample('language 1\npolicy p\nartifact pe { }\n');
    const [first] = diagnostics;
    if (first === undefined) throw new Error('nothing is warned of');
    const here = {
      ...first,
      severity: 'warning' as const,
      labels: [{ span: { start: 1, end: 2 }, text: '', primary: true }],
    };
    expect(allowanceFor(here, sourceOf('', '\uFEFFlanguage 1\n'))?.span).toEqual({ start: 1, end: 1 });
  });

  test('is none for an error, nor for what is wrong with an allowance', () => {
    const pages = codePages().filter(({ code, bad }) => bad !== '' && !ALLOWABLE.some((each) => each.code === code));
    expect(pages.length).toBeGreaterThan(100);
    for (const { code, bad } of pages) expect([code, allowed(bad, code)]).toEqual([code, bad]);
  });
});

/** The text with an allowance for each of its diagnostics of a code. */
function allowed(text: string, code: string): string {
  const { source, diagnostics } = checkExample(text);
  const fixes = diagnostics.filter((each) => each.code === code).map((each) => allowanceFor(each, source));
  const edits = new Map(fixes.flatMap((fix) => (fix === null ? [] : [[fix.span.start, fix.replacement] as const])));
  return [...edits]
    .sort(([a], [b]) => b - a)
    .reduce((before, [at, inserted]) => before.slice(0, at) + inserted + before.slice(at), text);
}

function codesOf(text: string): readonly string[] {
  return [...new Set(checkExample(text).diagnostics.map(({ code }) => code))].sort();
}
