import { portableEngine } from '../codecs/portable-engine.ts';
import { append, emptyOutput, type Output } from '../codecs/output.ts';
import { packageError, type PackageLayer } from './package-error.ts';

/** Bytes that come in pieces, read from front to back. Owned by one reader. */
export interface ByteStream {
  readonly layer: PackageLayer;
  /** Offset of the next byte. */
  readonly at: () => number;
  /** The next bytes, copied; fewer when the stream ends before. Memory grows with what comes, not with what is asked. */
  readonly take: (lengthBytes: number) => Uint8Array;
  /** The same, to the end of an output that has room for them. */
  readonly takeInto: (output: Output, lengthBytes: number) => void;
  /** @returns how many bytes were passed over: fewer when the stream ends before. */
  readonly skip: (lengthBytes: number) => number;
}

/** Pieces need to hold only until the next one is asked for. */
export function byteStream(pieces: Iterator<Uint8Array, unknown, undefined>, layer: PackageLayer): ByteStream {
  let piece: Uint8Array = new Uint8Array(0);
  let used = 0;
  let offset = 0;
  const each = (lengthBytes: number, use: (part: Uint8Array) => void): number => {
    let left = lengthBytes;
    while (left > 0) {
      if (used === piece.length) {
        const next = pieces.next();
        if (next.done === true) break;
        piece = next.value;
        used = 0;
        continue;
      }
      const part = piece.subarray(used, used + Math.min(left, piece.length - used));
      use(part);
      used += part.length;
      left -= part.length;
    }
    offset += lengthBytes - left;
    return lengthBytes - left;
  };
  const takeInto = (output: Output, lengthBytes: number): void => {
    const request = { ...NO_REQUEST, outputLimitBytes: output.ceilingBytes };
    each(lengthBytes, (part) => append(output, part, request));
  };
  return {
    layer,
    at: () => offset,
    take: (lengthBytes) => {
      const output = outputOf(lengthBytes);
      takeInto(output, lengthBytes);
      return output.bytes.subarray(0, output.size);
    },
    takeInto,
    skip: (lengthBytes) => each(lengthBytes, () => undefined),
  };
}

/** An output for so many bytes, which takes no room before they come. */
export function outputOf(sizeBytes: number): Output {
  return emptyOutput(Math.min(sizeBytes, FIRST_CAPACITY_BYTES), sizeBytes);
}

/** The next bytes, all of them; @throws FormatError `FORMAT-truncated` when the stream ends before. */
export function takeExactly(stream: ByteStream, lengthBytes: number, format: 'tar' | 'cpio'): Uint8Array {
  const bytes = stream.take(lengthBytes);
  if (bytes.length === lengthBytes) return bytes;
  throw endsEarly(stream, format);
}

/** Passes over bytes, all of them; throws as `takeExactly`. */
export function skipExactly(stream: ByteStream, lengthBytes: number, format: 'tar' | 'cpio'): void {
  if (stream.skip(lengthBytes) < lengthBytes) throw endsEarly(stream, format);
}

function endsEarly(stream: ByteStream, format: 'tar' | 'cpio') {
  const text = `the ${format} archive ends early, after ${stream.at()} bytes`;
  return packageError(stream.layer, { code: `${format}-truncated`, text, offsetBytes: stream.at() });
}

const FIRST_CAPACITY_BYTES = 1 << 20;
const NO_REQUEST = {
  ...{ layer: '', baseOffsetBytes: 0, exactSizeBytes: null, engine: portableEngine() },
  streams: 'all',
} as const;
