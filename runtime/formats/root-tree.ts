import { FormatError } from '../bytes/format-error.ts';
import { type CpioEntry, FILE_TYPE, isSkipped } from './cpio-walk.ts';
import { escapeName } from './cpio-name.ts';
import { type LinkBudget, resolvePath } from './root-path.ts';
import type { PlacedEntry, TreeNode } from './tree-node.ts';

/** An earlier member that a later one replaces or removes. */
export interface Replacement {
  readonly earlier: PlacedEntry;
  readonly later: PlacedEntry;
}

/** Whether there is something at a path; `unsure` where no member made a directory on the way. */
export type Presence = 'present' | 'absent' | 'unsure';

/** The root file system that an initrd is unpacked into, as far as its own archives make it. */
export interface RootTree {
  /**
   * Unpacks one entry.
   *
   * @returns what it replaces or removes; null when nothing.
   * @throws FormatError `limit-members`, `limit-link-steps`.
   */
  unpack(placed: PlacedEntry): Replacement | null;
  /** @throws FormatError `limit-link-steps`. */
  presenceOf(path: string): Presence;
}

/**
 * Makes an empty root file system.
 *
 * Follows Linux init/initramfs.c (`clean_path`, `maybe_link`, `do_name`, `do_symlink`): names are resolved from the root,
 * through the links of earlier members; what has another type is removed first; a regular file is emptied and written
 * anew, and hard links of one archive share their contents. Directories that no member makes may come from the archive
 * inside the kernel, so they are taken to be there, and answers about what lies in them are unsure.
 */
export function emptyRoot(): RootTree {
  const root: TreeNode = { ...newNode(FILE_TYPE.directory, null), isMade: true };
  const state: TreeState = { root, links: new Map(), scope: 0, nodes: 0, budget: { steps: LINK_STEP_LIMIT } };
  return {
    unpack: (placed) => (isSkipped(placed.entry) ? null : unpackEntry(placed, state)),
    presenceOf: (path) => presenceOf(escapeName(path), state),
  };
}

const NODE_LIMIT = 262_144;
const LINK_STEP_LIMIT = 67_108_864;
const NO_TYPE = 0;
const SPECIAL_TYPES: readonly number[] = [FILE_TYPE.character, FILE_TYPE.block, FILE_TYPE.fifo, FILE_TYPE.socket];

interface TreeState {
  readonly root: TreeNode;
  /** Name of the first entry of each inode since the last trailer. */
  readonly links: Map<string, string>;
  scope: number;
  nodes: number;
  readonly budget: LinkBudget;
}

interface Place {
  readonly directory: TreeNode;
  readonly name: string;
  readonly isMissing: boolean;
}

function newNode(type: number, parent: TreeNode | null, target = ''): TreeNode {
  return { type, parent, target, children: null, isMade: false, origin: null };
}

function unpackEntry(placed: PlacedEntry, state: TreeState): Replacement | null {
  if (placed.linkScope !== state.scope) state.links.clear();
  state.scope = placed.linkScope;
  const { mode, name: path } = placed.entry;
  const type = mode & FILE_TYPE.mask;
  const place = resolvePath(state.root, path, {
    budget: state.budget,
    missing: (directory, name) =>
      addNode(newNode(FILE_TYPE.directory, directory), { directory, name, isMissing: true }, state),
  });
  if (place === null) return null;
  if (place.name !== null) return unpackAt({ ...place, name: place.name }, placed, state);
  if (type === FILE_TYPE.directory) place.directory.isMade ||= !place.isMissing;
  return null;
}

/** `do_name` and `do_symlink`, once the place is known. */
function unpackAt(place: Place, placed: PlacedEntry, state: TreeState): Replacement | null {
  const type = placed.entry.mode & FILE_TYPE.mask;
  const removed = cleanPath(place, type === FILE_TYPE.symlink ? NO_TYPE : type);
  const replaced = replacementOf(removed, placed);
  if (type === NO_TYPE || !ALL_TYPES.includes(type)) return replaced;
  const first = firstOfInode(placed.entry, type, state);
  if (first !== null) return linkTo(first, { place, placed, state }) ?? replaced;
  const existing = place.directory.children?.get(place.name);
  if (existing !== undefined) return overwrite(existing, type, { place, placed, state });
  const parent = type === FILE_TYPE.directory ? place.directory : null;
  const node = addNode(newNode(type, parent, placed.entry.target), place, state);
  node.isMade = !place.isMissing;
  node.origin = placed;
  return replaced;
}

const ALL_TYPES: readonly number[] = [FILE_TYPE.regular, FILE_TYPE.directory, FILE_TYPE.symlink, ...SPECIAL_TYPES];

/** `clean_path`: what has another type goes, a directory only when it is empty. */
function cleanPath({ directory, name }: Place, type: number): TreeNode | null {
  const existing = directory.children?.get(name);
  if (existing === undefined || existing.type === type) return null;
  if (existing.children !== null && existing.children.size > 0) return null;
  directory.children?.delete(name);
  return existing;
}

/** `maybe_link`, `find_link`: the name under which the inode was first made in this archive; null for the first. */
function firstOfInode({ links, inode, name }: CpioEntry, type: number, state: TreeState): string | null {
  if (links < 2 || (type !== FILE_TYPE.regular && !SPECIAL_TYPES.includes(type))) return null;
  const key = `${type} ${inode}`;
  const first = state.links.get(key);
  if (first === undefined) state.links.set(key, name);
  return first ?? null;
}

interface Unpacking {
  readonly place: Place;
  readonly placed: PlacedEntry;
  readonly state: TreeState;
}

/** Gives the first name's file a second name, and new contents when the entry has some. */
function linkTo(first: string, { place, placed, state }: Unpacking): Replacement | null {
  const removed = cleanPath(place, NO_TYPE);
  const replaced = replacementOf(removed, placed);
  const node = nodeAt(first, state);
  if (node === null || place.directory.children?.has(place.name) === true) return replaced;
  addNode(node, place, state);
  if (node.type !== FILE_TYPE.regular || placed.entry.sizeBytes === 0) return replaced;
  const lost = node.origin !== null && node.origin.entry.sizeBytes > 0 ? node.origin : null;
  node.origin = placed;
  return lost === null ? replaced : { earlier: lost, later: placed };
}

/** A regular file is emptied and written anew; directories and devices stay, with other owners and permissions. */
function overwrite(existing: TreeNode, type: number, { place, placed }: Unpacking): Replacement | null {
  if (existing.type !== type) return null;
  existing.isMade ||= !place.isMissing;
  if (type !== FILE_TYPE.regular) return null;
  const replaced = replacementOf(existing, placed);
  existing.origin = placed;
  return replaced;
}

function replacementOf(node: TreeNode | null, later: PlacedEntry): Replacement | null {
  const earlier = node?.origin ?? null;
  return earlier === null ? null : { earlier, later };
}

function addNode(node: TreeNode, { directory, name }: Place, state: TreeState): TreeNode {
  state.nodes += 1;
  if (state.nodes > NODE_LIMIT) {
    const text = `the archives make more than ${NODE_LIMIT} files and directories`;
    throw new FormatError({ code: 'limit-members', text, layer: '', offsetBytes: 0, lengthBytes: 0 });
  }
  directory.children ??= new Map();
  directory.children.set(name, node);
  return node;
}

/** The node at a path, not following a link in its last part; null when there is none. */
function nodeAt(path: string, { root, budget }: TreeState): TreeNode | null {
  const place = resolvePath(root, path, { budget, missing: () => null });
  if (place === null) return null;
  return place.name === null ? place.directory : (place.directory.children?.get(place.name) ?? null);
}

function presenceOf(path: string, { root, budget }: TreeState): Presence {
  const place = resolvePath(root, path, { budget, missing: () => null });
  if (place === null) return 'absent';
  if (place.name === null) return place.isMissing ? 'unsure' : 'present';
  const node = place.directory.children?.get(place.name);
  if (node === undefined) return 'absent';
  return place.isMissing || !node.isMade ? 'unsure' : 'present';
}
