import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newKeyRing } from '../../../forge/keys.ts';
import { askVariant } from './ask-variant.ts';
import { newCast } from './cast.ts';
import type { Comparison } from './comparison.ts';
import { explain, type Explanation } from './explain.ts';
import { faultsOf } from './faults.ts';
import { ROWS } from './rows.ts';
import { renderExplanation } from './summary.ts';
import { ask, type Tool, TOOLS } from './tools.ts';
import { type Variant, variants } from './variants.ts';

// Signed files of every making are shown to other people's verifiers and to bootpol. Where they differ, a row of
// docs/oracles.md says why; a difference without a row fails, and so does a row without a difference.

const folder = mkdtempSync(join(tmpdir(), 'authenticode-'));
const ring = newKeyRing();
const cast = newCast(ring);
const AT_ONCE = 3;
/** About a minute on two cores of their own; tools of a busy machine take longer. */
const PATIENCE_MS = 1_800_000;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each(TOOLS)('the tool %s is installed', async (tool: Tool) => {
  expect((await ask(tool, ['--help'])).text).not.toBe('');
});

describe('on every variant', () => {
  const made = variants();
  let comparisons: readonly Comparison[] = [];
  let explanation: Explanation;

  beforeAll(async () => {
    comparisons = await askAll(made);
    const faults = await faultsOf(ring, folder);
    const rows = ROWS.filter(({ fault }) => fault === undefined || faults.has(fault));
    explanation = explain(comparisons, rows);
    console.log(renderExplanation(explanation, { variants: made.length, comparisons, rows }));
  }, PATIENCE_MS);

  test('the tools were asked', () => {
    expect(new Set(comparisons.map(({ variant }) => variant.name)).size).toBe(made.length);
    expect(comparisons.length).toBeGreaterThan(8 * made.length);
  });

  test('a row explains each disagreement', () => {
    expect(explanation.unexplained.map(described)).toEqual([]);
  });

  test('each row explains a disagreement, by each of its values', () => {
    expect(explanation.idle).toEqual([]);
  });

  test('no tool takes what a row says that it refuses', () => {
    expect(explanation.contradicted).toEqual([]);
  });

  test('all agree to take the usual file', () => {
    const usual = comparisons.filter(({ variant, tool }) => variant.name === 'usual' && tool !== 'pesigcheck');
    const verdicts = usual.filter(({ question }) => question === 'trusted');
    expect(verdicts.map(({ said, expected }) => [said, expected])).toEqual(verdicts.map(() => ['takes', 'takes']));
    expect(verdicts).toHaveLength(8);
  });
});

async function askAll(made: readonly Variant[]): Promise<readonly Comparison[]> {
  const waiting = [...made];
  const comparisons: Comparison[] = [];
  const work = async (): Promise<void> => {
    for (let variant = waiting.pop(); variant !== undefined; variant = waiting.pop()) {
      comparisons.push(...(await askVariant(variant, cast, folder)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return comparisons;
}

function described({ variant, tool, question, party, said, expected, rule }: Comparison): string {
  const because = rule === null ? '' : ` (${rule})`;
  return `${variant.name}: ${question}: ${tool} ${said}, ${party} ${expected}${because}`;
}
