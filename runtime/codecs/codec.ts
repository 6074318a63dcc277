import type { Codec } from '../contract/vocabulary.ts';
import { bzip2Steps, decodeBzip2, startsBzip2 } from './bzip2.ts';
import { codecError } from './decode-request.ts';
import type { Decoded, Decoder, DecodeRequest } from './decode-request.ts';
import { decodeGzip, gzipSteps, startsGzip } from './gzip.ts';
import { decodeLz4, lz4Steps, startsLz4 } from './lz4.ts';
import { decodeLzma, lzmaSteps, startsLzma } from './lzma.ts';
import { decodeLzop, lzopSteps, startsLzop } from './lzop.ts';
import { append, overflow } from './output.ts';
import type { Steps, StepTarget } from './output.ts';
import { decodeXz, xzSteps, startsXz } from './xz.ts';
import { startsZstd } from './zstd-frame.ts';
import { decodeZstd, zstdSteps } from './zstd.ts';

export type { Decoded, DecodeRequest, Streams } from './decode-request.ts';

interface CodecEntry {
  /** The portable decoder, in steps. */
  readonly steps: (encoded: Uint8Array, to: StepTarget) => Steps;
  /** Whether the bytes start as the codec's streams do. */
  readonly starts: (bytes: Uint8Array) => boolean;
  readonly decode: Decoder;
}

/** The one registry, in the order in which magics are tried. */
const CODEC_TABLE: Readonly<Record<Codec, CodecEntry>> = {
  gzip: { starts: startsGzip, decode: decodeGzip, steps: gzipSteps },
  zstd: { starts: startsZstd, decode: decodeZstd, steps: zstdSteps },
  xz: { starts: startsXz, decode: decodeXz, steps: xzSteps },
  lzma: { starts: startsLzma, decode: decodeLzma, steps: lzmaSteps },
  lz4: { starts: startsLz4, decode: decodeLz4, steps: lz4Steps },
  lzo: { starts: startsLzop, decode: decodeLzop, steps: lzopSteps },
  bzip2: { starts: startsBzip2, decode: decodeBzip2, steps: bzip2Steps },
  none: { starts: () => false, decode: copyNothing, steps: noSteps },
};

/**
 * Decodes the stream that starts at the first byte, to its end, or all streams that follow each other from there.
 *
 * Output is bounded before memory is taken, every checksum that the format has is verified, and `consumedBytes` says
 * where the stream ends: what comes after it is the caller's to judge.
 *
 * @throws FormatError, offsets counted in the layer: `codec-header`, `codec-truncated`, `codec-corrupt`,
 * `codec-checksum`, `codec-output-limit`, `codec-size-mismatch`, `codec-window-limit`, `codec-unsupported`.
 */
export function decode(codec: Codec, encoded: Uint8Array, request: DecodeRequest): Decoded {
  const decoded = CODEC_TABLE[codec].decode(encoded, request);
  const { exactSizeBytes } = request;
  if (exactSizeBytes === null || decoded.bytes.length === exactSizeBytes) return decoded;
  const text = `the stream decodes to ${decoded.bytes.length} bytes, but ${exactSizeBytes} are declared for it`;
  throw codecError(request, { code: 'codec-size-mismatch', text, offsetBytes: 0 });
}

/** The decoder of a codec that pauses where the caller may take decoded bytes out of the output; throws as `decode`. */
export function decodeSteps(codec: Codec, encoded: Uint8Array, to: StepTarget): Steps {
  return CODEC_TABLE[codec].steps(encoded, to);
}

/** The codec whose magic the bytes start with, as lib/decompress.c of Linux does but on every magic byte there is. */
export function identifyCodec(bytes: Uint8Array): Codec | null {
  for (const codec of CODECS_BY_MAGIC) if (CODEC_TABLE[codec].starts(bytes)) return codec;
  return null;
}

const CODECS_BY_MAGIC = ['gzip', 'zstd', 'xz', 'lz4', 'lzo', 'bzip2', 'lzma'] as const;

/** Codec `none`: the bytes themselves. */
function copyNothing(encoded: Uint8Array, request: DecodeRequest): Decoded {
  if (encoded.length > Math.min(request.outputLimitBytes, request.exactSizeBytes ?? Infinity)) throw overflow(request);
  return { bytes: encoded, consumedBytes: encoded.length };
}

/** In one step: who wants plain bytes in pieces takes views of them. */
function* noSteps(encoded: Uint8Array, { output, request }: StepTarget): Steps {
  append(output, encoded, request);
  yield;
  return encoded.length;
}
