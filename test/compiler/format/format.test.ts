import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPolicy, formatPolicy } from '../../../compiler/index.ts';
import { lexPolicy } from '../../../grammar/lexer.ts';
import { parsePolicy } from '../../../grammar/parser.ts';
import { sourceOf } from '../../../grammar/source.ts';
import { choicesOf, tapes } from '../../arbitrary/choices.ts';
import { laidOut } from '../../arbitrary/layout.ts';
import { policyPieces } from '../../arbitrary/policy.ts';
import { OPTIONS } from '../fixtures.ts';

describe('formatPolicy', () => {
  test('of 5,000 generated policies keeps plan, tests and comments, and changes nothing the second time', () => {
    fc.assert(
      fc.property(tapes(160), tapes(200), (words, layout) => {
        expectSound(laidOut(policyPieces(choicesOf(words)), choicesOf(layout)));
      }),
      { numRuns: 5000, seed: 20_261_127 },
    );
  }, 600_000);

  test('gives one layout to the same words, however they were laid out', () => {
    fc.assert(
      fc.property(tapes(240), tapes(300), (words, layout) => {
        const pieces = policyPieces(choicesOf(words));
        const bare = withoutComments(laidOut(pieces, choicesOf(layout)));
        expect(formatPolicy(bare).text).toBe(formatPolicy(laidOut(pieces, choicesOf([]))).text);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  test('leaves statements with slips alone, and changes nothing the second time either', () => {
    fc.assert(
      fc.property(tapes(240), tapes(300), fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (words, layout, cuts) => {
        const text = damaged(laidOut(policyPieces(choicesOf(words)), choicesOf(layout)), cuts);
        const once = formatPolicy(text);
        expect(codesOf(once.text)).toEqual(codesOf(text));
        expect(commentsOf(once.text)).toEqual(commentsOf(text));
        expect(formatPolicy(once.text).text).toBe(once.text);
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  test.each(policiesIn('policies'))('%s is formatted, and keeps its plan', (path) => {
    const text = readFileSync(path, 'utf8');
    expect(formatPolicy(text)).toEqual({ text, leftAlone: [] });
    expectSound(text);
  });

  test.each(['README.md', ...pagesIn('docs')])('the examples of %s are formatted', (path) => {
    for (const [, example = ''] of readFileSync(path, 'utf8').matchAll(/```bootpol\n([^]*?)```/g)) {
      expect(formatPolicy(example)).toEqual({ text: example, leftAlone: [] });
    }
  });

  test('breaks what is too long, or has a comment in it, and nothing else', () => {
    const names = Array.from({ length: 12 }, (_, index) => `requirement-${index}`);
    const view = `at firmware sees file like strict enforce { ${names.slice(0, 5).join(', ')} }\n`;
    expect(formatPolicy(view).text).toBe(view);
    const long = formatPolicy(view.replace('requirement-4', names.join(', '))).text.split('\n');
    expect(long.slice(0, 6)).toEqual([
      'at firmware',
      '  sees file',
      '  like strict',
      '  enforce {',
      '    requirement-0,',
      '    requirement-1,',
    ]);
    expect(formatPolicy('signers ours = { a, # why\n b }\n').text).toBe('signers ours = {\n  a,  # why\n  b,\n}\n');
  });

  test('leaves one statement alone where three slips are, and formats its neighbours', () => {
    const slips = 'artifact image {\n   require outer signed by a\n  requre b: c\n     forbid : nx-compat\n}\n';
    const text = `signers a=file "a.pem"\n${slips}at  x sees file enforce{outer}\n`;
    const { text: formatted, leftAlone } = formatPolicy(text);
    expect(formatted).toBe(`signers a = file "a.pem"\n\n${slips}\nat x sees file enforce { outer }\n`);
    expect(leftAlone).toEqual([{ start: text.indexOf('artifact'), end: text.indexOf('at  x') - 1 }]);
  });

  test('leaves a text alone that is too deep, too long, or too full of slips to know them all', () => {
    const texts = [
      `artifact zboot ${'{ image '.repeat(200)}`,
      ` # ${'x'.repeat(2 ** 20)}`,
      'signers  = 1x\n'.repeat(200),
    ];
    for (const text of texts) expect(formatPolicy(text).text).toBe(text);
    expect(formatPolicy('signers  = 1x\nat  a').text).toBe('signers  = 1x\nat a\n');
  });

  test('takes time in proportion to the text', () => {
    const block = 'artifact zboot {\n  require a: any of { signed by b covered by b }\n  osrel, uname # c\n}\n';
    expect(formatPolicy(block.repeat(2000)).text.split('\n')).toHaveLength(8 * 2000);
  });
});

function policiesIn(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((path) => path.endsWith('.bootpol')).map((path) => `${folder}/${path}`);
}

/** Pages whose examples are whole or stand as they are; those of diagnostics are minimal and unformatted on purpose. */
function pagesIn(folder: string): readonly string[] {
  const pages = readdirSync(folder).filter((path) => path.endsWith('.md'));
  return pages.map((path) => `${folder}/${path}`);
}

function expectSound(text: string): void {
  const { text: formatted, leftAlone } = formatPolicy(text);
  expect(leftAlone).toEqual([]);
  const [before, after] = [checkPolicy(text, OPTIONS), checkPolicy(formatted, OPTIONS)];
  expect(before.plan, text).not.toBeNull();
  expect(after.plan?.digest).toBe(before.plan?.digest);
  expect(withoutPlaces(after.tests)).toBe(withoutPlaces(before.tests));
  expect(commentsOf(formatted)).toEqual(commentsOf(text));
  expect(formatPolicy(formatted).text).toBe(formatted);
}

function withoutPlaces(value: unknown): string {
  return JSON.stringify(value, (key, inner: unknown) => (key === 'place' ? undefined : inner));
}

function commentsOf(text: string): readonly string[] {
  return lexPolicy(sourceOf('p', text)).comments.map(({ image }) => image.trimEnd());
}

function codesOf(text: string): readonly string[] {
  return parsePolicy(sourceOf('p', text)).errors.map(({ code }) => code);
}

function withoutComments(text: string): string {
  let bare = '';
  let end = 0;
  for (const { startOffset, image } of lexPolicy(sourceOf('p', text)).comments) {
    bare += text.slice(end, startOffset);
    end = startOffset + image.length;
  }
  return (bare + text.slice(end)).replace(/(?:[ \t]*\r?\n)+/g, '\n').replace(/^\n/, '');
}

/** The text without a few of its characters. */
function damaged(text: string, cuts: readonly number[]): string {
  return cuts.reduce((rest, cut) => {
    const at = cut % rest.length;
    return rest.slice(0, at) + rest.slice(at + 1);
  }, text);
}
