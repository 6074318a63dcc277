import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { reasonOf } from './file-error.ts';
import type { DirectoryEntry, FileHead } from './io.ts';

/** What is in a directory, in the order of names' code units; null for no directory, a text for one that is unreadable. */
export function listDirectory(path: string): readonly DirectoryEntry[] | string | null {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.map(entryOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return reasonOf(error);
  }
}

/** The first bytes of a regular file; nothing else is opened, neither through a link nor a pipe that would block. */
export function readHead(path: string, lengthBytes: number): FileHead {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = fstatSync(file);
      if (!status.isFile()) return { ok: false, text: 'it is no regular file' };
      const bytes = new Uint8Array(Math.min(lengthBytes, status.size));
      let read = 0;
      for (let more = 1; more > 0 && read < bytes.length; read += more) {
        more = readSync(file, bytes, read, bytes.length - read, read);
      }
      return { ok: true, bytes: bytes.subarray(0, read), sizeBytes: status.size };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { ok: false, text: reasonOf(error) };
  }
}

function entryOf(entry: Dirent): DirectoryEntry {
  const { name } = entry;
  if (entry.isSymbolicLink()) return { name, kind: 'link' };
  if (entry.isDirectory()) return { name, kind: 'directory' };
  return { name, kind: entry.isFile() ? 'file' : 'special' };
}
