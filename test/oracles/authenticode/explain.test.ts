import { describe, expect, test } from 'vitest';
import type { Comparison } from './comparison.ts';
import { type Construction, DIMENSIONS, USUAL } from './dimensions.ts';
import { explain } from './explain.ts';
import type { Row } from './row.ts';
import { ALL_DIMENSIONS, variants } from './variants.ts';

const ROW: Row = {
  name: 'row',
  tool: 'sbverify',
  question: 'trusted',
  difference: 'refuses',
  against: ['edk2'],
  when: [{ digest: ['sha384'] }],
  what: 'refuses SHA-384',
  source: 'file function',
};

function compared(construction: Partial<Construction>, about: Partial<Comparison> = {}): Comparison {
  return {
    variant: { name: 'file', construction: { ...USUAL, ...construction } },
    question: 'trusted',
    tool: 'sbverify',
    party: 'edk2',
    said: 'refuses',
    expected: 'takes',
    rule: null,
    text: 'because',
    ...about,
  };
}

const SHOWN = compared({ digest: 'sha384' });

describe('explain', () => {
  test('counts what agrees, and what a row explains', () => {
    const agreed = compared({}, { said: 'takes' });
    expect(explain([SHOWN, agreed], [ROW])).toMatchObject({
      agreements: 1,
      explainedOnce: 1,
      unexplained: [],
      idle: [],
      contradicted: [],
    });
  });

  test.each<[string, Comparison]>([
    ['a file that is made otherwise', compared({ digest: 'sha512' })],
    ['another tool', compared({ digest: 'sha384' }, { tool: 'osslsigncode' })],
    ['another question', compared({ digest: 'sha384' }, { question: 'listed' })],
    ['another party', compared({ digest: 'sha384' }, { party: 'shim' })],
    ['another difference', compared({ digest: 'sha384' }, { said: 'takes', expected: 'refuses' })],
    ['a crash', compared({ digest: 'sha384' }, { said: 'crashes', expected: 'refuses' })],
  ])('leaves unexplained %s', (_, comparison) => {
    expect(explain([comparison], [ROW]).unexplained).toEqual([comparison]);
  });

  test('asks for the rule that the tool lacks and for what it prints, where a row names them', () => {
    const takes: Row = { ...ROW, difference: 'takes', lacks: ['cms-version'] };
    const taken = compared({ digest: 'sha384' }, { said: 'takes', expected: 'refuses', rule: 'cms-version' });
    expect(explain([taken], [takes]).unexplained).toEqual([]);
    expect(explain([{ ...taken, rule: 'cms-length' }], [takes]).unexplained).toHaveLength(1);
    expect(explain([SHOWN], [{ ...ROW, says: 'because' }]).unexplained).toEqual([]);
    expect(explain([SHOWN], [{ ...ROW, says: 'whereas' }]).unexplained).toEqual([SHOWN]);
  });

  test('names rows, values, parties and rules that explain nothing', () => {
    const loose: Row = { ...ROW, against: ['edk2', 'shim'], when: [{ digest: ['sha384', 'sha512'] }] };
    const idle: Row = { ...ROW, name: 'idle', difference: 'takes', lacks: ['cms-version'] };
    expect(explain([SHOWN], [loose, idle]).idle).toEqual([
      'row: 0: digest sha512',
      'row: against shim',
      'idle',
      'idle: 0: digest sha384',
      'idle: against edk2',
      'idle: lacks cms-version',
    ]);
  });

  test('names files on which a tool does not refuse what a row says it refuses', () => {
    const taken = compared({ digest: 'sha384' }, { said: 'takes' });
    expect(explain([SHOWN, taken], [ROW]).contradicted).toEqual(['row: file: takes']);
  });
});

describe('the variants', () => {
  test('are at least 300, each once, in the same order every time', () => {
    const names = variants().map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(300);
    expect(new Set(names).size).toBe(names.length);
    expect(variants().map(({ name }) => name)).toEqual(names);
  });

  test('have every value of every dimension, alone and beside another', () => {
    const made = variants().map(({ construction }) => construction);
    for (const dimension of ALL_DIMENSIONS) {
      for (const value of Object.keys(DIMENSIONS[dimension])) {
        const having = made.filter((construction) => construction[dimension] === value);
        const alone = having.filter((one) => ALL_DIMENSIONS.every((d) => d === dimension || one[d] === USUAL[d]));
        expect(alone.length, `${dimension} ${value}`).toBe(1);
        expect(having.length, `${dimension} ${value}`).toBeGreaterThan(3);
      }
    }
  });
});
