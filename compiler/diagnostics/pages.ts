import { SYNTAX_ERRORS } from '../../grammar/syntax-error.ts';
import { DIAGNOSTICS } from './registry.ts';

/** What the documentation says of one code, whether of syntax or of meaning. */
export interface CodePage {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly page: string;
  /** Empty for the few slips whose example would be too long to print. */
  readonly bad: string;
  readonly good: string;
}

/** Every code there is, in the order of the codes; what a title says of one place is `…` in it. */
export function codePages(): readonly CodePage[] {
  const syntax = Object.entries(SYNTAX_ERRORS).map(
    ([code, { title, doc, bad, good }]): CodePage => ({ code, severity: 'error', title, page: doc, bad, good }),
  );
  const meaning = Object.entries(DIAGNOSTICS).map(([code, { title, ...spec }]) => ({
    code,
    ...spec,
    title: title.replaceAll(/\{(\w+)\}/g, '…').replaceAll('`…`', '…'),
  }));
  return [...syntax, ...meaning].sort((left, right) => (left.code < right.code ? -1 : 1));
}
