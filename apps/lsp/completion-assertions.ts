import { ASSERTION_FORMS, type AssertionForm, CODECS, type Expected, LAYER_KIND_NAMES } from '../../compiler/index.ts';
import type { OfferContext } from './completion-context.ts';
import { layerOffers, listOffers, type Offer, phrase, wordOffers } from './completion-offer.ts';
import { choice } from './snippet.ts';

/** What can follow in an assertion, by the forms that assertions have; null for anything else. */
export function assertionOffers({ slot, rules }: Expected, context: OfferContext): readonly Offer[] | null {
  if (slot === 'assertStatement.Word0' || slot === 'assertStatement.Word1') {
    const said = context.cursor.lineBefore.slice(1);
    return formsBehind(said).flatMap((form) => nextOffers(form, said.length, context));
  }
  // Behind its last word the grammar lets the next statement begin, the parser does not: all words of the line are its own.
  if (rules[1] !== 'assertStatement') return context.cursor.lineBefore[0] === 'assert' ? [] : null;
  if (slot === 'nameList.LeftBrace0') return listsBehind(context.cursor.lineBefore).map(wholeList);
  if (slot !== 'nameList.Word0') return [];
  const lists = listsBehind(context.cursor.openings.at(-1) ?? []);
  return lists.flatMap((list) =>
    list === 'kinds' ? listOffers(LAYER_KIND_NAMES, 'layer', context) : listOffers(CODECS, 'value', context),
  );
}

/** The forms that begin with these words. */
function formsBehind(said: readonly string[]): readonly AssertionForm[] {
  return ASSERTION_FORMS.filter(({ words }) =>
    said.every((word, index) => typeof words[index] === 'object' || words[index] === word),
  );
}

function nextOffers({ words }: AssertionForm, index: number, context: OfferContext): readonly Offer[] {
  const next = words[index];
  if (next === undefined) return [];
  if (typeof next === 'object') {
    if (next.names === 'view') return wordOffers(viewsOf(context), 'view', 'view');
    return [...wordOffers(['byte'], 'value', 'every byte that the view uses'), ...layerOffers(LAYER_KIND_NAMES)];
  }
  const rest = words.slice(index);
  const label = rest.map((word) => (typeof word === 'string' ? word : '…')).join(' ');
  const snippet = rest.map((word, at) => (typeof word === 'string' ? word : placeholderOf(word, at + 1, context)));
  return [phrase(label, snippet.join(' '))];
}

function placeholderOf({ names }: { readonly names: string }, index: number, context: OfferContext): string {
  return choice(index, names === 'view' ? viewsOf(context) : ['byte', 'initrd', 'cmdline']);
}

/** A policy without views has one that is called `file`. */
function viewsOf({ views }: OfferContext): readonly string[] {
  return views.length === 0 ? ['file'] : views;
}

/** What may be listed behind these words, `assert` among them. */
function listsBehind([, ...said]: readonly string[]): readonly ('codecs' | 'kinds')[] {
  return formsBehind(said).flatMap(({ words, list }) => (list !== null && words.length === said.length ? [list] : []));
}

function wholeList(list: 'codecs' | 'kinds'): Offer {
  const words = list === 'codecs' ? CODECS : LAYER_KIND_NAMES;
  return { ...phrase(`{ ${words[0]} … }`, `{ ${choice(1, words)} }`), sort: 'whole' };
}
