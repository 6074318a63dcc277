import { BRANCH_FILTERS, undoDelta } from './branch-filters.ts';
import type { FormatError } from '../bytes/format-error.ts';
import { crc32 } from './crc32.ts';
import { checksumMismatch, codecError, truncated } from './decode-request.ts';
import type { DecodeRequest } from './decode-request.ts';
import { u32le } from './words.ts';

/** A block header of an .xz stream. */
export interface XzBlockHeader {
  /** Header and all. */
  readonly headerBytes: number;
  /** Null where the header does not say. */
  readonly encodedBytes: number | null;
  readonly decodedBytes: number | null;
  readonly dictionaryBytes: number;
  /** To be carried out on the decoded block, in this order. */
  readonly filters: readonly ((block: Uint8Array) => void)[];
}

/** A multibyte integer and the offset after it. */
interface VariableLength {
  readonly value: number;
  readonly next: number;
}

const FILTER_COUNT_MASK = 0x03;
const FLAGS_RESERVED = 0x3c;
const HAS_ENCODED_SIZE = 0x40;
const HAS_DECODED_SIZE = 0x80;
const FILTER_DELTA = 0x03;
const FILTER_LZMA2 = 0x21;
const DICTIONARY_LIMIT_BYTES = 2 ** 27;

/**
 * Reads a block header (.xz file format 1.2.1, section 3.1):
 *
 *     size / 4 - 1 | flags | encoded size? | decoded size? | filter flags... | zeros | CRC-32 (4)
 *
 * @throws FormatError `codec-truncated`, `codec-checksum`, `codec-header`, `codec-unsupported`, `codec-window-limit`.
 */
export function readBlockHeader(encoded: Uint8Array, start: number, request: DecodeRequest): XzBlockHeader {
  const headerBytes = ((encoded[start] ?? 0) + 1) * 4;
  const checksum = start + headerBytes - 4;
  if (checksum + 4 > encoded.length) throw truncated(request, encoded, 'an xz block header');
  const sums = {
    name: 'the CRC-32',
    stored: u32le(encoded, checksum),
    computed: crc32(encoded.subarray(start, checksum)),
  };
  if (sums.stored !== sums.computed) throw checksumMismatch(request, checksum, sums);
  const flags = encoded[start + 1] ?? 0;
  if ((flags & FLAGS_RESERVED) !== 0) throw xzHeaderError(request, start + 1, 'reserved flags of an xz block are set');
  const header = encoded.subarray(0, checksum);
  const encodedSize = optionalSize(header, start + 2, { request, isThere: flags & HAS_ENCODED_SIZE });
  const decodedSize = optionalSize(header, encodedSize.next, { request, isThere: flags & HAS_DECODED_SIZE });
  const chain = readFilters(header, decodedSize.next, { request, count: (flags & FILTER_COUNT_MASK) + 1 });
  if (header.subarray(chain.next).some((byte) => byte !== 0)) {
    throw xzHeaderError(request, chain.next, 'the padding of an xz block header is not zero');
  }
  return {
    headerBytes,
    encodedBytes: encodedSize.value,
    decodedBytes: decodedSize.value,
    dictionaryBytes: chain.dictionaryBytes,
    filters: chain.filters,
  };
}

/** Reads a multibyte integer (section 1.2): seven bits a byte, least first, nine bytes at most, no needless zeros. */
export function readVariableLength(encoded: Uint8Array, start: number, request: DecodeRequest): VariableLength {
  let value = 0;
  for (let i = 0; i < 9; i += 1) {
    if (start + i >= encoded.length) throw xzHeaderError(request, start, 'an xz number is cut off');
    const byte = encoded[start + i] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 0x80) continue;
    if ((byte === 0 && i > 0) || value > Number.MAX_SAFE_INTEGER) break;
    return { value, next: start + i + 1 };
  }
  throw xzHeaderError(request, start, 'an xz number is too long');
}

/** The error for a header, index or footer that breaks the format's rules: code `codec-header`. */
export function xzHeaderError(request: DecodeRequest, offsetBytes: number, text: string): FormatError {
  return codecError(request, { code: 'codec-header', text, offsetBytes });
}

function optionalSize(
  header: Uint8Array,
  start: number,
  which: { readonly request: DecodeRequest; readonly isThere: number },
): { readonly value: number | null; readonly next: number } {
  return which.isThere === 0 ? { value: null, next: start } : readVariableLength(header, start, which.request);
}

/** Filter flags (section 3.1.5): the last filter is LZMA2, and only the last. */
function readFilters(
  header: Uint8Array,
  start: number,
  chain: { readonly request: DecodeRequest; readonly count: number },
): { filters: XzBlockHeader['filters']; dictionaryBytes: number; next: number } {
  const { request, count } = chain;
  const filters: ((block: Uint8Array) => void)[] = [];
  let next = start;
  for (let left = count; ; left -= 1) {
    const id = readVariableLength(header, next, request);
    const size = readVariableLength(header, id.next, request);
    const properties = header.subarray(size.next, size.next + size.value);
    if (properties.length < size.value)
      throw xzHeaderError(request, next, 'the properties of an xz filter are cut off');
    if ((id.value === FILTER_LZMA2) !== (left === 1)) {
      throw xzHeaderError(request, next, 'the filters of an xz block do not end with LZMA2');
    }
    const at = next;
    next = size.next + size.value;
    if (left === 1)
      return { filters: filters.reverse(), dictionaryBytes: dictionarySize(properties, at, request), next };
    filters.push(filterOf(id.value, properties, { request, at }));
  }
}

/** One byte: 2 or 3 times a power of two from 4 KiB on (section 5.3.1). */
function dictionarySize(properties: Uint8Array, at: number, request: DecodeRequest): number {
  const bits = properties[0] ?? 0;
  if (properties.length !== 1 || bits > 40) throw xzHeaderError(request, at, 'the LZMA2 properties are invalid');
  const dictionaryBytes = (2 + (bits % 2)) * 2 ** (11 + Math.floor(bits / 2));
  if (dictionaryBytes <= DICTIONARY_LIMIT_BYTES) return dictionaryBytes;
  const text = `the xz block needs a dictionary of ${dictionaryBytes} bytes, more than ${DICTIONARY_LIMIT_BYTES}`;
  throw codecError(request, { code: 'codec-window-limit', text, offsetBytes: at });
}

function filterOf(
  id: number,
  properties: Uint8Array,
  where: { readonly request: DecodeRequest; readonly at: number },
): (block: Uint8Array) => void {
  const { request, at } = where;
  if (id === FILTER_DELTA) {
    if (properties.length !== 1) throw xzHeaderError(request, at, 'the delta filter wants one byte of properties');
    return (block) => undoDelta(block, (properties[0] ?? 0) + 1);
  }
  const branch = BRANCH_FILTERS.get(id);
  if (branch === undefined) {
    const text = `the xz filter ${id} is not supported`;
    throw codecError(request, { code: 'codec-unsupported', text, offsetBytes: at });
  }
  const startBytes = u32le(properties, 0);
  const isValid = properties.length === 0 || (properties.length === 4 && startBytes % branch.alignmentBytes === 0);
  if (!isValid) throw xzHeaderError(request, at, `the start position of the ${branch.name} filter is invalid`);
  return (block) => branch.undo(block, startBytes);
}
