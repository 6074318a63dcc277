/**
 * A page with the contents of one generated block written anew.
 *
 * @throws Error when the page has lost the markers of the block.
 */
export function between(
  path: string,
  page: string,
  [name, contents]: readonly [name: string, contents: string],
): string {
  const begin = `<!-- BEGIN generated: ${name} -->`;
  const end = `<!-- END generated: ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has lost its marker \`${begin}\``);
  return `${page.slice(0, from + begin.length)}\n${contents}\n${page.slice(to)}`;
}
