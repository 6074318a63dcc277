import { linkSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ArchiveMember } from '../../index.ts';
import { reasonOf } from './file-error.ts';
import { createFile, folderFault, overwriteFile, statusOf } from './write-file.ts';

/** How unpacking went: why nothing was begun, or what was written and what was not. */
export type Unpacked =
  | { readonly ok: false; readonly text: string }
  | {
      readonly ok: true;
      readonly files: number;
      readonly directories: number;
      /** Links, devices, pipes and sockets: never made. */
      readonly special: number;
      /** Members that could not be written, each with the reason. */
      readonly refused: readonly string[];
    };

/** Whether `OUT` asks for the members of an archive: a directory, or a path that ends as one. */
export function namesDirectory(out: string): boolean {
  return out.endsWith('/') || statusOf(out)?.isDirectory() === true;
}

/**
 * Writes the files and directories of an archive into a new or empty directory, as Linux unpacks an initrd: a later member
 * replaces an earlier one of its name, and names of one inode are one file.
 *
 * Nothing is written outside: names are paths from the directory, `..` is refused, symbolic links and devices are never
 * made, every folder on the way must be one that was made here. Permissions are 755 or 644, less the umask.
 */
export function unpack(out: string, members: Iterable<ArchiveMember>): Unpacked {
  const root = out.replace(/(?<=.)\/+$/, '');
  try {
    const text = rootFault(root);
    if (text !== null) return { ok: false, text };
    return writeMembers(root, members);
  } catch (error) {
    return { ok: false, text: reasonOf(error) };
  }
}

function rootFault(root: string): string | null {
  const there = statusOf(root);
  if (there === null) {
    const fault = folderFault(dirname(root));
    if (fault === null) mkdirSync(root);
    return fault;
  }
  if (there.isSymbolicLink()) return 'it is a symbolic link, which bootpol never writes through';
  if (!there.isDirectory()) return 'it is no directory';
  return folderFault(root) ?? (readdirSync(root).length > 0 ? 'it is not empty' : null);
}

interface MadeFile {
  readonly linkKey: string | null;
}

interface Tree {
  readonly root: string;
  /** What was made, by path. */
  readonly made: Map<string, 'directory' | MadeFile>;
  /** A path of each file that may have several names. */
  readonly links: Map<string, string>;
}

function writeMembers(root: string, members: Iterable<ArchiveMember>): Unpacked {
  const tree: Tree = { root, made: new Map([[root, 'directory']]), links: new Map() };
  const refused: string[] = [];
  let special = 0;
  for (const member of members) {
    if (member.kind === 'special') {
      special += 1;
      continue;
    }
    const fault = writeMember(member, tree);
    if (fault !== null) refused.push(`\`${member.name}\`: ${fault}`);
  }
  const kinds = [...tree.made.values()];
  const files = kinds.filter((kind) => kind !== 'directory').length;
  return { ok: true, files, directories: kinds.length - files - 1, special, refused };
}

function writeMember(member: ArchiveMember, tree: Tree): string | null {
  const parts = member.name.split('/').filter((part) => part !== '' && part !== '.');
  const last = parts.pop();
  if (parts.includes('..') || last === '..') return 'the name leads out of the archive';
  if (last === undefined) return null;
  try {
    let folder = tree.root;
    for (const part of parts) {
      folder = join(folder, part);
      const fault = makeDirectory(folder, tree);
      if (fault !== null) return fault;
    }
    const path = join(folder, last);
    return member.kind === 'directory' ? makeDirectory(path, tree) : makeFile(path, member, tree);
  } catch (error) {
    return reasonOf(error);
  }
}

function makeDirectory(path: string, { made }: Tree): string | null {
  const there = made.get(path);
  if (there === undefined) mkdirSync(path, 0o755);
  else if (there !== 'directory') return 'a file of the archive has the name of its folder';
  made.set(path, 'directory');
  return null;
}

/** Names of one inode are names of one file; whichever entry has contents gives them to all. */
function makeFile(path: string, { bytes, isExecutable, linkKey }: ArchiveMember, tree: Tree): string | null {
  const there = tree.made.get(path);
  if (there === 'directory') return 'a directory of the archive has its name';
  if (there !== undefined) removeFile(path, there, tree);
  const other = linkKey === null ? undefined : tree.links.get(linkKey);
  if (other === undefined) createFile(path, bytes, isExecutable ? 0o755 : 0o644);
  else {
    linkSync(other, path);
    if (bytes.length > 0) overwriteFile(path, bytes);
  }
  tree.made.set(path, { linkKey });
  if (linkKey !== null) tree.links.set(linkKey, path);
  return null;
}

function removeFile(path: string, { linkKey }: MadeFile, { links }: Tree): void {
  unlinkSync(path);
  if (linkKey !== null && links.get(linkKey) === path) links.delete(linkKey);
}
