import { performance } from 'node:perf_hooks';
import { type CodecCost, type DecodeTime, decodePayload } from '../../index.ts';
import { encode, toolVersion, type ZbootCodec } from './encoders.ts';
import type { CommandIo } from './io.ts';

/** How often everything is decoded, and with what. */
export interface MeasuringOptions {
  readonly runs: number;
  readonly io: CommandIo;
}

/** What is to be encoded; `code` is the architecture of the code in it, null for none. */
export interface MeasuredContents {
  readonly contents: Uint8Array;
  readonly code: string | null;
}

/** Encodes with one codec, and measures how long a program of the system and bootpol itself take to decode. */
export function measureCodec(codec: ZbootCodec, what: MeasuredContents, options: MeasuringOptions): CodecCost {
  const { contents, code } = what;
  const { io, runs } = options;
  const encoding = encode(codec, contents, { effort: 'usual', code, io });
  if (!encoding.ok) return { ...NOTHING_MEASURED, codec, error: encoding.text };
  const own = timed(runs, () => decodePayload(codec, encoding.bytes, contents.length));
  return {
    codec,
    error: null,
    encoder: encoding.encoder,
    sizeBytes: encoding.bytes.length,
    ratio: encoding.bytes.length / Math.max(1, contents.length),
    native: nativeTime(codec, { encoded: encoding.bytes, contents }, options),
    own: own.isSame(contents) ? { decoder: 'bootpol', ...own.times } : null,
  };
}

/** Milliseconds that starting a program takes; null when none can be started. */
export function measureStart({ runs, io }: MeasuringOptions): number | null {
  const started = timed(runs, () => {
    const run = io.runTool('gzip', ['--version'], new Uint8Array(0));
    return run.kind === 'done' ? run.bytes : null;
  });
  return started.last === null ? null : started.times.medianMilliseconds;
}

const NOTHING_MEASURED = { encoder: null, sizeBytes: null, ratio: null, native: null, own: null } as const;

const DECODERS: Readonly<Record<ZbootCodec, readonly [program: string, ...words: string[]]>> = {
  gzip: ['gzip', '-d', '-c'],
  lz4: ['lz4', '-d', '-c', '-'],
  lzma: ['xz', '--format=lzma', '-d', '-c'],
  lzo: ['lzop', '-d', '-c'],
  xz: ['xz', '-d', '-c'],
  zstd: ['zstd', '-d', '-q', '--memory=2048MB', '-c'],
};

/** A program that does not give the same contents back has not been measured. */
function nativeTime(
  codec: ZbootCodec,
  { encoded, contents }: { readonly encoded: Uint8Array; readonly contents: Uint8Array },
  { runs, io }: MeasuringOptions,
): DecodeTime | null {
  const [program, ...words] = DECODERS[codec];
  const decoded = timed(runs, () => {
    const run = io.runTool(program, words, encoded);
    return run.kind === 'done' ? run.bytes : null;
  });
  return decoded.isSame(contents) ? { decoder: toolVersion(program, io), ...decoded.times } : null;
}

interface Timed {
  readonly last: Uint8Array | null;
  readonly isSame: (contents: Uint8Array) => boolean;
  readonly times: Pick<DecodeTime, 'medianMilliseconds' | 'spreadMilliseconds'>;
}

/** Does it so many times; one that fails is not tried again. */
function timed(runs: number, work: () => Uint8Array | null): Timed {
  const times: number[] = [];
  let last: Uint8Array | null = null;
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    last = work();
    times.push(performance.now() - start);
    if (last === null) break;
  }
  const sorted = times.toSorted((a, b) => a - b);
  const [fastest = 0, slowest = 0] = [sorted[0], sorted.at(-1)];
  const result = last;
  return {
    last: result,
    isSame: (contents) => result !== null && Buffer.compare(result, contents) === 0,
    times: {
      medianMilliseconds: sorted[Math.floor(sorted.length / 2)] ?? 0,
      spreadMilliseconds: (slowest - fastest) / 2,
    },
  };
}
