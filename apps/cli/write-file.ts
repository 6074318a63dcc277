import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { reasonOf } from './file-error.ts';

/** `new`: nothing may be there yet; `replace`: a regular file may. */
export type WriteMode = 'new' | 'replace';

/**
 * Writes a file so that nothing but that file can come to hold the bytes: no symbolic link is followed, neither at the
 * path itself nor in the folders on its way, and nothing that is not a regular file is opened.
 *
 * The bytes go to a new file first (O_EXCL: the kernel refuses a link as well as a file), in the same folder, and take
 * the name when they are complete. So a file that is replaced is never seen half written, and other names of it (hard
 * links) keep the old contents.
 *
 * @returns why nothing was written, or null.
 */
export function writeFile(path: string, bytes: Uint8Array, mode: WriteMode): string | null {
  try {
    const folder = dirname(path);
    return folderFault(folder) ?? targetFault(path, mode) ?? replaceFile(path, bytes, mode);
  } catch (error) {
    return reasonOf(error);
  }
}

/** The path of the folder as it is written must be its real one. */
export function folderFault(folder: string): string | null {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return `there is no directory \`${folder}\``;
  const real = realpathSync.native(folder);
  if (real === resolve(folder)) return null;
  return `a symbolic link is on its way: \`${folder}\` really is \`${real}\``;
}

function targetFault(path: string, mode: WriteMode): string | null {
  const there = statusOf(path);
  if (path.endsWith('/') && there === null) return 'it names a directory';
  if (there === null) return null;
  if (there.isSymbolicLink()) return 'it is a symbolic link, which bootpol never writes through';
  if (there.isDirectory()) return 'it is a directory';
  if (!there.isFile()) return 'it is no regular file';
  return mode === 'replace' ? null : 'it exists; `--force` replaces it';
}

/** What is at a path, links not followed; null when nothing is. */
export function statusOf(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function replaceFile(path: string, bytes: Uint8Array, mode: WriteMode): string | null {
  if (mode === 'new') {
    createFile(path, bytes);
    return null;
  }
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  createFile(draft, bytes);
  try {
    renameSync(draft, path);
    return null;
  } catch (error) {
    unlinkSync(draft);
    throw error;
  }
}

/** Makes a file that was not there, and writes it; takes it away again when writing fails. */
export function createFile(path: string, bytes: Uint8Array, permissions = 0o666): void {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, permissions);
  try {
    // Opening goes by names: a folder may have been exchanged for a link since it was looked at.
    if (!isStillThere(path, fstatSync(file))) throw new Error('a folder on its way was exchanged meanwhile');
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  } catch (error) {
    if (isStillThere(path, fstatSync(file))) unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Gives other contents to a regular file that is there, for all its names. */
export function overwriteFile(path: string, bytes: Uint8Array): void {
  const file = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    if (!isStillThere(path, fstatSync(file))) throw new Error('a folder on its way was exchanged meanwhile');
    ftruncateSync(file);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  } finally {
    closeSync(file);
  }
}

/** Whether the path still leads, without links, to the file that was opened. */
function isStillThere(path: string, opened: Stats): boolean {
  const there = statusOf(path);
  return there?.ino === opened.ino && there.dev === opened.dev && folderFault(dirname(path)) === null;
}
