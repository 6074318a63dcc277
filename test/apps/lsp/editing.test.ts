import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SelectionRange } from 'vscode-languageserver';
import { formatPolicy, policyPaths } from '../../../compiler/index.ts';
import { diagnosticsOf, faultsOf } from '../../../apps/lsp/diagnostics.ts';
import { formattingOf, rangeFormattingOf } from '../../../apps/lsp/formatting.ts';
import { offsetOf, rangeOf } from '../../../apps/lsp/place.ts';
import { selectionRangeAt } from '../../../apps/lsp/selection-ranges.ts';
import { semanticTokensOf } from '../../../apps/lsp/semantic-tokens.ts';
import { symbolsOf } from '../../../apps/lsp/symbols.ts';
import { workspaceSymbols } from '../../../apps/lsp/workspace-symbols.ts';
import { shippedPolicies } from '../../../scripts/textmate.ts';
import { applied } from './applied.ts';
import { documentOf, type Marked, marked } from './marked.ts';

const PATHS = policyPaths();

describe('formatting', () => {
  test.each([
    ['CR LF', '\r\n'],
    ['CR', '\r'],
    ['LF', '\n'],
  ])('keeps the line ends of a file: %s', (_, end) => {
    const source = 'language 1\npolicy   p "😀"\nartifact pe {\n  require  a: nx-compat\n}\n';
    const document = documentOf(source.replaceAll('\n', end));
    const text = applied(document, formattingOf(document));
    expect(text).toBe(formatPolicy(source).text.replaceAll('\n', end));
    expect(formattingOf(documentOf(text))).toEqual([]);
  });

  test.each([
    [
      'a statement',
      'policy   p\n\n<|artifact   pe {|>\n require  a: nx-compat\n}\nat   x sees file\n',
      'policy   p\n\nartifact pe {\n  require a: nx-compat\n}\nat   x sees file\n',
    ],
    [
      'the cursor alone',
      'policy   p\nat   <|>x sees   file # note\nat   y sees file\n',
      'policy   p\nat x sees file  # note\nat   y sees file\n',
    ],
    [
      'two statements and the comment between them',
      'policy   p\n<|at   x sees file\n   # note\nat   y|> sees file\nat   z sees file\n',
      'policy   p\nat x sees file\n# note\nat y sees file\nat   z sees file\n',
    ],
    ['an indented statement', 'policy   p\n   <|>at x sees   file\n', 'policy   p\nat x sees file\n'],
    [
      'a statement beside one that cannot be read',
      'policy   p\nartifact {{   }\n<|>at x sees   file\n',
      'policy   p\nartifact {{   }\nat x sees file\n',
    ],
    ['nothing but white space', 'policy   p\n\n<|>\n\nat   x sees file\n', 'policy   p\n\n\n\nat   x sees file\n'],
    ['what is laid out already', 'policy   p\n<|>at x sees file\n', 'policy   p\nat x sees file\n'],
  ])('of a range changes only the statements that it touches: %s', (_, source, wanted) => {
    const all = marked(source);
    expect(applied(all.document, rangeFormattingOf(all.document, rangeIn(all), PATHS))).toBe(wanted);
  });

  test('of the whole text by ranges is formatting, but for empty lines', () => {
    const text = 'language   1\npolicy p\nsigners  a = file "x"\nsigners longer = file "y"\n';
    const document = documentOf(text);
    const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const lines = (each: string): readonly string[] => each.split('\n').filter((line) => line !== '');
    expect(lines(applied(document, rangeFormattingOf(document, whole, PATHS)))).toEqual(lines(formatPolicy(text).text));
  });
});

describe('a selection', () => {
  test('grows from the word to its text, condition, line, braces, statement and policy', () => {
    const { document, offset } = marked(
      'policy p\nartifact uki {\n  cmdline {\n    forbid a: any of { contains "init<|>=" }\n  }\n}\n',
    );
    expect(textsOf(selectionRangeAt(document, offset), document)).toEqual([
      'init=',
      '"init="',
      'contains "init="',
      ' contains "init=" ',
      '{ contains "init=" }',
      'any of { contains "init=" }',
      'forbid a: any of { contains "init=" }',
      '\n    forbid a: any of { contains "init=" }\n  ',
      '{\n    forbid a: any of { contains "init=" }\n  }',
      'cmdline {\n    forbid a: any of { contains "init=" }\n  }',
      '\n  cmdline {\n    forbid a: any of { contains "init=" }\n  }\n',
      '{\n  cmdline {\n    forbid a: any of { contains "init=" }\n  }\n}',
      'artifact uki {\n  cmdline {\n    forbid a: any of { contains "init=" }\n  }\n}',
      document.reading.source.text,
    ]);
  });

  test('grows at every place of the shipped policies from one stretch to a wider one around it', () => {
    for (const name of shippedPolicies().slice(0, 6)) {
      const text = readFileSync(join('policies', name), 'utf8');
      const document = documentOf(text);
      for (let at = 0; at <= text.length; at += 7) {
        const texts = textsOf(selectionRangeAt(document, at), document);
        expect(texts.at(-1)).toBe(text);
        texts.slice(1).forEach((wider, index) => {
          expect(wider.includes(texts[index] ?? '')).toBe(true);
          expect(wider.length).toBeGreaterThan(texts[index]?.length ?? 0);
        });
      }
    }
  });

  test('has few steps, however deep the text is', () => {
    const { document, offset } = marked(`${'{'.repeat(20_000)}<|>${'}'.repeat(20_000)}`);
    expect(textsOf(selectionRangeAt(document, offset), document)).toHaveLength(65);
  });

  test('in a test grows to the layer that is given', () => {
    const { document, offset } = marked('test "t" {\n  given uki { linux: zboot { al<|>tered } } beside initrd\n}\n');
    expect(textsOf(selectionRangeAt(document, offset), document)).toEqual(
      expect.arrayContaining(['altered', 'linux: zboot { altered }', 'uki { linux: zboot { altered } }']),
    );
  });
});

describe('symbols', () => {
  const base = 'language 1\npolicy base\nartifact pe {\n  require outer-base: nx-compat\n}\n';
  const read = (path: string) =>
    path === 'base.bootpol' ? new TextEncoder().encode(base) : { missing: 'no such file' };
  const { document } = marked(
    'language 1\npolicy p\nimport "base.bootpol"\nartifact uki {\n  cmdline {\n    require outer: word "a"\n  }\n}\nat fw sees file enforce nothing\nassert no uncovered byte at fw\n',
    read,
  );

  test('of all open policies and what they import are found by their letters', () => {
    const found = (query: string) =>
      workspaceSymbols([document], query).map(({ name, containerName, location }) => [
        name,
        containerName ?? '',
        location.uri,
      ]);
    expect(found('OTR')).toEqual([
      ['outer', 'cmdline', 'file:///policies/distro.bootpol'],
      ['outer-base', 'pe', 'file:///policies/base.bootpol'],
    ]);
    expect(found('nowhere')).toEqual([]);
    expect(found('').length).toBeGreaterThan(8);
    expect(workspaceSymbols([document, document], 'outer')).toEqual(workspaceSymbols([document], 'outer'));
  });

  test('tell imports and assertions apart', () => {
    expect(symbolsOf(document).map(({ name, detail }) => [name, detail])).toEqual([
      ['p', 'policy'],
      ['base.bootpol', 'import'],
      ['uki', 'artifact'],
      ['fw', 'view'],
      ['no uncovered byte at fw', 'assert'],
    ]);
  });
});

test('semantic tokens of a range are those of the whole text that touch it', () => {
  const { document, spans } = marked('# a\nlanguage 1\n<|policy p\nat|> x sees file\n');
  const [within] = spans;
  if (within === undefined) throw new Error('nothing is marked');
  expect(semanticTokensOf(document, within).data.slice(0, 5)).toEqual([2, 0, 6, 0, 0]);
  expect(semanticTokensOf(document, within).data).toHaveLength(3 * 5);
  expect(semanticTokensOf(document).data).toHaveLength(9 * 5);
});

test('what could as well not be there is shown faded', () => {
  const document = documentOf(
    'language 1\npolicy p\nparam signers ring\nartifact pe {\n  require a: nx-compat\n}\nartifact uki { }\n',
  );
  const shown = diagnosticsOf(faultsOf(document, '2026-01-01'), document);
  expect(shown.map(({ code, tags }) => [code, tags])).toEqual([
    ['BP0502', [1]],
    ['BP0509', undefined],
    ['BP0503', undefined],
  ]);
});

function rangeIn({ document, offset, spans }: Marked) {
  return rangeOf(document.reading.source, spans[0] ?? { start: offset, end: offset });
}

/** The texts of a selection, the narrowest first. */
function textsOf(range: SelectionRange, { reading: { source } }: Marked['document']): readonly string[] {
  const texts: string[] = [];
  for (let at: SelectionRange | undefined = range; at !== undefined; at = at.parent) {
    texts.push(source.text.slice(offsetOf(source, at.range.start), offsetOf(source, at.range.end)));
  }
  return texts;
}
