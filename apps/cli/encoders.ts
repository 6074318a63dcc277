import { constants, gzipSync } from 'node:zlib';
import { withoutLzopTime } from '../../forge/index.ts';
import type { CommandIo } from './io.ts';

/** Compressions that a zboot image has had. */
export const ZBOOT_CODECS = ['gzip', 'lz4', 'lzma', 'lzo', 'xz', 'zstd'] as const;
export type ZbootCodec = (typeof ZBOOT_CODECS)[number];

/** Compressed bytes with the name of what made them, or why there are none. */
export type Encoding =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly encoder: string }
  | { readonly ok: false; readonly text: string };

/**
 * Compresses as `scripts/Makefile.lib` of Linux does, and as hard, with programs of the distribution; gzip, where there is
 * no such program, with Node's own.
 *
 * xz gets what scripts/xz_wrap.sh gives it: a CRC32 and the branch filter of the architecture, where the program knows
 * it; but a dictionary no larger than the bytes need. `harder` asks for the smallest that there is, however long it takes.
 */
export function encode(codec: ZbootCodec, bytes: Uint8Array, how: EncodeOptions): Encoding {
  const { effort, io, code } = how;
  const { program, package: owner, usual, harder } = ENCODERS[codec];
  const words = [...(effort === 'usual' ? usual : harder.words), ...(codec === 'xz' ? xzFilters(bytes, how) : [])];
  const tool = effort === 'usual' ? program : harder.program;
  const run = io.runTool(tool, [...words, '-c', ...(codec === 'lz4' ? ['-'] : [])], bytes);
  switch (run.kind) {
    case 'missing':
      if (codec === 'gzip' && effort === 'usual') return gzipEncoding(bytes);
      return { ok: false, text: `${codec} needs the program \`${tool}\`; install the package ${owner}` };
    case 'failed':
      // xz learnt the filters of newer architectures one by one.
      if (codec === 'xz' && code !== null) return encode(codec, bytes, { ...how, code: null });
      return { ok: false, text: `\`${tool}\` cannot compress: ${run.text}` };
    case 'done':
      return { ok: true, bytes: timeless(codec, run.bytes), encoder: `${toolVersion(tool, io)} ${words.join(' ')}` };
  }
}

export interface EncodeOptions {
  readonly effort: 'usual' | 'harder';
  /** The architecture whose code the bytes hold, for a branch filter; null for none. */
  readonly code: string | null;
  readonly io: CommandIo;
}

function timeless(codec: ZbootCodec, bytes: Uint8Array): Uint8Array {
  return codec === 'lzo' ? withoutLzopTime(bytes) : bytes;
}

/** A program with its version, as it tells it itself. */
export function toolVersion(program: string, io: CommandIo): string {
  const run = io.runTool(program, ['--version'], new Uint8Array(0));
  if (run.kind !== 'done') return program;
  const version = /\d+\.\d[\w.]*/.exec(new TextDecoder().decode(run.bytes))?.[0];
  return version === undefined ? program : `${program} ${version}`;
}

interface Encoder {
  readonly program: string;
  readonly package: string;
  readonly usual: readonly string[];
  readonly harder: { readonly program: string; readonly words: readonly string[] };
}

const ENCODERS: Readonly<Record<ZbootCodec, Encoder>> = {
  gzip: { program: 'gzip', package: 'gzip', usual: ['-n', '-9'], harder: { program: 'pigz', words: ['-n', '-11'] } },
  lz4: { program: 'lz4', package: 'lz4', usual: ['-l', '-9'], harder: { program: 'lz4', words: ['-l', '-12'] } },
  lzma: {
    ...{ program: 'xz', package: 'xz-utils', usual: ['--format=lzma', '-9'] },
    harder: { program: 'xz', words: ['--format=lzma', '-9e'] },
  },
  lzo: { program: 'lzop', package: 'lzop', usual: ['-9'], harder: { program: 'lzop', words: ['-9'] } },
  xz: {
    ...{ program: 'xz', package: 'xz-utils', usual: ['--check=crc32'] },
    harder: { program: 'xz', words: ['--check=crc32'] },
  },
  zstd: {
    ...{ program: 'zstd', package: 'zstd', usual: ['-22', '--ultra'] },
    harder: { program: 'zstd', words: ['-22', '--ultra'] },
  },
};

/** scripts/xz_wrap.sh asks for 128 MiB; more than the bytes themselves buys nothing but memory. */
function xzFilters({ length }: Uint8Array, { effort, code }: EncodeOptions): readonly string[] {
  const mebibytes = 2 ** Math.ceil(Math.log2(Math.max(1, length / 2 ** 20)));
  const { filter, options } = XZ_BRANCHES[code ?? ''] ?? { filter: [], options: '' };
  return [...filter, `--lzma2=${effort === 'usual' ? '' : 'preset=9e,'}dict=${Math.min(128, mebibytes)}MiB${options}`];
}

const XZ_BRANCHES: Readonly<Record<string, { readonly filter: readonly string[]; readonly options: string }>> = {
  arm64: { filter: ['--arm64'], options: ',lc=2,lp=2,pb=2' },
  riscv64: { filter: ['--riscv'], options: '' },
  'x86-64': { filter: ['--x86'], options: '' },
};

/** `gzip -n -9`: ten header bytes without name or time, which is all that the stub skips. */
function gzipEncoding(bytes: Uint8Array): Encoding {
  const encoded = Uint8Array.from(gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
  encoded[GZIP_SYSTEM_AT] = GZIP_UNIX;
  return { ok: true, bytes: encoded, encoder: `node:zlib ${process.versions.zlib} -9` };
}

const GZIP_SYSTEM_AT = 9;
const GZIP_UNIX = 3;
