import type { Engine } from '../bytes/engine.ts';
import { FormatError } from '../bytes/format-error.ts';

/** What a decoder is asked for, besides the encoded bytes themselves. */
export interface DecodeRequest {
  /** Path of the layer that holds the encoded bytes, for findings. */
  readonly layer: string;
  /** Where the encoded bytes start in that layer; added to every error offset. */
  readonly baseOffsetBytes: number;
  /** Largest output; one byte more is `codec-output-limit`. */
  readonly outputLimitBytes: number;
  /** The decoded size where something outside the stream declares it; any other size is `codec-size-mismatch`. */
  readonly exactSizeBytes: number | null;
  readonly streams: Streams;
  /** Host decoders that may be used instead of the portable ones. */
  readonly engine: Engine;
}

/**
 * How much is decoded where streams of one codec follow each other: `all` of them, as the codec's own tools do, or the
 * `first` alone, as the decoders in Linux do. Those of Linux take adjacent lz4 legacy frames for one stream.
 */
export type Streams = 'all' | 'first';

/** Result of a decoder. */
export interface Decoded {
  readonly bytes: Uint8Array;
  /** How many of the encoded bytes belong to the stream; the caller judges the rest. */
  readonly consumedBytes: number;
}

/** One codec's decoder. Throws `FormatError` and nothing else on bad bytes. */
export type Decoder = (encoded: Uint8Array, request: DecodeRequest) => Decoded;

/** A decoder's complaint, before the layer and the base offset are known. */
export interface CodecFault {
  /** Starts with `codec-`. */
  readonly code: string;
  readonly text: string;
  /** Counted from the start of the encoded bytes. */
  readonly offsetBytes: number;
  readonly lengthBytes?: number;
}

/** The error for a fault: places it in the layer. The caller throws it. */
export function codecError(request: DecodeRequest, fault: CodecFault): FormatError {
  return new FormatError({
    code: fault.code,
    text: fault.text,
    layer: request.layer,
    offsetBytes: request.baseOffsetBytes + fault.offsetBytes,
    lengthBytes: fault.lengthBytes ?? 0,
  });
}

/** The error for encoded bytes that end too early: code `codec-truncated`, offset the end of the bytes. */
export function truncated(request: DecodeRequest, encoded: Uint8Array, what: string): FormatError {
  return codecError(request, {
    code: 'codec-truncated',
    text: `${what} is cut off: the encoded bytes end after ${encoded.length}`,
    offsetBytes: encoded.length,
  });
}

/** The error for encoded bytes that break the codec's rules: code `codec-corrupt`. */
export function corrupt(request: DecodeRequest, offsetBytes: number, text: string): FormatError {
  return codecError(request, { code: 'codec-corrupt', text, offsetBytes });
}

/** The error for a checksum that disagrees: code `codec-checksum`; both values are shown in hexadecimal. */
export function checksumMismatch(
  request: DecodeRequest,
  offsetBytes: number,
  sums: { readonly name: string; readonly stored: number; readonly computed: number },
): FormatError {
  const hex = (sum: number): string => (sum >>> 0).toString(16).padStart(8, '0');
  return codecError(request, {
    code: 'codec-checksum',
    text: `${sums.name} is ${hex(sums.computed)}, but the stream says ${hex(sums.stored)}`,
    offsetBytes,
    lengthBytes: 4,
  });
}
