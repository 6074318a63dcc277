import { closeSync, fstatSync, openSync, readFileSync, readSync, type Stats } from 'node:fs';
import { reasonOf } from './file-error.ts';
import type { FileRead } from './io.ts';
import { plainView, readUnsized, UNSIZED_LIMIT_BYTES } from './unsized.ts';

/** Reads a whole file into memory of its own. */
export function readFileNow(path: string): FileRead {
  return attempted(() => opened(path, (file) => readWhole(file, fstatSync(file))));
}

/**
 * Reads one file after the other into the same memory: its pages are asked of the system once, not for each file.
 *
 * The bytes that it gives are good until it is called again.
 */
export function fileReader(): (path: string) => FileRead {
  let room = new Uint8Array(0);
  const readOpen = (file: number): Uint8Array => {
    const status = fstatSync(file);
    if (!isSized(status) || status.size > KEPT_LIMIT_BYTES) return readWhole(file, status);
    if (status.size > room.length) room = new Uint8Array(roomFor(status.size));
    return filled(file, room.subarray(0, status.size));
  };
  return (path) => attempted(() => opened(path, readOpen));
}

function opened(path: string, read: (file: number) => Uint8Array): Uint8Array {
  const file = openSync(path, 'r');
  try {
    return read(file);
  } finally {
    closeSync(file);
  }
}

function readWhole(file: number, status: Stats): Uint8Array {
  return isSized(status) ? plainView(readFileSync(file)) : readUnsized(file, UNSIZED_LIMIT_BYTES);
}

/** Files of the kernel say that they are empty, and devices and pipes say nothing. */
function isSized(status: Stats): boolean {
  return status.isFile() && status.size > 0;
}

/** A larger file gets memory of its own, which is not kept. */
const KEPT_LIMIT_BYTES = 128 * 1024 * 1024;

/** Half as much again, so that slowly growing files do not ask for new room each; untouched pages cost nothing. */
function roomFor(sizeBytes: number): number {
  return Math.min(KEPT_LIMIT_BYTES, Math.ceil(sizeBytes * 1.5));
}

/** Fills the room from the file's start; less when the file has become shorter since it was measured. */
function filled(file: number, room: Uint8Array): Uint8Array {
  let read = 0;
  for (let more = 1; more > 0 && read < room.length; read += more) {
    more = readSync(file, room, read, room.length - read, read);
  }
  return room.subarray(0, read);
}

function attempted(read: () => Uint8Array): FileRead {
  try {
    return { ok: true, bytes: read() };
  } catch (error) {
    return { ok: false, text: reasonOf(error) };
  }
}
