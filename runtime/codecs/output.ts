import type { FormatError } from '../bytes/format-error.ts';
import { codecError } from './decode-request.ts';
import type { Decoded, DecodeRequest } from './decode-request.ts';

/**
 * Where a decoder writes: one buffer that grows as decoded bytes need it, never because a header asked for it.
 *
 * Matches may reach back through all of it, so it is one piece. Owned by one decode call.
 */
export interface Output {
  /** Capacity; bytes from `size` on are scratch. Replaced when it grows: read it again after `makeRoom`. */
  bytes: Uint8Array;
  /** Decoded bytes that are here. */
  size: number;
  /** Most bytes that may ever be here at once. */
  readonly ceilingBytes: number;
  /** Earlier decoded bytes that were handed on and let go; none unless the decoder is driven in steps. */
  passedBytes: number;
  /** Where the history starts that matches may reach back to; below zero once its first bytes are let go. */
  origin: number;
  /** How far back matches may reach: so many of the last bytes stay here. */
  windowBytes: number;
  /** Bytes from here on may still be changed, by a filter; `Infinity` when none will be. */
  heldFrom: number;
  /** A checksum that is made on the way, and up to where it is. */
  sum: ((bytes: Uint8Array) => void) | null;
  summedTo: number;
}

/**
 * A decoder that pauses where bytes may be let go; it gives the offset of the byte after the stream.
 *
 * Positions in the output hold only until the next pause, apart from those that the output itself keeps.
 */
export type Steps = Generator<undefined, number, undefined>;

/** What a decoder's steps work on. */
export interface StepTarget {
  readonly output: Output;
  readonly request: DecodeRequest;
}

const SMALLEST_BYTES = 65_536;
const GROWTH = 8;
/** Enough for nearly every kernel at once, little enough that a short file cannot ask for much. */
const EXPECTED_RATIO = 5;

/** An empty output for a stream of `encodedBytes`. */
export function outputFor(encodedBytes: number, request: DecodeRequest): Output {
  const ceilingBytes = Math.min(request.outputLimitBytes, request.exactSizeBytes ?? Infinity);
  const expectedBytes = SMALLEST_BYTES + encodedBytes * EXPECTED_RATIO;
  return emptyOutput(Math.min(ceilingBytes, expectedBytes), ceilingBytes);
}

/** An output with room for so many bytes. */
export function emptyOutput(capacityBytes: number, ceilingBytes: number): Output {
  return {
    ...{ bytes: new Uint8Array(capacityBytes), size: 0, ceilingBytes, passedBytes: 0 },
    ...{ origin: 0, windowBytes: 0, heldFrom: Infinity, sum: null, summedTo: 0 },
  };
}

/** Decodes in one go: nothing is let go, so the output holds the whole. */
export function decodeAtOnce(
  stepsOf: (encoded: Uint8Array, to: StepTarget) => Steps,
  encoded: Uint8Array,
  request: DecodeRequest,
): Decoded {
  const output = outputFor(encoded.length, request);
  const steps = stepsOf(encoded, { output, request });
  for (;;) {
    const step = steps.next();
    if (step.done === true) return decodedOf(output, step.value);
  }
}

/** How many bytes were decoded in all. */
export function decodedCount(output: Output): number {
  return output.passedBytes + output.size;
}

/** From here on, `add` is given every decoded byte once, in order, at the latest by `endSum`. */
export function startSum(output: Output, add: (bytes: Uint8Array) => void): void {
  output.sum = add;
  output.summedTo = output.size;
}

/** Gives the rest to the checksum that was started. */
export function endSum(output: Output): void {
  output.sum?.(output.bytes.subarray(output.summedTo, output.size));
  output.sum = null;
}

/** Lets bytes go that were handed on, and that no match, filter or checksum needs any more. */
export function letGo(output: Output): void {
  const count = Math.min(output.size - Math.min(output.size, output.windowBytes), output.heldFrom);
  if (count <= 0) return;
  output.sum?.(output.bytes.subarray(output.summedTo, output.size));
  output.bytes.copyWithin(0, count, output.size);
  output.size -= count;
  output.summedTo = output.size;
  output.passedBytes += count;
  output.origin -= count;
  output.heldFrom -= count;
}

/**
 * Makes room for up to `lengthBytes` more, or for as many as the ceiling allows.
 *
 * Capacity grows eightfold, and to the ceiling from an eighth of it: all copying together is linear in the output, and
 * the outgrown buffers that the garbage collector still holds are a seventh of it. Hosts back a large new buffer with
 * zero pages, so that the room ahead of `size` takes addresses, not memory.
 *
 * @returns how many more bytes fit now.
 */
export function makeRoom(output: Output, lengthBytes: number): number {
  const wantedBytes = Math.min(output.ceilingBytes, output.size + lengthBytes);
  if (wantedBytes > output.bytes.length) {
    const roomyBytes = Math.max(wantedBytes, output.bytes.length * GROWTH);
    const grown = new Uint8Array(roomyBytes > output.ceilingBytes / GROWTH ? output.ceilingBytes : roomyBytes);
    grown.set(output.bytes.subarray(0, output.size));
    output.bytes = grown;
  }
  return output.bytes.length - output.size;
}

/** Makes room for exactly `lengthBytes` more; @throws FormatError as `overflow` when they cannot fit. */
export function reserve(output: Output, lengthBytes: number, request: DecodeRequest): Uint8Array {
  if (makeRoom(output, lengthBytes) < lengthBytes) throw overflow(request);
  return output.bytes;
}

/** Copies decoded bytes to the end; @throws FormatError as `overflow`. */
export function append(output: Output, decoded: Uint8Array, request: DecodeRequest): void {
  reserve(output, decoded.length, request).set(decoded, output.size);
  output.size += decoded.length;
}

/**
 * The error for a stream that decodes to more than it may; its offset is the stream's start.
 *
 * `codec-size-mismatch` when a declared size is exceeded, `codec-output-limit` when the limit is.
 */
export function overflow(request: DecodeRequest): FormatError {
  const { exactSizeBytes, outputLimitBytes } = request;
  if (exactSizeBytes !== null && exactSizeBytes < outputLimitBytes) {
    const text = `the stream decodes to more than the ${exactSizeBytes} bytes declared for it`;
    return codecError(request, { code: 'codec-size-mismatch', text, offsetBytes: 0 });
  }
  const text = `the stream decodes to more than the limit of ${outputLimitBytes} bytes`;
  return codecError(request, { code: 'codec-output-limit', text, offsetBytes: 0 });
}

/** The decoded bytes: a view of the buffer, without a copy. */
export function decodedOf(output: Output, consumedBytes: number): Decoded {
  return { bytes: output.bytes.subarray(0, output.size), consumedBytes };
}
