import { readFileSync } from 'node:fs';
import type { CommandIo, FileRead } from './io.ts';

/** The real thing: this process's streams, files, environment and clock. */
export function processIo(): CommandIo {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    read: (path) => (path === '-' ? readStandardInput() : Promise.resolve(readNow(path))),
    readNow,
    environment: process.env,
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    now: new Date(),
  };
}

function readNow(path: string): FileRead {
  try {
    return { ok: true, bytes: plainView(readFileSync(path)) };
  } catch (error) {
    return { ok: false, text: reasonOf(error) };
  }
}

async function readStandardInput(): Promise<FileRead> {
  try {
    const chunks: Buffer[] = [];
    const input: AsyncIterable<Uint8Array> = process.stdin;
    for await (const chunk of input) chunks.push(Buffer.from(chunk));
    return { ok: true, bytes: plainView(Buffer.concat(chunks)) };
  } catch (error) {
    return { ok: false, text: reasonOf(error) };
  }
}

/** Not a Buffer, whose `slice` does not copy. */
function plainView(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no such file',
  ENOTDIR: 'part of the path is not a directory',
  EPERM: 'permission denied',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return REASONS[code] ?? error.message;
}
