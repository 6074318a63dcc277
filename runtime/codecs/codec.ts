import type { Codec } from '../contract/vocabulary.ts';
import { decodeBzip2, startsBzip2 } from './bzip2.ts';
import { codecError } from './decode-request.ts';
import type { Decoded, Decoder, DecodeRequest } from './decode-request.ts';
import { decodeGzip, startsGzip } from './gzip.ts';
import { decodeLz4, startsLz4 } from './lz4.ts';
import { decodeLzma, startsLzma } from './lzma.ts';
import { decodeLzop, startsLzop } from './lzop.ts';
import { overflow } from './output.ts';
import { decodeXz, startsXz } from './xz.ts';
import { startsZstd } from './zstd-frame.ts';
import { decodeZstd } from './zstd.ts';

export type { Decoded, DecodeRequest } from './decode-request.ts';

interface CodecEntry {
  /** Whether the bytes start as the codec's streams do. */
  readonly starts: (bytes: Uint8Array) => boolean;
  readonly decode: Decoder;
}

/** The one registry, in the order in which magics are tried. */
const CODEC_TABLE: Readonly<Record<Codec, CodecEntry>> = {
  gzip: { starts: startsGzip, decode: decodeGzip },
  zstd: { starts: startsZstd, decode: decodeZstd },
  xz: { starts: startsXz, decode: decodeXz },
  lzma: { starts: startsLzma, decode: decodeLzma },
  lz4: { starts: startsLz4, decode: decodeLz4 },
  lzo: { starts: startsLzop, decode: decodeLzop },
  bzip2: { starts: startsBzip2, decode: decodeBzip2 },
  none: { starts: () => false, decode: copyNothing },
};

/**
 * Decodes the stream that starts at the first byte, to its end.
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
