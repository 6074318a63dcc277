import type { Worker } from 'node:worker_threads';
import type { ArchiveMember } from '../../index.ts';
import type { Unpacked } from './unpack.ts';

/** What reading a file gives: its bytes, or why there are none, such as `no such file`. */
export type FileRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly text: string };

export type FileHead =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly sizeBytes: number }
  | { readonly ok: false; readonly text: string };

/** What one name in a directory stands for; `special`: devices, pipes and sockets. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'special';
}

/** What became of a program that was run; `text` is what it complained of. */
export type ToolRun =
  | { readonly kind: 'done'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly text: string };

/** Everything that a command may touch outside itself; tests hand in their own. */
export interface CommandIo {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  readonly outBytes: (bytes: Uint8Array) => void;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  /** Reads a file; `-` is standard input. */
  readonly read: (path: string) => Promise<FileRead>;
  /** Reads files one after the other, as `read` does; what it gives is good until it is asked for the next one. */
  readonly reader: () => CommandIo['read'];
  /** The first bytes of a regular file, links not followed; and how many it has in all. */
  readonly readHead: (path: string, lengthBytes: number) => FileHead;
  /** What is in a directory, in the order of names; null when the path is none, or the reason why it cannot be read. */
  readonly list: (path: string) => readonly DirectoryEntry[] | string | null;
  /** Reads a file at once; never standard input. */
  readonly readNow: (path: string) => FileRead;
  /** Writes a file, never through a link; says why it did not, or null. */
  readonly write: (path: string, bytes: Uint8Array, mode: 'new' | 'replace') => string | null;
  /** Gives other contents to a file of the user's own, at once; says why it did not, or null. */
  readonly rewrite: (path: string, bytes: Uint8Array) => string | null;
  /** Makes a directory and those above it, where they are not there; says why it did not, or null. */
  readonly makeDirectory: (path: string) => string | null;
  /** Whether a path is a directory or is written as one. */
  readonly namesDirectory: (path: string) => boolean;
  /** Writes the members of an archive into a new or empty directory, and nowhere else. */
  readonly unpack: (path: string, members: Iterable<ArchiveMember>) => Unpacked;
  /** Runs a program, without a shell, over some bytes, and gives what it prints. */
  readonly runTool: (program: string, words: readonly string[], input: Uint8Array) => ToolRun;
  /** Threads that run programs of this folder (`NAME-worker.ts`), and how many are worth having; null where there are none. */
  readonly threads: { readonly count: number; readonly start: (program: string) => Worker } | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether standard output, and standard error, are terminals. */
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** The moment of the run. */
  readonly now: Date;
}

/** Writes the one line that says what stopped a command, or a part of it. */
export function complain(io: CommandIo, text: string): void {
  io.err(`bootpol: ${text}\n`);
}
