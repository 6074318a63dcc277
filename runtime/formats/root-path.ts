import { FormatError } from '../bytes/format-error.ts';
import { FILE_TYPE } from './cpio-walk.ts';
import type { TreeNode } from './tree-node.ts';

/** Where a path leads: a name in a directory, or, for `.` and `..`, a directory itself (`name` is null). */
export interface Resolved {
  readonly directory: TreeNode;
  readonly name: string | null;
  /** Directories on the way that no member has made. */
  readonly isMissing: boolean;
}

/** Characters of link targets that may still be followed. */
export interface LinkBudget {
  steps: number;
}

/**
 * Follows a path as Linux does (fs/namei.c `link_path_walk`): from the root, through symbolic links in every part but
 * the last; empty parts and `.` stay, `..` at the root stays too.
 *
 * @param missing makes a directory that is not there, or gives null to give up.
 * @returns null where Linux refuses: a part that is no directory, is longer than NAME_MAX, or more than 40 links.
 * @throws FormatError `limit-link-steps`.
 */
export function resolvePath(
  root: TreeNode,
  path: string,
  { budget, missing }: { readonly budget: LinkBudget; readonly missing: MissingDirectory },
): Resolved | null {
  const pending = partsOf(path).reverse();
  let at: TreeNode = root;
  let isMissing = false;
  let links = 0;
  for (;;) {
    const part = pending.pop();
    if (part === undefined) return { directory: at, name: null, isMissing };
    if (part === '..') {
      at = at.parent ?? at;
      continue;
    }
    if (part.length > NAME_LIMIT) return null;
    if (pending.length === 0) return { directory: at, name: part, isMissing };
    const next = at.children?.get(part) ?? missing(at, part);
    if (next === null) return null;
    if (next.type === FILE_TYPE.symlink) {
      links += 1;
      if (links > LINK_LIMIT) return null;
      spend(budget, 1 + next.target.length);
      for (const step of partsOf(next.target).reverse()) pending.push(step);
      if (next.target.startsWith('/')) at = root;
      continue;
    }
    if (next.type !== FILE_TYPE.directory) return null;
    isMissing ||= !next.isMade;
    at = next;
  }
}

/** What stands in for a directory that is not there. */
export type MissingDirectory = (directory: TreeNode, name: string) => TreeNode | null;

/** NAME_MAX. */
const NAME_LIMIT = 255;
/** MAXSYMLINKS. */
const LINK_LIMIT = 40;

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** Forty links of two thousand parts in each of a million names would take hours. */
function spend(budget: LinkBudget, steps: number): void {
  budget.steps -= steps;
  if (budget.steps >= 0) return;
  const text = 'following the symbolic links of the archives takes more steps than any real ones need';
  throw new FormatError({ code: 'limit-link-steps', text, layer: '', offsetBytes: 0, lengthBytes: 0 });
}
