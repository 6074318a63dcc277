import { main } from '../../../apps/cli/main.ts';
import type { CommandIo } from '../../../apps/cli/io.ts';

/** Files by path; a text instead of bytes says why a file cannot be read. */
export type MemoryFiles = Readonly<Record<string, Uint8Array | { readonly unreadable: string }>>;

/** How a run of the command line ended. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The bytes of a text. */
export function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

/** Runs the command line without a process: files, environment and clock are the test's. */
export async function run(
  words: readonly string[],
  files: MemoryFiles = {},
  host: Partial<CommandIo> = {},
): Promise<Run> {
  const written = { out: '', err: '' };
  const readNow: CommandIo['readNow'] = (path) => {
    const file = files[path] ?? { unreadable: 'no such file' };
    return 'unreadable' in file ? { ok: false, text: file.unreadable } : { ok: true, bytes: file };
  };
  const code = await main(words, {
    out: (chunk) => (written.out += chunk),
    outBytes: (bytes) => (written.out += Buffer.from(bytes).toString('latin1')),
    write: () => 'these files are in memory',
    rewrite: () => 'these files are in memory',
    makeDirectory: () => 'these files are in memory',
    namesDirectory: (path) => path.endsWith('/'),
    unpack: () => ({ ok: false, text: 'these files are in memory' }),
    err: (chunk) => (written.err += chunk),
    read: (path) => Promise.resolve(readNow(path)),
    reader: () => oneAtATime(host.read ?? ((path) => Promise.resolve(readNow(path)))),
    readNow,
    readHead: (path, lengthBytes) => {
      const read = readNow(path);
      return read.ok ? { ...read, bytes: read.bytes.subarray(0, lengthBytes), sizeBytes: read.bytes.length } : read;
    },
    list: (path) => listed(path, files),
    runTool: () => ({ kind: 'missing' }),
    threads: null,
    environment: {},
    outIsTerminal: false,
    errIsTerminal: false,
    now: new Date('2026-06-01T00:00:00Z'),
    ...host,
  });
  return { code, ...written };
}

/** Spoils what it gave before, as a reader may: who keeps a file's bytes is found out. */
function oneAtATime(read: CommandIo['read']): CommandIo['read'] {
  let given = new Uint8Array(0);
  return async (path) => {
    const file = await read(path);
    given.fill(0xaa);
    if (!file.ok) return file;
    given = Uint8Array.from(file.bytes);
    return { ok: true, bytes: given };
  };
}

/** A path is a directory when others go through it. */
function listed(path: string, files: MemoryFiles): ReturnType<CommandIo['list']> {
  const inside = Object.keys(files).filter((name) => name.startsWith(`${path}/`));
  if (inside.length === 0) return null;
  const names = new Map(
    inside.map((name) => {
      const [first = '', ...rest] = name.slice(path.length + 1).split('/');
      return [first, rest.length === 0 ? 'file' : 'directory'] as const;
    }),
  );
  return [...names].map(([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
