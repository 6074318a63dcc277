import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { reasonOf } from './file-error.ts';
import type { CommandIo, FileRead } from './io.ts';
import { listDirectory, readHead } from './read-directory.ts';
import { runTool } from './run-tool.ts';
import { fileReader, readFileNow } from './read-file.ts';
import { rewriteFile } from './rewrite-file.ts';
import { namesDirectory, unpack } from './unpack.ts';
import { readStream, UNSIZED_LIMIT_BYTES } from './unsized.ts';
import { writeFile } from './write-file.ts';

/** The real thing: this process's streams, files, environment and clock. */
export function processIo(): CommandIo {
  return {
    out: (text) => process.stdout.write(text),
    outBytes: (bytes) => process.stdout.write(bytes),
    err: (text) => process.stderr.write(text),
    write: writeFile,
    rewrite: rewriteFile,
    makeDirectory,
    namesDirectory,
    unpack,
    read: readBy(readFileNow),
    reader: () => readBy(fileReader()),
    readNow: readFileNow,
    readHead,
    list: listDirectory,
    runTool,
    threads: {
      count: availableParallelism(),
      // Where the bundle puts it (scripts/bundle-cli.ts).
      start: (program) => new Worker(new URL(`./commands/${program}.js`, import.meta.url)),
    },
    environment: process.env,
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    now: new Date(),
  };
}

/** Standard input can only be waited for. */
function readBy(readFile: (path: string) => FileRead): CommandIo['read'] {
  return (path) => (path === '-' ? readStandardInput() : Promise.resolve(readFile(path)));
}

function makeDirectory(path: string): string | null {
  try {
    mkdirSync(path, { recursive: true });
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

async function readStandardInput(): Promise<FileRead> {
  try {
    return { ok: true, bytes: await readStream(process.stdin, UNSIZED_LIMIT_BYTES) };
  } catch (error) {
    return { ok: false, text: reasonOf(error) };
  }
}
