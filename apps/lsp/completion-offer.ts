import { type Cursor, LAYER_KIND_NAMES, LAYER_KINDS } from '../../compiler/index.ts';
import type { OfferContext } from './completion-context.ts';
import { KEYWORD_DOCS } from './keyword-docs.ts';

/** One text that is offered. */
export interface Offer {
  readonly label: string;
  readonly kind: 'keyword' | 'layer' | 'property' | 'value' | 'signers' | 'requirement' | 'view';
  /**
   * `name`: one word like all names of its place. `element`: something whole that nothing may follow on its line but a sign;
   * where its own words follow, its first word alone will do. `phrase`: the same in the midst of a statement. `whole`: all or nothing.
   */
  readonly sort: 'name' | 'element' | 'phrase' | 'whole';
  /** As a snippet. */
  readonly insert: string;
  readonly detail: string;
  /** Markdown, or empty. */
  readonly doc: string;
}

/** An offer of words of the language, with their page where there is one. */
export function phrase(label: string, insert = label): Offer {
  const doc = KEYWORD_DOCS[label.split(' ')[0] ?? ''] ?? '';
  return { label, kind: 'keyword', sort: 'phrase', insert, detail: '', doc };
}

/** Offers of plain words. */
export function wordOffers(words: readonly string[], kind: Offer['kind'], detail = ''): readonly Offer[] {
  return words.map((label) => ({ label, kind, sort: 'name', insert: label, detail, doc: KEYWORD_DOCS[label] ?? '' }));
}

/** Offers of layer kinds. */
export function layerOffers(kinds: readonly string[]): readonly Offer[] {
  return LAYER_KIND_NAMES.filter((kind) => kinds.includes(kind)).map((kind) => ({
    label: kind,
    kind: 'layer',
    sort: 'name',
    insert: kind,
    detail: LAYER_KINDS[kind].doc,
    doc: '',
  }));
}

/** Offers of the policy's signer sets. */
export function signerOffers({ signers }: OfferContext): readonly Offer[] {
  return wordOffers(signers, 'signers', 'signers');
}

/** The names of a list, without those that it has. */
export function listOffers(names: readonly string[], kind: Offer['kind'], context: OfferContext): readonly Offer[] {
  const { cursor, begins } = context;
  if (begins === 'nothing' || !endsElement(cursor)) return [];
  const listed = new Set(cursor.before);
  const left = names.filter((name) => !listed.has(name));
  return kind === 'layer' ? layerOffers(left) : wordOffers(left, kind, kind);
}

/** Whether what follows on the line is no word: an element can end here. */
export function endsElement({ lineAfter: [next] }: Cursor): boolean {
  return next === undefined || next === '}' || next === ',';
}

/** The offers as elements of a block, a group or a test. */
export function elements(offers: readonly Offer[]): readonly Offer[] {
  return offers.map((offer) => (offer.sort === 'phrase' ? { ...offer, sort: 'element' } : offer));
}
