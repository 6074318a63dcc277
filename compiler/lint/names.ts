import { diagnose } from '../diagnostics/diagnostic.ts';
import type { Word } from '../syntax/ast.ts';
import type { LintContext } from './context.ts';

/** Warns of two names of one sort that differ by one letter: one of them is likely a slip of the other. */
export function lintNames(context: LintContext): void {
  const { scope } = context.checked;
  lintSort(
    [...scope.requirements.values()].map(({ name }) => name),
    context,
  );
  lintSort(
    [...scope.signers.values()].map(({ name }) => name),
    context,
  );
  lintSort(
    scope.views.map(({ name }) => name),
    context,
  );
}

/** People do not tell thousands of names apart, and a generated list has no slips. */
const COMPARED = 512;

/** Shorter names differ by one letter all the time. */
const LEAST_LENGTH = 4;

/**
 * Two names are one letter apart when they are the same without one letter each, at the same place, or one of them without
 * one. Names with a digit at that place are a numbered series. Cost: names × their length.
 */
function lintSort(names: readonly Word[], { report }: LintContext): void {
  const known = new Map<string, Word>();
  for (const name of names.slice(0, COMPARED)) {
    const { own, near } = keysOf(name.text);
    const other = near.map((key) => known.get(key)).find((found) => found !== undefined);
    if (other !== undefined) {
      const others = [{ span: other.span, text: 'the other name' }];
      report(diagnose('BP0525', { values: { name: name.text, other: other.text }, at: name.span, others }));
    }
    for (const key of own) if (!known.has(key)) known.set(key, name);
  }
}

/** Under which texts a name is known, and under which of them a neighbour of it is: `a*c`, `abc` and `ac-` for `abc`. */
function keysOf(name: string): { readonly own: readonly string[]; readonly near: readonly string[] } {
  if (name.length < LEAST_LENGTH || name.length > LONGEST) return { own: [], near: [] };
  const own = [name];
  const near = [`${name}-`];
  for (let at = 0; at < name.length; at += 1) {
    if (/\d/.test(name[at] ?? '')) continue;
    const [before, after] = [name.slice(0, at), name.slice(at + 1)];
    own.push(`${before}*${after}`, `${before}${after}-`);
    near.push(`${before}*${after}`, `${before}${after}`);
  }
  return { own, near };
}

const LONGEST = 64;
