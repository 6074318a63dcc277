import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One compressed payload, and the program that decodes it. */
export interface CodecContest {
  readonly title: string;
  readonly codec: string;
  readonly program: string;
  /** The compressed file; null when the program is not installed. */
  readonly path: string | null;
}

/** The payload in every compression of the kernel, and scripts that decode one in a Node of their own. */
export interface CodecScene {
  readonly payloadBytes: number;
  readonly contests: readonly CodecContest[];
  /** Arguments: codec, `portable` or `node`, file. Prints its peak memory in bytes. */
  readonly decodeScript: string;
  /** Arguments: `gunzipSync` or `zstdDecompressSync`, file: Node's own function and nothing else. */
  readonly bareScript: string;
  /** Prints the peak memory of a Node that does nothing. */
  readonly idleScript: string;
}

const PAYLOAD_BYTES = 40_000_000;

/** Compressed as the kernel's build does (scripts/Makefile.lib), and once as most initrds are. */
const RECIPES = [
  { title: 'gzip', codec: 'gzip', program: 'gzip', command: 'gzip -n9' },
  { title: 'zstd of the kernel', codec: 'zstd', program: 'zstd', command: 'zstd -q -22 --ultra --long=27' },
  { title: 'zstd of an initrd', codec: 'zstd', program: 'zstd', command: 'zstd -q -9' },
  { title: 'xz', codec: 'xz', program: 'xz', command: 'xz --check=crc32 --x86 --lzma2=,dict=128MiB' },
  { title: 'lzma', codec: 'lzma', program: 'lzma', command: 'lzma -9' },
  { title: 'lz4', codec: 'lz4', program: 'lz4', command: 'lz4 -q -l -9 -c' },
  { title: 'lzo', codec: 'lzo', program: 'lzop', command: 'lzop -9' },
  { title: 'bzip2', codec: 'bzip2', program: 'bzip2', command: 'bzip2 -9' },
] as const;

/**
 * Compresses 40 MB from the middle of the running Node's own program: machine code, tables and text, as a kernel is.
 *
 * Compressing takes a minute or two, so the files stay in the temporary folder, under the payload's digest.
 */
export function setCodecScene(): CodecScene {
  const program = readFileSync(process.execPath);
  const start = Math.max(0, (program.length - PAYLOAD_BYTES) >> 1);
  const payload = program.subarray(start, start + PAYLOAD_BYTES);
  if (payload.length < PAYLOAD_BYTES) {
    throw new Error(`${process.execPath} is too small to stand for a kernel: use a Node that is one file`);
  }
  const digest = createHash('sha256').update(payload).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `bootpol-bench-payload-${digest}`);
  mkdirSync(folder, { recursive: true });
  const put = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const payloadPath = put('payload', payload);
  return {
    payloadBytes: PAYLOAD_BYTES,
    contests: RECIPES.map(({ command, ...rest }) => ({ ...rest, path: compressed(payloadPath, command) })),
    decodeScript: put('decode.mjs', decodeScript()),
    bareScript: put('bare.mjs', BARE_SCRIPT),
    idleScript: put('idle.mjs', PEAK_SCRIPT),
  };
}

function compressed(payloadPath: string, command: string): string | null {
  const path = `${payloadPath}.${command.replace(/\W+/g, '-')}`;
  if (existsSync(path)) return path;
  const { status, stderr } = spawnSync('bash', ['-c', `${command} <"$0" >"$0.part"`, payloadPath], {
    encoding: 'utf8',
  });
  if (status === 127) return null;
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${stderr}`);
  renameSync(`${payloadPath}.part`, path);
  return path;
}

/** VmHWM is the peak of this program alone (proc(5)). */
const PEAK_SCRIPT = `import { readFileSync as readText } from 'node:fs';
console.log(1024 * Number(/^VmHWM:\\s+(\\d+) kB/m.exec(readText('/proc/self/status', 'utf8'))[1]));
`;

const BARE_SCRIPT = `import { readFileSync } from 'node:fs';
import zlib from 'node:zlib';
const [decode, file] = process.argv.slice(2);
zlib[decode](readFileSync(file));
`;

function decodeScript(): string {
  const from = (path: string): string => JSON.stringify(pathToFileURL(resolve('dist', path)).href);
  return `import { readFileSync } from 'node:fs';
import { nativeEngine } from ${from('native-engine.js')};
import { decode } from ${from('runtime/codecs/codec.js')};
import { portableEngine } from ${from('runtime/codecs/portable-engine.js')};
const [codec, engine, file] = process.argv.slice(2);
const request = { layer: 'file', baseOffsetBytes: 0, outputLimitBytes: 2 ** 29, exactSizeBytes: null, streams: 'all' } as const;
const { bytes } = decode(codec, readFileSync(file), {
  ...request,
  engine: engine === 'node' ? nativeEngine() : portableEngine(),
});
if (bytes.length !== ${String(PAYLOAD_BYTES)}) throw new Error('other bytes were decoded');
${PEAK_SCRIPT}`;
}
