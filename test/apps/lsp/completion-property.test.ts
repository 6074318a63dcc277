import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completionsAt } from '../../../apps/lsp/completion.ts';
import { offsetOf } from '../../../apps/lsp/place.ts';
import { documentOf } from './marked.ts';

const SHIPPED = readdirSync('policies', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.bootpol'))
  .map((name) => readFileSync(join('policies', name), 'utf8'));

const WHOLE = /```bootpol\n(language 1[\s\S]*?)```/.exec(readFileSync('docs/language.md', 'utf8'))?.[1] ?? '';
const TESTED = `${WHOLE}
test "user space strips the envelope" {
  given uki signed by distro {
    linux: zboot { compression zstd, image signed by ring }
    initrd { compression zstd }
    cmdline "quiet"
  }
  expect accept at firmware
  expect reject at kexec because rd
}
`;
const POLICIES = [TESTED, ...SHIPPED];

/** What is there behind the cursor: all that was, nothing on this line, or nothing. */
const CUTS = {
  'nothing cut': (text: string) => text,
  'the line cut': (text: string, at: number) => text.slice(0, at) + text.slice(lineEnd(text, at)),
  'the rest cut': (text: string, at: number) => text.slice(0, at),
} as const;

describe('everything that is offered, when it is inserted, parses no worse', () => {
  for (const [name, cut] of Object.entries(CUTS)) {
    test(`with ${name}`, () => {
      const place = fc.record({ policy: fc.constantFrom(...POLICIES), share: fc.nat({ max: 9_999 }) });
      let offered = 0;
      fc.assert(
        fc.property(place, ({ policy, share }) => {
          const at = Math.floor((policy.length * share) / 9_999);
          offered += expectNoWorse(cut(policy, at), at);
        }),
        { numRuns: 200, seed: 7, unbiased: true },
      );
      expect(offered).toBeGreaterThan(200);
    });
  }
});

/** How often a word is looked for: parsing a text anew for each takes a while. */
const EVERY = { 'it is there': 1, 'it is gone': 5, 'nothing follows': 5 } as const;

describe('every word of the shipped policies is offered at its own place', () => {
  for (const [name, every] of Object.entries(EVERY)) {
    test(`where ${name}`, () => {
      let looked = 0;
      for (const text of POLICIES) {
        const document = documentOf(text);
        const words = givenWords(document).filter((_, index) => index % every === 0);
        for (const { start, end, word } of words) {
          const before = text.slice(0, start);
          const cut = name === 'nothing follows' ? before : before + text.slice(end);
          const offered = firstWordsOf(name === 'it is there' ? document : documentOf(cut), start);
          const line = text.slice(text.lastIndexOf('\n', start) + 1, lineEnd(text, end));
          expect(offered, `${word} in ${line}`).toContain(word);
          looked += 1;
        }
      }
      expect(looked).toBeGreaterThan(600);
    });
  }
});

/** The words that the language or a declaration gives: all but names that are declared by standing here. */
function givenWords({ reading: { names, tokens } }: ReturnType<typeof documentOf>) {
  const declared = new Set(names.filter(({ role }) => role === 'declaration').map(({ word }) => word.span.start));
  return tokens
    .filter(({ role, span }) => (role === 'keyword' || role === 'name') && !declared.has(span.start))
    .map(({ text, span }) => ({ ...span, word: text }));
}

function firstWordsOf(document: ReturnType<typeof documentOf>, at: number): readonly string[] {
  return completionsAt(document, at, 'plain text').map(({ textEdit }) => textEdit?.newText.split(/[\s:]/)[0] ?? '');
}

/** Inserts every offer of a place; gives how many there were. */
function expectNoWorse(text: string, at: number): number {
  const document = documentOf(text);
  const offers = completionsAt(document, at, 'plain text');
  for (const { label, textEdit } of offers) {
    if (textEdit === undefined || !('range' in textEdit)) throw new Error(`${label} has no edit`);
    const start = offsetOf(document.reading.source, textEdit.range.start);
    const end = offsetOf(document.reading.source, textEdit.range.end);
    const after = text.slice(0, start) + textEdit.newText + text.slice(end);
    const place = `${text.slice(Math.max(0, at - 60), at)}<|>${text.slice(at, at + 40)}`;
    expect(
      [documentOf(after).reading.syntaxErrors <= document.reading.syntaxErrors, `${label} at ${place}`],
      after,
    ).toEqual([true, `${label} at ${place}`]);
  }
  return offers.length;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
