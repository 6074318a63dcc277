import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IGrammar } from 'vscode-textmate';
import { beforeAll, describe, expect, test } from 'vitest';
import { coloured, EVERYTHING, loadGrammar, shippedPolicies, textmateGoldens } from '../../../scripts/textmate.ts';
import { documentOf } from '../lsp/marked.ts';

describe('the TextMate grammar', () => {
  let grammar: IGrammar;

  beforeAll(async () => {
    grammar = await loadGrammar();
  });

  test('colours the shipped policies, and one of everything, as recorded', async () => {
    const goldens = Object.entries(
      await textmateGoldens(readFileSync('apps/vscode/syntaxes/bootpol.tmLanguage.json', 'utf8')),
    );
    expect(goldens.length).toBe(shippedPolicies().length + 1);
    for (const [path, content] of goldens) expect([path, readFileSync(path, 'utf8')]).toEqual([path, content]);
  });

  test('leaves no word of the shipped policies without a colour', () => {
    for (const name of shippedPolicies()) {
      const text = readFileSync(join('policies', name), 'utf8');
      expect(coloured(grammar, text)).not.toMatch(/^\w.* {2}-$/m);
    }
  });

  test('is recorded for every statement and clause that there is', () => {
    const text = readFileSync(EVERYTHING, 'utf8');
    const { tokens, policy } = documentOf(text).reading;
    // The one slip is the escape that is none.
    expect(documentOf(text).reading.syntaxErrors).toBe(1);
    const kinds = policy.statements.map(({ kind }) => kind);
    expect([...new Set(kinds)].sort()).toEqual(STATEMENTS);
    const said = new Set(tokens.map((token) => token.text));
    expect(CLAUSES.filter((word) => !said.has(word))).toEqual([]);
    expect(coloured(grammar, text)).not.toMatch(/^\w.* {2}-$/m);
  });

  test.each([
    ['a keyword that is a name', 'require digest: nx-compat', 'digest', 'entity.name.function.requirement'],
    ['the same word as a keyword', 'digest in { sha256 }', 'digest', 'keyword.control'],
    ['a hyphenated name that begins like a keyword', 'enforce { rd-codec }', 'rd-codec', 'variable.other'],
    ['a property that begins like another', 'nx-compat', 'nx-compat', 'support.variable.property'],
    ['a text with an escape', '"a\\"b" x', 'x', 'variable.other'],
    ['what follows a text without its end, on the next line', 'file "x\nartifact zboot', 'artifact', 'keyword.control'],
    ['a comment', 'at x # at y', '# at y', 'comment.line'],
    ['a line end in a text', '"a\\nb"', '\\n', 'constant.character.escape'],
    ['an escape that is none', '"a\\qb"', '\\q', 'invalid.illegal.escape'],
    ['an allowance', '# bootpol: allow BP0501 because "x"', 'BP0501', 'constant.other.code'],
    [
      'an allowance without a reason, as any comment',
      '# bootpol: allow BP0501',
      '# bootpol: allow BP0501',
      'comment.line',
    ],
    ['a digest that a property has', 'sha256 in { sha256:', 'sha256', 'support.variable.property'],
    ['a digest that a signature has', 'digest in { sha256 }', 'sha256', 'constant.language'],
    ['a word of assertions', 'assert no uncovered byte at x', 'uncovered', 'keyword.control'],
    ['the same word elsewhere', 'at uncovered', 'uncovered', 'entity.name.type.view'],
    ['a time, and no view', 'valid at signing', 'valid at signing', 'keyword.control'],
    ['a digest', 'sha256:0123456789abcdef', 'sha256:0123456789abcdef', 'constant.other.digest'],
  ])('colours %s', (_, text, word, scope) => {
    expect(coloured(grammar, text)).toContain(`${word}  ${scope}`);
  });
});

const STATEMENTS = ['artifact', 'assert', 'import', 'layer', 'param', 'revoked', 'signers', 'test', 'view', 'waive'];

const CLAUSES = ['sees', 'trimmed', 'beside', 'like', 'loads', 'enforce', 'nothing', 'from', 'until', 'for', 'because'];
