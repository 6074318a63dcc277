import { describe, expect, test } from 'vitest';
import { RECIPES } from '../../../../forge/recipes.ts';
import { readPe } from '../../../../runtime/formats/pe.ts';
import { attempt } from '../../../../runtime/bytes/format-error.ts';
import { ruleOf } from '../../../../runtime/trust/enforcer.ts';
import { ENFORCER_RULES } from '../../../../runtime/trust/enforcer-rules.ts';
import { STRICT_RULES } from '../../../../runtime/trust/strict-rules.ts';
import { judge } from '../question.ts';
import { answer, DB, DBX, ENFORCERS, PEOPLE } from './rows.ts';

describe('strict refuses what an enforcer refuses for its form', () => {
  test.each(RECIPES.map(({ name, build }) => [name, build] as const))('%s', async (_, build) => {
    const bytes = build(PEOPLE);
    if (!attempt(() => readPe(bytes, 'pe')).ok) return;
    const said = await Promise.all(ENFORCERS.map((enforcer) => answer(enforcer, bytes, { anchors: DB, revoked: [] })));
    const rules = said.filter((code) => code !== 'A').map((code) => code.replace('!', ''));
    const form = rules.filter((code) => ruleOf(code)?.about === 'form');
    if (form.length === 0) return;
    const { outcome } = await judge(bytes, { anchors: DB, revoked: DBX });
    expect(outcome, form.join(', ')).toBe('false');
  });
});

test('every rule names an enforcer and its source, and says what is refused in lower case', () => {
  for (const code of Object.keys(ENFORCER_RULES)) {
    const rule = ruleOf(code);
    expect(code).toMatch(/^[a-z0-9-]+$/);
    expect(
      ENFORCERS.some((enforcer) => (rule?.[enforcer] ?? '') !== ''),
      code,
    ).toBe(true);
    for (const enforcer of rule?.crashes ?? []) expect(rule?.[enforcer], code).toBeDefined();
  }
  expect(new Set(STRICT_RULES.map(({ code }) => code)).size).toBe(STRICT_RULES.length);
});
