import type { Span } from '../../grammar/source.ts';
import { LAYER_KINDS, type LayerKind } from '../../runtime/contract/layer-kinds.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Fix } from '../diagnostics/diagnostic.ts';

/** A kind of layer with its article, as messages name it: "a `zboot`", "an `image`". */
export function aLayer(kind: LayerKind): string {
  return `${kind === 'uki' || kind === 'uname' || !/^[aeiou]/.test(kind) ? 'a' : 'an'} \`${kind}\``;
}

/** Words in backticks, separated by commas. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}

/** Words as a list for notes: `gzip, lz4, lzma`; of a long list the first. */
export function listed(words: readonly string[]): string {
  const shown = words.slice(0, LISTED_WORDS).join(', ');
  return words.length > LISTED_WORDS ? `${shown} and ${words.length - LISTED_WORDS} more` : shown;
}

const LISTED_WORDS = 40;

/** What a wrong word was probably meant to be: the label to put on it, and the edit. */
interface Suggestion {
  readonly label: string;
  readonly fix: Fix | null;
}

/** The suggestion for a word out of a list; empty when nothing is near. Other names come before likeness. */
export function suggest(
  word: { readonly text: string; readonly span: Span },
  candidates: Iterable<string>,
  otherNames: Readonly<Record<string, string>> = {},
): Suggestion {
  const known = Object.hasOwn(otherNames, word.text.toLowerCase()) ? otherNames[word.text.toLowerCase()] : undefined;
  const meant = known ?? didYouMean(word.text, candidates);
  if (meant === null) return { label: '', fix: null };
  return { label: `did you mean \`${meant}\`?`, fix: { span: word.span, replacement: meant, certainty: 'likely' } };
}

/** What a kind may hold, for notes; kinds that are PE files may also hold `section "…"`. */
export function contentsOf(kind: LayerKind): readonly string[] {
  const spec = LAYER_KINDS[kind];
  return spec.pe ? [...spec.children, 'section "…"'] : spec.children;
}
