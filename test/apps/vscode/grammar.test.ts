import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IGrammar } from 'vscode-textmate';
import { beforeAll, describe, expect, test } from 'vitest';
import { coloured, loadGrammar, shippedPolicies, textmateGoldens } from '../../../scripts/textmate.ts';

describe('the TextMate grammar', () => {
  let grammar: IGrammar;

  beforeAll(async () => {
    grammar = await loadGrammar();
  });

  test('colours the shipped policies as recorded', async () => {
    const goldens = Object.entries(
      await textmateGoldens(readFileSync('apps/vscode/syntaxes/bootpol.tmLanguage.json', 'utf8')),
    );
    expect(goldens.length).toBe(shippedPolicies().length);
    for (const [path, content] of goldens) expect([path, readFileSync(path, 'utf8')]).toEqual([path, content]);
  });

  test('leaves no word of the shipped policies without a colour', () => {
    for (const name of shippedPolicies()) {
      const text = readFileSync(join('policies', name), 'utf8');
      expect(coloured(grammar, text)).not.toMatch(/^\w.* {2}-$/m);
    }
  });

  test.each([
    ['a keyword that is a name', 'require digest: nx-compat', 'digest', 'entity.name.function.requirement'],
    ['the same word as a keyword', 'digest in { sha256 }', 'digest', 'keyword.control'],
    ['a hyphenated name that begins like a keyword', 'enforce { rd-codec }', 'rd-codec', 'variable.other'],
    ['a property that begins like another', 'nx-compat', 'nx-compat', 'support.variable.property'],
    ['a text with an escape', '"a\\"b" x', 'x', 'variable.other'],
    ['what follows a text without its end, on the next line', 'file "x\nartifact zboot', 'artifact', 'keyword.control'],
    ['a comment', 'at x # at y', '# at y', 'comment.line'],
    ['a digest', 'sha256:0123456789abcdef', 'sha256:0123456789abcdef', 'constant.other.digest'],
  ])('colours %s', (_, text, word, scope) => {
    expect(coloured(grammar, text)).toContain(`${word}  ${scope}`);
  });
});
