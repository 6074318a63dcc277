import { describe, expect, test } from 'vitest';
import { checkPolicy, policyPaths, readPolicyText, sourceOf } from '../../../compiler/index.ts';
import { OPTIONS, policyText } from '../fixtures.ts';

const PATHS = policyPaths();
const SOUND = policyText('artifact pe { require outer: signed by distro }');
const TEXTS = {
  'a sound one': SOUND,
  'one with a slip': SOUND.replace('signed by', 'signed'),
  'one with a name that nobody declared': SOUND.replace('by distro', 'by distor'),
};

describe('a policy that is read already', () => {
  test.each(Object.entries(TEXTS))('is checked like its text: %s', (_, text) => {
    const reading = readPolicyText(sourceOf(OPTIONS.fileName, text), PATHS);
    const checked = checkPolicy(text, { ...OPTIONS, reading });
    expect(checked.source).toBe(reading.source);
    expect(JSON.stringify(checked)).toBe(JSON.stringify(checkPolicy(text, OPTIONS)));
  });

  test('is not taken for another text, nor for the same text of another file', () => {
    const reading = readPolicyText(sourceOf(OPTIONS.fileName, SOUND), PATHS);
    const other = SOUND.replace('by distro', 'by distor');
    expect(checkPolicy(other, { ...OPTIONS, reading }).diagnostics.map(({ code }) => code)).toContain('BP0101');
    const elsewhere = checkPolicy(SOUND, { ...OPTIONS, fileName: 'other.bootpol', reading });
    expect(elsewhere.plan?.artifacts[0]?.place.file).toBe('other.bootpol');
  });

  test('shows what stands around a cursor although it is too long to be a policy', () => {
    const long = readPolicyText(sourceOf(OPTIONS.fileName, `${SOUND}#${'x'.repeat(2 ** 20)}`), PATHS);
    expect(long.tokens).toEqual([]);
    expect(long.syntaxErrors).toBe(1);
    expect(long.cursor(0).expected.map(({ slot }) => slot)).toContain('languageStatement.Language0');
  });
});
