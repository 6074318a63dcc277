/** XML 1.0, sections 2.2 and 2.4: markup is escaped, and characters that no document may hold are replaced. */
export function xmlText(text: string): string {
  return Array.from(text, (character) => ESCAPES.get(character) ?? (isXml(character) ? character : '\u{fffd}')).join(
    '',
  );
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function isXml(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20) return point === 0x9 || point === 0xa || point === 0xd;
  return point < 0xd800 || (point > 0xdfff && point !== 0xfffe && point !== 0xffff);
}
