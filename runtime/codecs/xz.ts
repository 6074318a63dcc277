import { crc32 } from './crc32.ts';
import { crc64 } from './crc64.ts';
import { checksumMismatch, codecError, corrupt, truncated } from './decode-request.ts';
import type { Decoded, DecodeRequest } from './decode-request.ts';
import { decodeLzma2 } from './lzma2.ts';
import { decodedOf, outputFor, overflow } from './output.ts';
import type { Output } from './output.ts';
import { sha256 } from './sha256.ts';
import { u32le } from './words.ts';
import { readBlockHeader, readVariableLength, xzHeaderError } from './xz-block.ts';

/** What the index must say of a block. */
interface BlockRecord {
  /** Header, data and check, without the padding between. */
  readonly unpaddedBytes: number;
  readonly decodedBytes: number;
}

interface Target {
  readonly output: Output;
  readonly request: DecodeRequest;
}

interface Check {
  readonly name: string;
  readonly sizeBytes: number;
  readonly compute: (decoded: Uint8Array) => Uint8Array;
}

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const HEADER_BYTES = 12;
const FOOTER_BYTES = 12;
const INDEX_INDICATOR = 0;

/** The checks that anything writes, by id (section 2.1.1.2); the other ids are reserved. */
const CHECKS: ReadonlyMap<number, Check> = new Map([
  [0, { name: 'none', sizeBytes: 0, compute: () => new Uint8Array(0) }],
  [1, { name: 'CRC-32', sizeBytes: 4, compute: crc32Bytes }],
  [4, { name: 'CRC-64', sizeBytes: 8, compute: crc64 }],
  [10, { name: 'SHA-256', sizeBytes: 32, compute: sha256 }],
]);

/** Whether an .xz stream starts at `offsetBytes`. */
export function startsXz(bytes: Uint8Array, offsetBytes = 0): boolean {
  return MAGIC.every((byte, index) => bytes[offsetBytes + index] === byte);
}

/**
 * Decodes .xz (file format 1.2.1): every stream that follows, over zero padding of a multiple of four bytes.
 *
 * Header, blocks, index and footer must agree. Padding after the last stream is not consumed.
 *
 * @throws FormatError `codec-header`, `codec-truncated`, `codec-corrupt`, `codec-checksum`, `codec-window-limit`,
 * `codec-unsupported`, `codec-output-limit`, `codec-size-mismatch`.
 */
export function decodeXz(encoded: Uint8Array, request: DecodeRequest): Decoded {
  const output = outputFor(encoded.length, request);
  let end = decodeStream(encoded, 0, { output, request });
  for (let next = afterPadding(encoded, end); startsXz(encoded, next); next = afterPadding(encoded, end)) {
    end = decodeStream(encoded, next, { output, request });
  }
  return decodedOf(output, end);
}

/** Section 2.2: stream padding is zeros in fours. */
function afterPadding(encoded: Uint8Array, start: number): number {
  let at = start;
  while (at + 4 <= encoded.length && u32le(encoded, at) === 0) at += 4;
  return at;
}

/** Stream header, blocks, index, footer (section 2.1); @returns offset of the byte after the footer. */
function decodeStream(encoded: Uint8Array, start: number, to: Target): number {
  const { request } = to;
  const check = readStreamHeader(encoded, start, request);
  const records: BlockRecord[] = [];
  let at = start + HEADER_BYTES;
  for (;;) {
    if (at >= encoded.length) throw truncated(request, encoded, 'the xz stream');
    if (encoded[at] === INDEX_INDICATOR) break;
    const { next, record } = decodeBlock(encoded, at, { ...to, check });
    records.push(record);
    at = next;
  }
  const footer = checkIndex(encoded, at, { request, records });
  checkFooter(encoded, footer, { request, indexBytes: footer - at, flags: start + MAGIC.length });
  return footer + FOOTER_BYTES;
}

/** +0 magic (6) | +6 zero, check id | +8 CRC-32 of the two */
function readStreamHeader(encoded: Uint8Array, start: number, request: DecodeRequest): Check {
  if (start + HEADER_BYTES > encoded.length) throw truncated(request, encoded, 'the xz stream header');
  if (!startsXz(encoded, start)) throw xzHeaderError(request, start, 'the xz magic fd 37 7a 58 5a 00 is missing');
  verifyCrc32(encoded, { from: start + 6, to: start + 8, stored: start + 8 }, request);
  const id = encoded[start + 7] ?? 0;
  if (encoded[start + 6] !== 0 || id > 15) throw xzHeaderError(request, start + 6, 'reserved xz stream flags are set');
  const check = CHECKS.get(id);
  if (check !== undefined) return check;
  const text = `the xz check ${id} is not supported`;
  throw codecError(request, { code: 'codec-unsupported', text, offsetBytes: start + 7, lengthBytes: 1 });
}

function decodeBlock(
  encoded: Uint8Array,
  start: number,
  to: Target & { readonly check: Check },
): { readonly next: number; readonly record: BlockRecord } {
  const { output, request, check } = to;
  const header = readBlockHeader(encoded, start, request);
  if (header.decodedBytes !== null && header.decodedBytes > request.outputLimitBytes - output.size) {
    throw overflow({ ...request, exactSizeBytes: null });
  }
  const firstByte = output.size;
  const data = start + header.headerBytes;
  const dataEnd = decodeLzma2(encoded, data, { output, request, dictionaryBytes: header.dictionaryBytes });
  const decoded = output.bytes.subarray(firstByte, output.size);
  if ((header.encodedBytes ?? dataEnd - data) !== dataEnd - data) {
    throw corrupt(
      request,
      start,
      `an xz block declares ${header.encodedBytes ?? 0} encoded bytes, but has ${dataEnd - data}`,
    );
  }
  if ((header.decodedBytes ?? decoded.length) !== decoded.length) {
    throw corrupt(
      request,
      start,
      `an xz block declares ${header.decodedBytes ?? 0} bytes, but decodes to ${decoded.length}`,
    );
  }
  for (const undo of header.filters) undo(decoded);
  const checkAt = dataEnd + ((4 - ((dataEnd - start) % 4)) % 4);
  const next = checkAt + check.sizeBytes;
  if (next > encoded.length) throw truncated(request, encoded, 'the check of an xz block');
  expectZeros(encoded, { from: dataEnd, to: checkAt }, request);
  verifyCheck(check, { stored: encoded.subarray(checkAt, next), decoded, at: checkAt }, request);
  return { next, record: { unpaddedBytes: dataEnd - start + check.sizeBytes, decodedBytes: decoded.length } };
}

function verifyCheck(
  check: Check,
  of: { readonly stored: Uint8Array; readonly decoded: Uint8Array; readonly at: number },
  request: DecodeRequest,
): void {
  const computed = check.compute(of.decoded);
  if (computed.every((byte, index) => byte === of.stored[index])) return;
  const text = `the ${check.name} of an xz block does not match its contents`;
  throw codecError(request, { code: 'codec-checksum', text, offsetBytes: of.at, lengthBytes: check.sizeBytes });
}

/** Section 4: 00 | count | sizes of each block... | zeros | CRC-32; @returns offset of the byte after it. */
function checkIndex(
  encoded: Uint8Array,
  start: number,
  of: { readonly request: DecodeRequest; readonly records: readonly BlockRecord[] },
): number {
  const { request, records } = of;
  const count = readVariableLength(encoded, start + 1, request);
  if (count.value !== records.length) {
    throw corrupt(request, start, `the xz index lists ${count.value} blocks, but there are ${records.length}`);
  }
  let at = count.next;
  for (const record of records) {
    const unpadded = readVariableLength(encoded, at, request);
    const decoded = readVariableLength(encoded, unpadded.next, request);
    if (unpadded.value !== record.unpaddedBytes || decoded.value !== record.decodedBytes) {
      throw corrupt(request, at, 'the xz index disagrees with a block about its sizes');
    }
    at = decoded.next;
  }
  const checksum = at + ((4 - ((at - start) % 4)) % 4);
  if (checksum + 4 > encoded.length) throw truncated(request, encoded, 'the xz index');
  expectZeros(encoded, { from: at, to: checksum }, request);
  verifyCrc32(encoded, { from: start, to: checksum, stored: checksum }, request);
  return checksum + 4;
}

/** Section 2.1.2: CRC-32 | index size / 4 - 1 (4) | flags as in the header (2) | 59 5a */
function checkFooter(
  encoded: Uint8Array,
  start: number,
  of: { readonly request: DecodeRequest; readonly indexBytes: number; readonly flags: number },
): void {
  const { request } = of;
  if (start + FOOTER_BYTES > encoded.length) throw truncated(request, encoded, 'the xz stream footer');
  verifyCrc32(encoded, { from: start + 4, to: start + 10, stored: start }, request);
  const isRight =
    (u32le(encoded, start + 4) + 1) * 4 === of.indexBytes &&
    encoded[start + 8] === encoded[of.flags] &&
    encoded[start + 9] === encoded[of.flags + 1] &&
    encoded[start + 10] === 0x59 &&
    encoded[start + 11] === 0x5a;
  if (!isRight) throw xzHeaderError(request, start, 'the xz stream footer disagrees with its header or index');
}

function verifyCrc32(
  encoded: Uint8Array,
  range: { readonly from: number; readonly to: number; readonly stored: number },
  request: DecodeRequest,
): void {
  const stored = u32le(encoded, range.stored);
  const computed = crc32(encoded.subarray(range.from, range.to));
  if (stored !== computed) throw checksumMismatch(request, range.stored, { name: 'the CRC-32', stored, computed });
}

function expectZeros(
  encoded: Uint8Array,
  range: { readonly from: number; readonly to: number },
  request: DecodeRequest,
): void {
  const isZero = encoded.subarray(range.from, range.to).every((byte) => byte === 0);
  if (!isZero) throw corrupt(request, range.from, 'xz padding is not zero');
}

function crc32Bytes(decoded: Uint8Array): Uint8Array {
  const sum = crc32(decoded);
  return Uint8Array.of(sum, sum >>> 8, sum >>> 16, sum >>> 24);
}
