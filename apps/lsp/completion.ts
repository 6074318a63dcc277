import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
} from 'vscode-languageserver';
import type { Cursor, Expected } from '../../compiler/index.ts';
import { assertionOffers } from './completion-assertions.ts';
import { blockOffers } from './completion-blocks.ts';
import { conditionOffers } from './completion-conditions.ts';
import { type OfferContext, offerContext } from './completion-context.ts';
import { endsElement, type Offer } from './completion-offer.ts';
import { pathsAt } from './completion-paths.ts';
import { statementOffers } from './completion-statements.ts';
import { rangeOf } from './place.ts';
import type { PolicyDocument } from './policy-document.ts';
import { plainText } from './snippet.ts';

/** Whether the editor fills in snippets. */
export type InsertForm = 'snippets' | 'plain text';

/**
 * What can stand at an offset, and nothing else: every text offered fits what stands before it and behind it on its line.
 * The word around the offset is replaced. In the path of a file, what is in its folder.
 */
export function completionsAt(document: PolicyDocument, offset: number, form: InsertForm): readonly CompletionItem[] {
  const { reading } = document;
  const paths = pathsAt(document, offset);
  if (paths !== null) return paths;
  const cursor = reading.cursor(offset);
  const context = offerContext(document, cursor);
  const range = rangeOf(reading.source, cursor.word);
  const offers = new Map<string, Offer>();
  for (const expected of cursor.expected) {
    for (const offer of offersOf(expected, context)) if (!offers.has(offer.label)) offers.set(offer.label, offer);
  }
  return fitting([...offers.values()], cursor).map((offer) => itemOf(offer, range, form));
}

function offersOf(expected: Expected, context: OfferContext): readonly Offer[] {
  return (
    assertionOffers(expected, context) ??
    statementOffers(expected, context) ??
    conditionOffers(expected, context) ??
    blockOffers(expected, context) ??
    []
  );
}

/** The offers that fit. Of plain names one is tried for all, since the grammar does not tell them apart. */
function fitting(offers: readonly Offer[], cursor: Cursor): readonly Offer[] {
  const tried = new Map<string, boolean>();
  const fits = (text: string, sort: string): boolean => {
    const known = tried.get(sort) ?? cursor.admits(text);
    tried.set(sort, known);
    return known;
  };
  return offers.flatMap((offer) => {
    const text = plainText(offer.insert);
    if (isComplete(offer, cursor) && fits(text, offer.sort === 'name' ? offer.kind : text)) return [offer];
    const first = firstWord(offer, cursor);
    return first !== null && fits(first, first) ? [{ ...offer, insert: first }] : [];
  });
}

/** Whether nothing follows on the line that the whole offer would push aside. */
function isComplete({ sort }: Offer, cursor: Cursor): boolean {
  const [next] = cursor.lineAfter;
  if (sort === 'element') return endsElement(cursor);
  return sort !== 'phrase' || next === undefined || !/^["\w]/.test(next) || AFTER_PHRASE.includes(next);
}

const AFTER_PHRASE = ['sees', 'trimmed', 'beside', 'like', 'loads', 'revoked', 'enforce', 'until', 'for', 'because'];

/** The first word of an offer whose other words, or others in their place, follow already. */
function firstWord({ sort, insert }: Offer, { lineAfter: [next] }: Cursor): string | null {
  const [first = '', second] = insert.split(/\s/);
  if (sort === 'name' || sort === 'whole' || next === undefined || second === undefined) return null;
  const [, choices] = /^\$\{\d+\|(.*)\|\}/.exec(second) ?? [];
  if (choices !== undefined) return choices.split(',').includes(next) ? first : null;
  return second === next || second.startsWith('${') || isAlike(second, next) ? first : null;
}

/** Both texts, or both numbers. */
function isAlike(offered: string, there: string): boolean {
  return /^["\d]/.test(there) && offered[0]?.replace(/\d/, '0') === there[0]?.replace(/\d/, '0');
}

function itemOf(offer: Offer, range: ReturnType<typeof rangeOf>, form: InsertForm): CompletionItem {
  const isSnippet = form === 'snippets' && offer.insert.includes('$');
  return {
    label: offer.label,
    kind: KINDS[offer.kind],
    detail: offer.detail,
    sortText: `${offer.kind === 'keyword' ? '1' : '0'}${offer.label}`,
    ...(offer.doc === '' ? {} : { documentation: { kind: MarkupKind.Markdown, value: offer.doc } }),
    insertTextFormat: isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    insertTextMode: InsertTextMode.adjustIndentation,
    textEdit: { range, newText: isSnippet ? offer.insert : plainText(offer.insert) },
  };
}

const KINDS: Readonly<Record<Offer['kind'], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  layer: CompletionItemKind.Class,
  property: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  signers: CompletionItemKind.Variable,
  requirement: CompletionItemKind.Function,
  view: CompletionItemKind.Module,
};
