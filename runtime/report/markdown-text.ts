import { printable } from './printable.ts';

/** Text in a table cell or a sentence, whatever it holds: nothing of it is markup. */
export function markdownText(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>()#+\-!|~&$:@]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
