import { attempt, type FormatError } from '../bytes/format-error.ts';
import { crc32 } from './crc32.ts';
import { checksumMismatch, codecError, truncated } from './decode-request.ts';
import type { Decoded, DecodeRequest } from './decode-request.ts';
import { inflateSteps } from './deflate.ts';
import { decodeAtOnce, decodedCount, endSum, overflow, startSum } from './output.ts';
import type { Steps, StepTarget } from './output.ts';
import { u16le, u32le } from './words.ts';

const FLAG_HEADER_CRC = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const FLAGS_RESERVED = 0xe0;
const FIXED_HEADER_BYTES = 10;
const WINDOW_BYTES = 32_768;
const TRAILER_BYTES = 8;

/** Whether a gzip member with the only known method, deflate, starts at `offsetBytes`. */
export function startsGzip(bytes: Uint8Array, offsetBytes = 0): boolean {
  return bytes[offsetBytes] === 0x1f && bytes[offsetBytes + 1] === 0x8b && bytes[offsetBytes + 2] === 8;
}

/** Fewer bytes than these are decoded without the host where it could read on into a second member for nothing. */
const NATIVE_FROM_BYTES = 65_537;

/**
 * Decodes gzip (RFC 1952): one member, and every further one that follows at once unless the first alone is asked for.
 *
 * Padding or anything else after the last member is not consumed.
 *
 * @throws FormatError `codec-header`, `codec-truncated`, `codec-corrupt`, `codec-checksum`, `codec-output-limit`,
 * `codec-size-mismatch`.
 */
export function decodeGzip(encoded: Uint8Array, request: DecodeRequest): Decoded {
  const limitBytes = Math.min(request.outputLimitBytes, request.exactSizeBytes ?? Infinity);
  const isWorthwhile = request.streams === 'all' || encoded.length >= NATIVE_FROM_BYTES;
  const native = (isWorthwhile ? request.engine.gunzip?.(encoded, limitBytes) : undefined) ?? { kind: 'refused' };
  if (native.kind === 'over-limit') throw overflow(request);
  if (native.kind === 'decoded') {
    const { bytes, consumedBytes } = native;
    if (request.streams === 'all' || isOneMember(encoded, native, request)) return { bytes, consumedBytes };
  }
  return decodeAtOnce(gzipSteps, encoded, request);
}

/**
 * Whether the host, which decodes all members, found one only.
 *
 * The last trailer then states the size of everything; behind an earlier member that has contents it cannot, as there is
 * less than 4 GiB. That the first member has contents shows when it may have none.
 */
function isOneMember(encoded: Uint8Array, { bytes, consumedBytes }: Decoded, request: DecodeRequest): boolean {
  if (bytes.length === 0 || u32le(encoded, consumedBytes - 4) !== bytes.length) return false;
  const empty = { ...request, outputLimitBytes: 0, exactSizeBytes: null };
  const first = attempt(() => decodeAtOnce(gzipSteps, encoded, empty));
  return !first.ok && first.finding.code === 'codec-output-limit';
}

/** The portable decoder, member by member. */
export function* gzipSteps(encoded: Uint8Array, to: StepTarget): Steps {
  let at = yield* memberSteps(encoded, 0, to);
  while (to.request.streams === 'all' && startsGzip(encoded, at)) at = yield* memberSteps(encoded, at, to);
  return at;
}

/** @returns offset of the byte after the member's trailer. */
function* memberSteps(encoded: Uint8Array, startBytes: number, { output, request }: StepTarget): Steps {
  const body = memberBody(encoded, startBytes, request);
  const countBefore = decodedCount(output);
  output.origin = output.size;
  output.windowBytes = WINDOW_BYTES;
  let computed = 0;
  startSum(output, (bytes) => (computed = crc32(bytes, computed)));
  const trailer = yield* inflateSteps(encoded, body, { output, request });
  if (trailer + TRAILER_BYTES > encoded.length) throw truncated(request, encoded, 'the gzip trailer');
  endSum(output);
  const sums = { name: 'the CRC-32', stored: u32le(encoded, trailer), computed };
  if (sums.stored !== sums.computed) throw checksumMismatch(request, trailer, sums);
  const size = u32le(encoded, trailer + 4);
  const count = decodedCount(output) - countBefore;
  if (size !== count % 2 ** 32) {
    const text = `the gzip trailer says ${size} bytes, but ${count} were decoded`;
    throw codecError(request, { code: 'codec-checksum', text, offsetBytes: trailer + 4, lengthBytes: 4 });
  }
  return trailer + TRAILER_BYTES;
}

/**
 * Walks a member header (RFC 1952 section 2.3).
 *
 *     +0 1f 8b 08 | +3 flags | +4 mtime (4) | +8 xfl | +9 os | extra? | name? | comment? | header CRC?
 *
 * @returns offset of the deflate data.
 */
function memberBody(encoded: Uint8Array, startBytes: number, request: DecodeRequest): number {
  if (encoded.length - startBytes < FIXED_HEADER_BYTES) throw truncated(request, encoded, 'the gzip header');
  if (!startsGzip(encoded, startBytes)) throw header(request, startBytes, 'the gzip magic 1f 8b 08 is missing');
  const flags = encoded[startBytes + 3] ?? 0;
  if ((flags & FLAGS_RESERVED) !== 0) throw header(request, startBytes + 3, 'reserved gzip flags are set');
  let at = startBytes + FIXED_HEADER_BYTES;
  if ((flags & FLAG_EXTRA) !== 0) at += 2 + u16le(encoded, at);
  if ((flags & FLAG_NAME) !== 0) at = afterText(encoded, at, request);
  if ((flags & FLAG_COMMENT) !== 0) at = afterText(encoded, at, request);
  if ((flags & FLAG_HEADER_CRC) !== 0) {
    if (at + 2 > encoded.length) throw truncated(request, encoded, 'the gzip header');
    if (u16le(encoded, at) !== (crc32(encoded.subarray(startBytes, at)) & 0xffff)) {
      throw codecError(request, {
        code: 'codec-checksum',
        text: 'the gzip header does not match its own CRC-16',
        offsetBytes: at,
        lengthBytes: 2,
      });
    }
    at += 2;
  }
  if (at > encoded.length) throw truncated(request, encoded, 'the gzip header');
  return at;
}

function afterText(encoded: Uint8Array, startBytes: number, request: DecodeRequest): number {
  const end = startBytes <= encoded.length ? encoded.indexOf(0, startBytes) : -1;
  if (end < 0) throw truncated(request, encoded, 'the gzip header');
  return end + 1;
}

function header(request: DecodeRequest, offsetBytes: number, text: string): FormatError {
  return codecError(request, { code: 'codec-header', text, offsetBytes });
}
