import type { Source } from '../../grammar/source.ts';
import type { Scope } from '../check/scope.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { Word } from '../syntax/ast.ts';
import type { LintContext } from './context.ts';

/** Warns of two names of one sort that differ by one letter: one of them is likely a slip of the other, be it imported. */
export function lintNames(context: LintContext): void {
  const { scope } = context.checked;
  lintSort([...importedRequirements(scope), ...own([...scope.requirements.values()])], context);
  lintSort([...importedSigners(scope), ...own([...scope.signers.values()])], context);
  lintSort(own(scope.views), context);
}

interface PlacedName {
  readonly name: Word;
  /** Null for a name of the policy itself. */
  readonly source: Source | null;
}

function own(named: readonly { readonly name: Word }[]): readonly PlacedName[] {
  return named.map(({ name }) => ({ name, source: null }));
}

function importedRequirements({ importedRequirements: files }: Scope): readonly PlacedName[] {
  return [...files].flatMap(([name, { scope, source }]) => placed(scope.requirements.get(name), source));
}

function importedSigners({ importedSigners: files }: Scope): readonly PlacedName[] {
  return [...files].flatMap(([name, { scope, source }]) => placed(scope.signers.get(name), source));
}

function placed(declared: { readonly name: Word } | undefined, source: Source): readonly PlacedName[] {
  return declared === undefined ? [] : [{ name: declared.name, source }];
}

/** People do not tell thousands of names apart, and a generated list has no slips. */
const COMPARED = 512;

/** Shorter names differ by one letter all the time. */
const LEAST_LENGTH = 4;

/**
 * Two names are one letter apart when they are the same without one letter each, at the same place, or one of them without
 * one. Names with a digit at that place are a numbered series. Cost: names × their length.
 */
function lintSort(names: readonly PlacedName[], { report }: LintContext): void {
  const known = new Map<string, PlacedName>();
  for (const placedName of names.slice(0, COMPARED)) {
    const { name, source } = placedName;
    const keys = keysOf(name.text);
    const other = keys.near.map((key) => known.get(key)).find((found) => found !== undefined);
    // Two names of imported files are the business of whoever checks those.
    if (other !== undefined && source === null) {
      const place = { span: other.name.span, text: 'the other name' };
      const others = [other.source === null ? place : { ...place, source: other.source }];
      report(diagnose('BP0525', { values: { name: name.text, other: other.name.text }, at: name.span, others }));
    }
    for (const key of keys.own) if (!known.has(key)) known.set(key, placedName);
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
