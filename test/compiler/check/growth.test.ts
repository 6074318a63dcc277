import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPolicy, renderDiagnostics } from '../../../compiler/index.ts';
import { growthOf } from '../../growth.ts';
import { codesOf, OPTIONS, policyText } from '../fixtures.ts';

const MANY = 10_000;

describe('large policies', () => {
  it.each([
    ['a list of the same word', `artifact image { require r: arch in { ${'arm64, '.repeat(MANY)}arm64 } }`],
    ['many conflicting bounds', `artifact image { require r: all of {\n${'size >= 2\nsize <= 1\n'.repeat(MANY)}} }`],
    [
      'many unknown names',
      `artifact image { require r: signed by distro }\nat f sees file enforce { ${numbered('unknown')} }`,
    ],
    ['a long chain of signers', `${chain(MANY)}artifact image { require r: signed by s0 }`],
    [
      'a long chain of signers, innermost first',
      `${chain(MANY).split('\n').reverse().join('\n')}\nartifact image { require r: signed by s0 }`,
    ],
    [
      'many unknown and many known names',
      `${chain(1000)}artifact image { require r: any of { ${'signed by s, '.repeat(MANY)}signed by s0 } }`,
    ],
    ['a long comment that begins as an allowance', `# bootpol: allow BP0503 because "${'x'.repeat(300_000)}\n`],
    ['many allowances of one line', '# bootpol: allow BP0503 because "x"\n'.repeat(MANY)],
    [
      'blocks that multiply',
      `layer section {\n${requirements(2000)}}\nartifact pe {\n${sections(2000)}require x: signed by distro\n}`,
    ],
  ])('are checked without harm: %s', (_, statements) => {
    const { diagnostics, source } = checkPolicy(policyText(statements), OPTIONS);
    expect(renderDiagnostics(diagnostics.slice(0, 100), source)).not.toContain('undefined');
  });

  it('are refused when their blocks multiply beyond the limit', () => {
    expect(
      codesOf(
        policyText(
          `layer section {\n${requirements(2000)}}\nartifact pe {\n${sections(2000)}require x: signed by distro\n}`,
        ),
      ),
    ).toEqual(['BP0314']);
    expect(
      codesOf(
        policyText(
          `layer section {\n${requirements(20)}}\nartifact pe {\n${sections(20)}require x: signed by distro\n}`,
        ),
      ),
    ).toEqual([]);
  });
});

/** Cost at n and at 8n: eight times, for work that is linear; 64 times for work that is quadratic. */
const FACTOR = 8;
const MOST = 24;

/** Statements about so many requirements of one artifact. */
const ABOUT_EACH: Readonly<Record<string, (count: number) => string>> = {
  'a view that enforces each': (count) =>
    `at f sees file enforce { ${each(count, (index) => `r${index}`).join(', ')} }`,
  'a test that expects each': (count) =>
    each(count, (index) => `test "t${index}" { given pe expect reject because r${index} }`).join('\n'),
  'a waiver of each': (count) =>
    each(count, (index) => `waive r${index} until 2030-01-01 because "until it is mended"`).join('\n'),
};

describe('what checking costs grows no faster than the text', () => {
  it.each(Object.entries(ABOUT_EACH))('%s', async (_, statements) => {
    const textOf = (count: number): string =>
      policyText(`artifact pe {\n${requirements(count)}}\n${statements(count)}`);
    const [few, many] = [textOf(400), textOf(400 * FACTOR)];
    expect(codesOf(many)).toEqual([]);
    expect(await growthOf((text) => checkPolicy(text, OPTIONS), { few, many, most: MOST })).toBeLessThan(MOST);
  });
});

describe('damaged policies', () => {
  const sound = policyText(`param signers ring
revoked = file "dbx.esl"
artifact zboot {
  require codec: compression in { gzip, zstd }
  require outer from 2027-01-01: signed by distro { digest in { sha256 }  key rsa >= 2048 }
  image { require inner: any of { signed by ring, covered by distro } }
}
artifact uki {
  forbid level: all of { sbat systemd >= 1, size <= 64 MiB }
  linux: one of { zboot, bzimage }
  cmdline optional { forbid shell: contains "init=/bin/sh" }
  section ".foo" absent
}
at firmware sees file enforce { codec, outer, level, shell }
at kexec sees { zboot, image } trimmed loads { image } revoked by ring enforce { inner }
waive codec until 2027-03-31 because "late"
`);
  const words = sound.split(/(\s+)/);

  it('give a plan or an error, never neither or both, and every place lies in the text', () => {
    const word = fc.nat({ max: words.length - 1 });
    const changes = fc.array(fc.tuple(word, fc.constantFrom('drop', 'double', 'swap'), word), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(changes, (edits) => holds(damaged(words, edits))),
      { seed: 7, numRuns: 400 },
    );
  });

  it('give a plan or an error when they are cut off anywhere', () => {
    for (let length = 0; length < sound.length; length += 3) expect(holds(sound.slice(0, length))).toBe(true);
  });
});

function holds(text: string): boolean {
  const { plan, diagnostics, source } = checkPolicy(text, OPTIONS);
  const inside = diagnostics.every(({ labels }) =>
    labels.every(({ span }) => span.start >= 0 && span.start <= span.end && span.end <= text.length),
  );
  const refused = diagnostics.some(({ severity }) => severity === 'error');
  return inside && refused === (plan === null) && !renderDiagnostics(diagnostics, source).includes('undefined');
}

function damaged(parts: readonly string[], edits: readonly (readonly [number, string, number])[]): string {
  const changed = [...parts];
  for (const [place, edit, other] of edits) {
    if (edit === 'drop') changed[place] = '';
    else if (edit === 'double') changed[place] = `${changed[place] ?? ''} ${changed[place] ?? ''}`;
    else [changed[place], changed[other]] = [changed[other] ?? '', changed[place] ?? ''];
  }
  return changed.join('');
}

function numbered(word: string): string {
  return Array.from({ length: MANY }, (_, index) => `${word}${index}`).join(', ');
}

function each(count: number, text: (index: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => text(index));
}

function chain(length: number): string {
  const sets = Array.from({ length }, (_, index) => `signers s${index} = { s${index + 1} }\n`);
  return `${sets.join('')}signers s${length} = file "end.pem"\n`;
}

function requirements(count: number): string {
  return Array.from({ length: count }, (_, index) => `require r${index}: covered by distro\n`).join('');
}

function sections(count: number): string {
  return Array.from({ length: count }, (_, index) => `section ".${index}" optional\n`).join('');
}
