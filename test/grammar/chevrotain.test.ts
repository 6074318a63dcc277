import { EmbeddedActionsParser, type IToken, Lexer } from 'chevrotain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PolicyParser } from '../../grammar/policy-parser.ts';
import type { GrammarRule, Production } from '../../grammar/productions.ts';
import { scan } from '../../grammar/scanner.ts';
import type { Token, TokenType } from '../../grammar/token.ts';
import { keywords, LEXED, retyped, Unexpected, VOCABULARY, Word } from '../../grammar/tokens.ts';
import { choicesOf } from '../arbitrary/choices.ts';
import { laidOut } from '../arbitrary/layout.ts';
import { policyPieces } from '../arbitrary/policy.ts';

/** Chevrotain reads the same patterns and the same grammar, and knows nothing of how we read them. */
describe('chevrotain', () => {
  const lexer = new Lexer([...LEXED], { positionTracking: 'full' });

  test('finds nothing to object to in the grammar: no choice that one token leaves open', () => {
    expect(() => new RecordedParser(new PolicyParser().grammar())).not.toThrow();
  });

  test('refuses a grammar whose choice one token leaves open', () => {
    const alternatives = [[taken(keywords.any)], [taken(Word)]];
    const parts: readonly Production[] = [{ kind: 'choice', index: 0, alternatives }];
    expect(() => new RecordedParser([{ name: 'open', parts }])).toThrow('Ambiguous');
  });

  test('cuts policies into the same tokens, whole ones and damaged ones', () => {
    const tapes = fc.array(fc.nat(), { maxLength: 200 });
    fc.assert(
      fc.property(tapes, tapes, fc.array(damage, { maxLength: 6 }), (words, layout, damages) => {
        expectSameTokens(damages.reduce(damaged, laidOut(policyPieces(choicesOf(words)), choicesOf(layout))));
      }),
      { numRuns: 300, seed: 20_261_127 },
    );
  });

  test('cuts any pieces that stand side by side into the same tokens', () => {
    const soup = fc.array(fc.constantFrom(...PIECES, ' '), { maxLength: 40 });
    fc.assert(
      fc.property(soup, (pieces) => expectSameTokens(pieces.join(''))),
      { numRuns: 2000, seed: 5 },
    );
  });

  function expectSameTokens(text: string): void {
    const { tokens, comments, strays } = scan(text);
    const lexed = lexer.tokenize(text);
    const errors = lexed.errors.map(({ offset, length }) => [offset, text.slice(offset, offset + length)]);
    expect(strays.map(({ startOffset, image }) => [startOffset, image])).toEqual(errors);
    expect(tokens.filter(({ tokenType }) => tokenType !== Unexpected).map(seen)).toEqual(
      lexed.tokens.map((token) => ({ ...seen(token), type: retyped(token.tokenType, token.image).name })),
    );
    expect(comments.map(seen)).toEqual((lexed.groups.comments ?? []).map(seen));
  }
});

function seen({ tokenType, image, startOffset, startLine, endLine, startColumn }: IToken | Token) {
  return { type: tokenType.name, image, startOffset, startLine, endLine, startColumn };
}

const PIECES = [
  ...[
    '{',
    '}',
    ',',
    ':',
    '=',
    '==',
    '<',
    '<=',
    '>=',
    '=<',
    '!',
    '&&',
    '|',
    '(',
    ']',
    '"',
    "'",
    '\\',
    '\\"',
    '#',
    '/',
    '.',
  ],
  ...['\n', '\r', '\r\n', '\t', '\u00a0', '\u1680', '\u2028', '\u201c', '\u201d', '\ufeff', '\u{1f4a5}', '\u00e9', '$'],
  ...['a', 'at', 'rd-codec', 'x-', '_', 'sha256', 'sha256:0a', 'md5:', 'a1:0123456789abcdef', 'GiB', 'sbat', 'Ä'],
  ...['0', '12', '2027-01-01', '1:2', '1.2/3', '9007199254740993', '"text"', '"a\\nb"', '# note'],
] as const;

const damage = fc.record({ at: fc.nat(), without: fc.nat({ max: 3 }), instead: fc.constantFrom('', ...PIECES) });

function damaged(text: string, { at, without, instead }: typeof damage extends fc.Arbitrary<infer D> ? D : never) {
  const start = at % (text.length + 1);
  return text.slice(0, start) + instead + text.slice(start + without);
}

function taken(type: TokenType): Production {
  return { kind: 'token', type, index: 0 };
}

/** The grammar that our parser recorded, as a parser of chevrotain, which analyses it when it is made. */
// eslint-disable-next-line no-restricted-syntax -- chevrotain wants a grammar as a class
class RecordedParser extends EmbeddedActionsParser {
  private readonly rules = new Map<string, ReturnType<RecordedParser['declared']>>();

  constructor(grammar: readonly GrammarRule[]) {
    super([...VOCABULARY], { maxLookahead: 1 });
    for (const rule of grammar) this.rules.set(rule.name, this.declared(rule));
    this.performSelfAnalysis();
  }

  private declared({ name, parts }: GrammarRule) {
    return this.RULE(name, () => this.reads(parts));
  }

  private reads(parts: readonly Production[]): void {
    for (const part of parts) this.readsOne(part);
  }

  private readsOne(part: Production): void {
    switch (part.kind) {
      case 'token':
        this.consume(part.index, part.type);
        break;
      case 'rule': {
        const rule = this.rules.get(part.name);
        if (rule) this.subrule(part.index, rule);
        break;
      }
      case 'option':
        this.option(part.index, () => this.reads(part.parts));
        break;
      case 'loop':
        this.many(part.index, () => this.reads(part.parts));
        break;
      case 'choice':
        this.or(
          part.index,
          part.alternatives.map((alternative) => ({ ALT: () => this.reads(alternative) })),
        );
    }
  }
}
