import { printable } from './printable.ts';

/** A piece of a page that is markup, whatever it was made of. */
export interface Html {
  readonly markup: string;
}

/** Texts and numbers are escaped; only `Html` goes in as it is. */
export type HtmlValue = string | number | Html | readonly HtmlValue[];

/** Makes markup of a template: what is written in it is markup, what is put in is text, unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const markup = parts.reduce((sum, part, index) => `${sum}${part}${markupOf(values[index] ?? '')}`, '');
  return { markup };
}

/** Text of this program that is markup already. */
export function trustedMarkup(markup: string): Html {
  return { markup };
}

function markupOf(value: HtmlValue): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(markupOf).join('');
}

/** As good in an attribute in double quotes as between tags; controls and direction marks become visible. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
