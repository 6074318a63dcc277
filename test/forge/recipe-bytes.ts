import { newKeyRing } from '../../forge/keys.ts';
import { RECIPES } from '../../forge/recipes.ts';
import { newSignerSet } from '../../forge/signer-set.ts';

/** The cast of one test file; keys that nobody asks for are not made. */
export const PEOPLE = newSignerSet(newKeyRing(), 'p256');

const BUILT = new Map<string, Uint8Array>();

/** The bytes of a recipe, the same each time. @throws Error when nothing has the name. */
export function recipe(name: string): Uint8Array {
  const known = BUILT.get(name);
  if (known !== undefined) return known;
  const found = RECIPES.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no recipe \`${name}\``);
  const built = found.build(PEOPLE);
  BUILT.set(name, built);
  return built;
}
