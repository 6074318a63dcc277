import { newKeyRing } from '../../../../forge/keys.ts';
import { RECIPES } from '../../../../forge/recipes.ts';
import { recipeDb, recipeDbx } from '../../../../forge/recipes-trust.ts';
import { newSignerSet } from '../../../../forge/signer-set.ts';
import type { Anchor } from '../../../../runtime/contract/anchor.ts';
import type { Enforcer } from '../../../../runtime/trust/enforcer.ts';
import { decisiveReason, judgeAs, wouldCrash } from '../../../../runtime/trust/judge-enforcer.ts';
import { anchorsOf, ENGINE } from '../question.ts';

/** RSA, for shim takes nothing else; small, for speed. */
export const PEOPLE = newSignerSet(newKeyRing(), 'rsa1024');
export const DB = anchorsOf(recipeDb(PEOPLE));
export const DBX = anchorsOf(recipeDbx(PEOPLE));

export const ENFORCERS = ['edk2', 'linux', 'shim'] as const;

/**
 * One behaviour: an image that has it and one that lacks it and is accepted by all; what EDK2, Linux and shim say of the
 * first: `A`, the rule that refuses, or `!` and the rule that would crash.
 */
export type Row = readonly [behaviour: string, image: string, neighbour: string, said: string];

export function recipe(name: string): Uint8Array {
  const found = RECIPES.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no recipe \`${name}\``);
  return found.build(PEOPLE);
}

/** `A`, the rule, or `!` and the rule. */
export async function answer(
  enforcer: Enforcer,
  bytes: Uint8Array,
  trust: { readonly anchors?: readonly Anchor[]; readonly revoked?: readonly Anchor[] } = {},
): Promise<string> {
  const question = { bytes, layer: 'pe', anchors: DB, revoked: DBX, engine: ENGINE, machine: {}, ...trust };
  const reason = decisiveReason(await judgeAs(enforcer, question));
  if (reason === null) return 'A';
  return `${wouldCrash(enforcer, reason) ? '!' : ''}${reason.code}`;
}

/** What all three say, in the order of the table. */
export async function answers(bytes: Uint8Array, trust: Parameters<typeof answer>[2] = {}): Promise<string> {
  const said: string[] = [];
  for (const enforcer of ENFORCERS) said.push(await answer(enforcer, bytes, trust));
  return said.join(' ');
}
