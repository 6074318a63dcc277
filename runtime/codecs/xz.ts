import { crc32 } from './crc32.ts';
import { startCrc64 } from './crc64.ts';
import { checksumMismatch, codecError, corrupt, truncated } from './decode-request.ts';
import type { Decoded, DecodeRequest } from './decode-request.ts';
import { type LzmaCoder, newLzmaCoder } from './lzma-coder.ts';
import { LITERAL_BITS_LIMIT, lzma2Steps } from './lzma2.ts';
import { decodeAtOnce, decodedCount, endSum, overflow, startSum } from './output.ts';
import type { Steps, StepTarget } from './output.ts';
import { startSha256 } from './sha256.ts';
import { u32le } from './words.ts';
import { readBlockHeader, readVariableLength, xzHeaderError } from './xz-block.ts';

/** What the index must say of a block. */
interface BlockRecord {
  /** Header, data and check, without the padding between. */
  readonly unpaddedBytes: number;
  readonly decodedBytes: number;
}

interface Check {
  readonly name: string;
  readonly sizeBytes: number;
  readonly start: () => RunningCheck;
}

/** A check that is given the contents piece by piece. */
interface RunningCheck {
  readonly add: (decoded: Uint8Array) => void;
  readonly end: () => Uint8Array;
}

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const HEADER_BYTES = 12;
const FOOTER_BYTES = 12;
const INDEX_INDICATOR = 0;

/** The checks that anything writes, by id (section 2.1.1.2); the other ids are reserved. */
const CHECKS: ReadonlyMap<number, Check> = new Map([
  [0, { name: 'none', sizeBytes: 0, start: () => ({ add: () => undefined, end: () => new Uint8Array(0) }) }],
  [1, { name: 'CRC-32', sizeBytes: 4, start: startCrc32 }],
  [4, { name: 'CRC-64', sizeBytes: 8, start: startCrc64 }],
  [10, { name: 'SHA-256', sizeBytes: 32, start: startSha256 }],
]);

/** Whether an .xz stream starts at `offsetBytes`. */
export function startsXz(bytes: Uint8Array, offsetBytes = 0): boolean {
  return MAGIC.every((byte, index) => bytes[offsetBytes + index] === byte);
}

/**
 * Decodes .xz (file format 1.2.1): every stream that follows, over zero padding of a multiple of four bytes, or the
 * first alone.
 *
 * Header, blocks, index and footer must agree. Padding after the last stream is not consumed.
 *
 * @throws FormatError `codec-header`, `codec-truncated`, `codec-corrupt`, `codec-checksum`, `codec-window-limit`,
 * `codec-unsupported`, `codec-output-limit`, `codec-size-mismatch`.
 */
export function decodeXz(encoded: Uint8Array, request: DecodeRequest): Decoded {
  return decodeAtOnce(xzSteps, encoded, request);
}

/** Stream by stream, chunk by chunk; a block with filters in one step, since they are undone at its end. */
export function* xzSteps(encoded: Uint8Array, target: StepTarget): Steps {
  const to = { ...target, coder: newLzmaCoder(encoded, { dictionaryBytes: 0, literalBits: LITERAL_BITS_LIMIT }) };
  let end = yield* streamSteps(encoded, 0, to);
  if (target.request.streams === 'first') return end;
  for (let next = afterPadding(encoded, end); startsXz(encoded, next); next = afterPadding(encoded, end)) {
    end = yield* streamSteps(encoded, next, to);
  }
  return end;
}

/** One coder serves all blocks of all streams: a file may have very many of a few bytes. */
interface XzTarget extends StepTarget {
  readonly coder: LzmaCoder;
}

/** Section 2.2: stream padding is zeros in fours. */
function afterPadding(encoded: Uint8Array, start: number): number {
  let at = start;
  while (at + 4 <= encoded.length && u32le(encoded, at) === 0) at += 4;
  return at;
}

/** Stream header, blocks, index, footer (section 2.1); @returns offset of the byte after the footer. */
function* streamSteps(encoded: Uint8Array, start: number, to: XzTarget): Steps {
  const { request } = to;
  const check = readStreamHeader(encoded, start, request);
  const records: BlockRecord[] = [];
  let at = start + HEADER_BYTES;
  for (;;) {
    if (at >= encoded.length) throw truncated(request, encoded, 'the xz stream');
    if (encoded[at] === INDEX_INDICATOR) break;
    const countBefore = decodedCount(to.output);
    const block = yield* blockSteps(encoded, at, { ...to, check });
    records.push({ unpaddedBytes: block.unpaddedBytes, decodedBytes: decodedCount(to.output) - countBefore });
    at = block.next;
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

interface BlockEnd {
  readonly next: number;
  readonly unpaddedBytes: number;
}

function* blockSteps(
  encoded: Uint8Array,
  start: number,
  to: XzTarget & { readonly check: Check },
): Generator<undefined, BlockEnd, undefined> {
  const { output, request, check, coder } = to;
  const header = readBlockHeader(encoded, start, request);
  refuseOversized(header.decodedBytes, { output, request });
  const countBefore = decodedCount(output);
  const isFiltered = header.filters.length > 0;
  output.windowBytes = header.dictionaryBytes;
  output.heldFrom = isFiltered ? output.size : Infinity;
  const running = check.start();
  if (!isFiltered) startSum(output, running.add);
  const data = start + header.headerBytes;
  coder.dictionaryBytes = header.dictionaryBytes;
  const dataEnd = yield* lzma2Steps(encoded, data, { output, request, coder });
  const sizes = { encodedBytes: dataEnd - data, decodedBytes: decodedCount(output) - countBefore };
  checkBlockSizes(header, sizes, { request, start });
  if (isFiltered) {
    const decoded = output.bytes.subarray(output.heldFrom, output.size);
    for (const undo of header.filters) undo(decoded);
    running.add(decoded);
    output.heldFrom = Infinity;
  } else endSum(output);
  const checkAt = dataEnd + ((4 - ((dataEnd - start) % 4)) % 4);
  const next = checkAt + check.sizeBytes;
  if (next > encoded.length) throw truncated(request, encoded, 'the check of an xz block');
  expectZeros(encoded, { from: dataEnd, to: checkAt }, request);
  verifyCheck(check, { stored: encoded.subarray(checkAt, next), computed: running.end(), at: checkAt }, request);
  return { next, unpaddedBytes: dataEnd - start + check.sizeBytes };
}

function refuseOversized(decodedBytes: number | null, { output, request }: StepTarget): void {
  if (decodedBytes === null || decodedBytes <= request.outputLimitBytes - decodedCount(output)) return;
  throw overflow({ ...request, exactSizeBytes: null });
}

interface BlockSizes {
  readonly encodedBytes: number | null;
  readonly decodedBytes: number | null;
}

function checkBlockSizes(
  declared: BlockSizes,
  found: BlockSizes,
  where: { readonly request: DecodeRequest; readonly start: number },
): void {
  const { encodedBytes, decodedBytes } = declared;
  if (encodedBytes !== null && encodedBytes !== found.encodedBytes) {
    const text = `an xz block declares ${encodedBytes} encoded bytes, but has ${found.encodedBytes ?? 0}`;
    throw corrupt(where.request, where.start, text);
  }
  if (decodedBytes !== null && decodedBytes !== found.decodedBytes) {
    const text = `an xz block declares ${decodedBytes} bytes, but decodes to ${found.decodedBytes ?? 0}`;
    throw corrupt(where.request, where.start, text);
  }
}

function verifyCheck(
  check: Check,
  of: { readonly stored: Uint8Array; readonly computed: Uint8Array; readonly at: number },
  request: DecodeRequest,
): void {
  if (of.computed.every((byte, index) => byte === of.stored[index])) return;
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

function startCrc32(): RunningCheck {
  let sum = 0;
  return {
    add: (decoded) => (sum = crc32(decoded, sum)),
    end: () => Uint8Array.of(sum, sum >>> 8, sum >>> 16, sum >>> 24),
  };
}
