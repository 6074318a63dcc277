import { printable } from '../../index.ts';
import { nearestOf } from './nearest.ts';

/** More paths than this are counted, not listed. */
const LISTED_PATHS = 40;

/** The complaint about a layer path that a file does not have: the nearest one, and which there are. */
export async function unknownLayer(file: string, path: string, known: readonly string[]): Promise<string> {
  const nearest = await nearestOf(path, known);
  const hint = nearest === null ? '' : `; did you mean \`${printable(nearest)}\`?`;
  const rest = known.length - LISTED_PATHS;
  const list = known.slice(0, LISTED_PATHS).map((each) => `  ${printable(each)}\n`);
  const more = rest > 0 ? `  and ${rest} more\n` : '';
  return `\`${file}\` has no layer \`${path}\`${hint}\nits layers are:\n${list.join('')}${more}`.trimEnd();
}
