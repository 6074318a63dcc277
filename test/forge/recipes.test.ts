import { describe, expect, test } from 'vitest';
import { newKeyRing } from '../../forge/keys.ts';
import { firstBlob, firstEntryLength } from '../../forge/recipe.ts';
import { RECIPES } from '../../forge/recipes.ts';
import { recipeDb, recipeDbx } from '../../forge/recipes-trust.ts';
import { newSignerSet, TRUSTED_SIGNERS } from '../../forge/signer-set.ts';

const people = newSignerSet(newKeyRing(), 'p256');
const built = new Map(RECIPES.map((recipe) => [recipe.name, recipe.build(people)]));

describe('recipes', () => {
  test('have names of their own', () => {
    expect(built.size).toBe(RECIPES.length);
  });

  test('differ from one another, but for the two names of the plain entry', () => {
    const others = [...built].filter(([name]) => name !== 'wclen-unpadded').map(([, bytes]) => bytes);
    const contents = new Set(others.map((bytes) => Buffer.from(bytes).toString('latin1')));
    expect(contents.size).toBe(others.length);
    expect(built.get('wclen-unpadded')).toEqual(built.get('good'));
  });

  test('stay small', () => {
    expect(Math.max(...[...built.values()].map((bytes) => bytes.length))).toBeLessThan(256 * 1024);
  });

  test('are the same every time where nobody signs', () => {
    const again = newSignerSet(newKeyRing(), 'p256');
    const unsigned = RECIPES.filter(({ name }) => name === 'unsigned' || name.endsWith('-unsigned'));
    expect(unsigned.length).toBeGreaterThan(3);
    for (const { name, build } of unsigned) expect(build(again)).toEqual(built.get(name));
  });

  test('pad the blob of the good file, so that padded and unpadded lengths differ', () => {
    const good = built.get('good') ?? new Uint8Array(0);
    const { start, end } = firstBlob(good);
    expect(end).toBeLessThan(good.length);
    expect(firstEntryLength(good)).toBe(8 + end - start);
    expect(firstEntryLength(built.get('wclen-padded') ?? new Uint8Array(0))).toBe(good.length - start + 8);
  });
});

test('the lists of trust name every certificate and digest once', () => {
  expect(listSizes(recipeDb(people)).reduce((sum, count) => sum + count, 0)).toBe(TRUSTED_SIGNERS.length + 3);
  expect(listSizes(recipeDbx(people)).reduce((sum, count) => sum + count, 0)).toBe(5);
});

/** Number of entries in each list. */
function listSizes(bytes: Uint8Array): readonly number[] {
  const file = Buffer.from(bytes);
  const counts: number[] = [];
  for (let at = 0; at < file.length; at += file.readUInt32LE(at + 16)) {
    counts.push((file.readUInt32LE(at + 16) - 28) / file.readUInt32LE(at + 24));
  }
  return counts;
}
