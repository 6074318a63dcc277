import type { TokenType } from 'chevrotain';

/** A piece of the grammar as data; `index` tells pieces of one sort in one rule apart. */
export type Production =
  | { readonly kind: 'token'; readonly type: TokenType; readonly index: number }
  | { readonly kind: 'rule'; readonly name: string; readonly index: number }
  /** Once or not at all; any number of times. */
  | { readonly kind: 'option' | 'loop'; readonly index: number; readonly parts: readonly Production[] }
  | { readonly kind: 'choice'; readonly index: number; readonly alternatives: readonly (readonly Production[])[] };

/** A rule of the grammar as data. */
export interface GrammarRule {
  readonly name: string;
  readonly parts: readonly Production[];
}

/** For each rule by its name: the parts of it. */
export type RuleParts = ReadonlyMap<string, readonly Production[]>;

/**
 * The types of the tokens by which parts can begin, most general ones: a category stands for all its types.
 *
 * @throws Error when they can be empty, or begin with themselves: then one token does not tell whether they are there.
 */
export function firstTypes(parts: readonly Production[], rules: RuleParts): ReadonlySet<TokenType> {
  const first = new Set<TokenType>();
  if (collect(parts, first, { rules, above: [] }) === 'can be empty')
    throw new Error('a choice of the grammar can be empty');
  return first;
}

interface Collecting {
  readonly rules: RuleParts;
  /** The rules that are being looked at, outermost first. */
  readonly above: readonly string[];
}

type Extent = 'reads a token' | 'can be empty';

function collect(parts: readonly Production[], first: Set<TokenType>, work: Collecting): Extent {
  for (const part of parts) if (collectOne(part, first, work) === 'reads a token') return 'reads a token';
  return 'can be empty';
}

function collectOne(part: Production, first: Set<TokenType>, work: Collecting): Extent {
  switch (part.kind) {
    case 'token':
      first.add(part.type);
      return 'reads a token';
    case 'rule':
      if (work.above.includes(part.name)) throw new Error(`the rule ${part.name} begins with itself`);
      return collect(work.rules.get(part.name) ?? [], first, { ...work, above: [...work.above, part.name] });
    case 'option':
    case 'loop':
      collect(part.parts, first, work);
      return 'can be empty';
    case 'choice': {
      const extents = part.alternatives.map((alternative) => collect(alternative, first, work));
      return extents.includes('can be empty') ? 'can be empty' : 'reads a token';
    }
  }
}
