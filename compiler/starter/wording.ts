import { columnsOf, printable } from '../diagnostics/text.ts';

/** Text out of a file, safe behind `#`: one line, nothing that a terminal would obey, cut at a width. */
export function commentText(text: string, widthColumns: number): string {
  const columns = columnsOf(text.replace(/\s+/gu, ' ').trim());
  return columns.length <= widthColumns ? columns.join('') : `${columns.slice(0, widthColumns - 1).join('')}…`;
}

/** Text out of a file as a literal of the language; null where it holds what a policy had better not. */
export function textLiteral(text: string): string | null {
  if (text.length > LONGEST_TEXT || printable(text) !== text || /[\r\n\t\p{Cs}]/u.test(text)) return null;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const LONGEST_TEXT = 200;

/** A name of the language made of any text; `fallback` where nothing of it is left. */
export function nameFrom(text: string, fallback: string): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const name = words
    .join('-')
    .replace(/^[^a-z]+/, '')
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, '');
  return name === '' ? fallback : name;
}

const LONGEST_NAME = 40;

/** Hands out every name once: a second one gets a number. */
export function nameGiver(taken: readonly string[]): (wanted: string) => string {
  const given = new Set(taken);
  return (wanted) => {
    let name = wanted;
    for (let count = 2; given.has(name); count += 1) name = `${wanted}-${count}`;
    given.add(name);
    return name;
  };
}
