import { describe, expect, test } from 'vitest';
import type { CodeAction, Position } from 'vscode-languageserver';
import { codeActionsAt } from '../../../apps/lsp/code-actions.ts';
import { codeLensesOf } from '../../../apps/lsp/code-lens.ts';
import { diagnosticsOf, faultsOf } from '../../../apps/lsp/diagnostics.ts';
import { documentLinksOf } from '../../../apps/lsp/document-links.ts';
import { foldsOf } from '../../../apps/lsp/folding.ts';
import { inlayHintsIn } from '../../../apps/lsp/inlay-hints.ts';
import { offsetOf, positionOf, rangeOf } from '../../../apps/lsp/place.ts';
import { semanticTokensOf, TOKENS_LEGEND } from '../../../apps/lsp/semantic-tokens.ts';
import { symbolsOf } from '../../../apps/lsp/symbols.ts';
import { sourceOf } from '../../../compiler/index.ts';
import type { PolicyTestReport } from '../../../index.ts';
import { applied } from './applied.ts';
import { documentOf, marked } from './marked.ts';

const POLICY = `# what it is
# and why
language 1
policy p
signers distro = file "keys/ca.pem"
artifact zboot {
  require outer: signed by distro
  image {
    warn small: size <= 64 MiB
  }
}
at firmware sees { zboot, image } enforce { outer }
at kexec sees file like linux
  enforce nothing
test "signed" {
  given zboot signed by distro
  expect accept at firmware
}
`;
const WHOLE = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

describe('places', () => {
  const text = 'a😀b\r\nc\rd\n\ne';
  const source = sourceOf('x', text);

  test('count UTF-16 code units and end lines at LF, CR LF and CR', () => {
    expect(positionOf(source, text.indexOf('b'))).toEqual({ line: 0, character: 3 });
    expect(positionOf(source, text.indexOf('d'))).toEqual({ line: 2, character: 0 });
    for (let offset = 0; offset <= text.length; offset += 1) {
      const isInsideLineEnd = text.slice(offset - 1, offset + 1) === '\r\n';
      if (!isInsideLineEnd) expect(offsetOf(source, positionOf(source, offset))).toBe(offset);
    }
  });

  test.each([
    [{ line: 0, character: 99 }, text.indexOf('\r\n')],
    [{ line: 99, character: 0 }, text.length],
    [{ line: -1, character: 5 }, 0],
    [{ line: Number.NaN, character: Number.NaN }, 0],
    [{ line: 1, character: -3 }, text.indexOf('c')],
    [{ line: 0.5, character: 1.5 }, 1],
    [{ line: Number.POSITIVE_INFINITY, character: 0 }, text.length],
  ])('take %o to the nearest place of the text', (position, offset) => {
    expect(offsetOf(source, position)).toBe(offset);
  });
});

describe('diagnostics', () => {
  test.each([
    ['LF', '\n'],
    ['CR LF', '\r\n'],
  ])('stand at the marked place behind characters beyond the basic plane, with %s', (_, end) => {
    const lines = [
      'language 1',
      'policy p "😀"',
      'artifact zboot {',
      '  require c: contains "𝔘" # 😀',
      '  require d: compression in { <|gzp|> }',
      '}',
    ];
    const { document, spans } = marked(lines.join(end));
    const shown = diagnosticsOf(faultsOf(document, '2026-01-01'), document);
    expect(shown.find(({ code }) => code === 'BP0204')).toMatchObject({
      range: rangeOf(document.reading.source, spans[0] ?? { start: 0, end: 0 }),
      severity: 1,
      source: 'bootpol',
    });
    expect(shown.find(({ code }) => code === 'BP0204')?.message).toContain('did you mean `gzip`?');
    expect(shown.find(({ code }) => code === 'BP0204')?.range.start).toEqual({ line: 4, character: 30 });
  });

  test('name the other places beside them, and never have an empty range', () => {
    const document = documentOf('language 1\npolicy p\nsigners a = file "x"\nsigners a = file "y"\nartifact pe {');
    const shown = diagnosticsOf(faultsOf(document, '2026-01-01'), document);
    expect(shown.find(({ code }) => code === 'BP0020')).toBeDefined();
    for (const { range } of shown) expect(range.start).not.toEqual(range.end);
    const twice = documentOf(
      'language 1\npolicy p\nsigners a = file "x"\nsigners a = file "y"\nartifact pe {\n require a: signed by a\n}',
    );
    expect(diagnosticsOf(faultsOf(twice, '2026-01-01'), twice).find(({ code }) => code === 'BP0104')).toMatchObject({
      relatedInformation: [{ location: { range: { start: { line: 2, character: 8 } } } }],
    });
  });
});

describe('code actions', () => {
  const source =
    'language 1\npolicy p\nartifact zboot {\n  require a: compression in { g<|>zp }\n  require b: compresion in { gzip }\n}\n';

  test('repair the fault under the cursor, in this version alone', () => {
    const { document, offset } = marked(source);
    const [action] = actionsAt(document, offset);
    expect(action).toMatchObject({ title: 'replace `gzp` with `gzip`', kind: 'quickfix', isPreferred: true });
    const [change] = action?.edit?.documentChanges ?? [];
    if (change === undefined || !('edits' in change)) throw new Error('no edit');
    expect(change.textDocument.version).toBe(1);
    const edits = change.edits.filter((edit) => 'newText' in edit);
    expect(applied(document, edits)).toContain('compression in { gzip }\n  require b: compresion');
  });

  test('repair all faults that have a fix at once', () => {
    const { document, offset } = marked(source);
    const all = actionsAt(document, offset).find(({ title }) => title === 'apply all 2 fixes of this policy');
    expect(all?.kind).toBe('quickfix');
    expect(documentOf(editedBy(document, all)).reading.source.text).toContain('  require b: compression in { gzip }');
  });

  test('write the digest of a changed import, by itself', () => {
    const { document } = marked(
      `language 1\npolicy p\nimport "b" sha256:${'0'.repeat(64)}\nartifact zboot {\n  require a: compression in { gzp }\n  require b: compresion in { gzip }\n}\n`,
      () => new TextEncoder().encode('language 1\npolicy b\n'),
    );
    const [action, ...others] = actionsAt(document, document.reading.source.text.indexOf('sha256'));
    expect(editedBy(document, action)).toContain('import "b" sha256:9c7219be');
    expect(others).toEqual([]);
    const all = actionsAt(document, document.reading.source.text.indexOf('gzp')).map(({ title }) => title);
    expect(all).toContain('apply all 2 fixes of this policy');
  });

  test('on saving make only what has one right answer, as `check --fix` does', () => {
    const { document } = marked(
      'language 1\npolicy p\nartifact zboot {\n  require a: compression in { gzip, gzip }\n  require b: arch in { arm }\n}\n',
    );
    const [action, ...others] = actionsAt(document, 0, ['source.fixAll']);
    expect([action?.kind, others]).toEqual(['source.fixAll.bootpol', []]);
    expect(editedBy(document, action)).toBe(document.reading.source.text.replace('gzip, gzip', 'gzip'));
    expect(actionsAt(document, 0, ['refactor'])).toEqual([]);
    expect(actionsAt(document, 0, ['source.organizeImports'])).toEqual([]);
  });

  test('allow a warning and leave the reason to the author, once for a line', () => {
    const { document, offset } = marked(
      'language 1\npolicy p\nartifact image {\n  require a: any of { siz<|>e <= 9, size <= 8, size <= 7 }\n}\n',
    );
    const actions = actionsAt(document, offset + 12).filter(({ title }) => title.startsWith('allow'));
    expect(actions.map(({ title }) => title)).toEqual(['allow BP0510 here, and say why']);
    expect(editedBy(document, actions[0])).toBe(
      document.reading.source.text.replace('  require a', '  # bootpol: allow BP0510 because "…"\n  require a'),
    );
  });

  test('are none where nothing is wrong, and allow no error', () => {
    const { document, offset } = marked(source);
    expect(actionsAt(document, 0)).toEqual([]);
    expect(actionsAt(document, offset).filter(({ title }) => title.startsWith('allow'))).toEqual([]);
  });

  function actionsAt(document: ReturnType<typeof documentOf>, offset: number, only: readonly string[] | null = null) {
    const at = positionOf(document.reading.source, offset);
    return codeActionsAt(document, { range: { start: at, end: at }, only }, faultsOf(document, '2026-01-01'));
  }

  function editedBy(document: ReturnType<typeof documentOf>, action: CodeAction | undefined): string {
    const [change] = action?.edit?.documentChanges ?? [];
    if (change === undefined || !('edits' in change)) throw new Error('no edit');
    return applied(
      document,
      change.edits.filter((edit) => 'newText' in edit),
    );
  }
});

describe('the outline', () => {
  test('has statements, layers and requirements, each inside its own', () => {
    const symbols = symbolsOf(documentOf(POLICY));
    expect(symbols.map(({ name }) => name)).toEqual(['p', 'distro', 'zboot', 'firmware', 'kexec', 'signed']);
    const zboot = symbols[2];
    expect(zboot?.children?.map(({ name }) => name)).toEqual(['outer', 'image']);
    expect(zboot?.children?.[1]?.children?.map(({ name, detail }) => [name, detail])).toEqual([['small', 'warn']]);
  });

  test('keeps every name inside its range, and no name is empty', () => {
    const document = documentOf(
      `${POLICY}test "" {\n  given pe\n  expect accept\n}\nrevoked = file "x"\nassert no uncovered byte at kexec\n`,
    );
    const at = (position: Position): number => offsetOf(document.reading.source, position);
    const check = (symbols: ReturnType<typeof symbolsOf>): void => {
      for (const { name, range, selectionRange, children } of symbols) {
        expect(name).not.toBe('');
        expect(at(range.start)).toBeLessThanOrEqual(at(selectionRange.start));
        expect(at(selectionRange.end)).toBeLessThanOrEqual(at(range.end));
        check(children ?? []);
      }
    };
    check(symbolsOf(document));
  });
});

describe('folding', () => {
  test('folds blocks up to their closing line, statements, and runs of comments', () => {
    expect(foldsOf(documentOf(POLICY))).toEqual([
      { startLine: 0, endLine: 1, kind: 'comment' },
      { startLine: 5, endLine: 9 },
      { startLine: 7, endLine: 8 },
      { startLine: 12, endLine: 13 },
      { startLine: 14, endLine: 16 },
    ]);
  });

  test('folds what an unfinished text has', () => {
    expect(foldsOf(documentOf('artifact zboot {\n  image {\n    require\n  }\n'))).toContainEqual({
      startLine: 1,
      endLine: 2,
    });
  });
});

describe('semantic tokens', () => {
  test('colour words by what they mean: a keyword that is used as a name is a name', () => {
    const source = '# note\nartifact zboot {\n  require at: signed by from { count >= 2 }\n}\n';
    expect(paintedOf(source)).toEqual([
      ['# note', 'comment'],
      ['artifact', 'keyword'],
      ['zboot', 'type'],
      ['require', 'keyword'],
      ['at', 'function declaration'],
      ['signed', 'keyword'],
      ['by', 'keyword'],
      ['from', 'variable'],
      ['count', 'keyword'],
      ['>=', 'operator'],
      ['2', 'number'],
    ]);
  });

  test('end with their line, also a text that does not', () => {
    expect(paintedOf('signers a = file "x\n  y"\nlanguage 1\n').map(([text]) => text)).not.toContain('"x\n  y"');
  });

  function paintedOf(source: string): readonly (readonly [string, string])[] {
    const document = documentOf(source);
    const { data } = semanticTokensOf(document);
    const painted: (readonly [string, string])[] = [];
    let [line, character] = [0, 0];
    for (let at = 0; at < data.length; at += 5) {
      const [lines = 0, characters = 0, length = 0, type = 0, modifiers = 0] = data.slice(at, at + 5);
      character = lines > 0 ? characters : character + characters;
      line += lines;
      const start = offsetOf(document.reading.source, { line, character });
      const name = `${TOKENS_LEGEND.tokenTypes[type] ?? ''}${modifiers === 1 ? ' declaration' : ''}`;
      painted.push([source.slice(start, start + length), name]);
    }
    return painted;
  }
});

describe('inlay hints', () => {
  test('say where requirements are enforced, and what views fill in', () => {
    const { reading } = documentOf(POLICY);
    const shown = inlayHintsIn(documentOf(POLICY), WHOLE).map(({ label, position }) => {
      const line = reading.source.text.split('\n')[position.line] ?? '';
      return `${line.slice(0, position.character).trim()} [${typeof label === 'string' ? label : ''}]`;
    });
    expect(shown).toEqual([
      'require outer [at firmware]',
      'warn small [no view]',
      'at firmware sees { zboot, image } [like strict]',
      'at firmware sees { zboot, image } enforce { outer } [+ shape]',
      'enforce nothing [only shape]',
    ]);
  });

  test('are given for the lines that are asked for', () => {
    const lines = { start: { line: 6, character: 0 }, end: { line: 6, character: 99 } };
    expect(inlayHintsIn(documentOf(POLICY), lines)).toHaveLength(1);
  });
});

describe('code lenses', () => {
  const place = { file: 'p', line: 15, column: 1 };
  const report: PolicyTestReport = {
    file: 'p',
    policy: { name: 'p', version: null, description: null },
    tests: [
      { title: 'signed', place, failures: [{ place, text: 'expected accept at firmware, got reject', reasons: [] }] },
    ],
    coverage: { shown: 1, total: 4, unshown: [] },
    leastCoveragePercent: 0,
  };

  test('offer to run a test, and all of them', () => {
    expect(
      codeLensesOf(documentOf(POLICY), null).map(({ range, command }) => [range.start.line, command?.title]),
    ).toEqual([
      [3, 'run the test'],
      [14, 'run test'],
    ]);
  });

  test('say how the last run came out, and the coverage of outcomes', () => {
    expect(codeLensesOf(documentOf(POLICY), report).map(({ command }) => command?.title)).toEqual([
      '1 of 1 tests failed · coverage of outcomes: 25% · run again',
      'failed: expected accept at firmware, got reject · run again',
    ]);
  });

  test('are none without tests', () => {
    expect(codeLensesOf(documentOf('language 1\npolicy p\n'), null)).toEqual([]);
  });
});

test('files that a policy names are links', () => {
  expect(documentLinksOf(documentOf(POLICY))).toEqual([
    {
      range: { start: { line: 4, character: 23 }, end: { line: 4, character: 34 } },
      target: 'file:///policies/keys/ca.pem',
    },
  ]);
});
