import { describe, expect, test } from 'vitest';
import { compile } from '../../index.ts';

/** What a policy of one condition compiles to, or the codes of what is wrong with it. */
function conditionOf(condition: string): unknown {
  const { plan, diagnostics } = compile(`language 1\npolicy p\nartifact uki {\n  ${condition}\n  otherwise allow\n}\n`);
  return plan?.artifacts[0] ?? diagnostics.map(({ code }) => code);
}

describe('a component of SBAT', () => {
  test.each(['sbat grub.debian >= 4', 'sbat 3com >= 4', 'sbat >= 4', 'sbat "a" "b" >= 4'])(
    'is refused as `%s`',
    (text) => {
      expect(conditionOf(`require s: ${text}`)).toBeInstanceOf(Array);
    },
  );

  test.each([
    ['sbat "grub.debian" >= 4', 'grub.debian'],
    ['sbat grub >= 4', 'grub'],
    ['sbat "grub" >= 4', 'grub'],
    ['sbat sbat >= 4', 'sbat'],
  ])('is taken from `%s`', (text, argument) => {
    expect(conditionOf(`require s: ${text}`)).toMatchObject({ requirements: [{ condition: { argument } }] });
  });
});

describe('escapes in a text', () => {
  test('are a quote, a backslash and a line end', () => {
    expect(conditionOf('cmdline { forbid c: contains "a\\nb\\\\n\\"" }')).toMatchObject({
      children: [{ alternatives: [{ requirements: [{ condition: { test: { text: 'a\nb\\n"' } } }] }] }],
    });
  });

  test('are nothing else', () => {
    expect(conditionOf('cmdline { forbid c: contains "a\\tb" }')).toEqual(['BP0003']);
  });
});
