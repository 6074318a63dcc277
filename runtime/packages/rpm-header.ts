import { readerOf } from '../bytes/reader.ts';
import { packageError } from './package-error.ts';

/** One header structure of an rpm file: an index of tags, and a store with their values. */
export interface RpmHeader {
  readonly endBytes: number;
  /** The first string of a tag; null when the tag is absent or of another type. */
  readonly text: (tag: number) => string | null;
  /** The strings of a tag, as bytes; none when it is absent or of another type. */
  readonly strings: (tag: number) => readonly Uint8Array[];
  /** The numbers of a tag; none when it is absent or of another type. */
  readonly numbers: (tag: number) => readonly number[];
}

interface Entry {
  readonly type: number;
  readonly at: number;
  readonly count: number;
}

const MAGIC = 0x8eade801;
const INTRO_BYTES = 16;
const ENTRY_BYTES = 16;
/** rpm's lib/header.cc: `hdrchkTags`, `hdrchkData`. */
const TAG_LIMIT = 0xffff;
const DATA_LIMIT_BYTES = 0x0fffffff;

/** Bytes of one number, by type: INT8, INT16, INT32, INT64. */
const NUMBER_BYTES: ReadonlyMap<number, number> = new Map([
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
]);
const STRING = 6;
const STRING_ARRAY = 8;
const I18N_STRING = 9;

/**
 * Reads a header structure (rpm's docs/manual/format.md, "Header Structure"), all numbers big-endian:
 *
 *     +0 8e ad e8 01 | +4 reserved (4) | +8 tags (4) | +12 bytes of the store (4)
 *     | tags: tag (4) | type (4) | offset in the store (4) | count (4) … | store
 *
 * @throws FormatError `rpm-header`, `truncated`.
 */
export function readRpmHeader(bytes: Uint8Array, start: number): RpmHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = readerOf(bytes, 'rpm');
  const u32 = (at: number): number => (reader.u32(at), view.getUint32(at));
  if (u32(start) !== MAGIC) throw headerError(start, 'the magic of an rpm header is missing');
  const tags = u32(start + 8);
  const dataBytes = u32(start + 12);
  if (tags > TAG_LIMIT || dataBytes > DATA_LIMIT_BYTES) {
    throw headerError(start, `an rpm header of ${tags} tags and ${dataBytes} bytes`);
  }
  const store = start + INTRO_BYTES + tags * ENTRY_BYTES;
  const endBytes = store + dataBytes;
  if (endBytes > bytes.length) throw headerError(start, `an rpm header that ends at ${endBytes}, behind the file`);
  const entries = new Map<number, Entry>();
  for (let index = 0; index < tags; index += 1) {
    const at = start + INTRO_BYTES + index * ENTRY_BYTES;
    const place = store + u32(at + 8);
    if (place > endBytes) throw headerError(at, `an rpm tag lies ${u32(at + 8)} bytes into ${dataBytes}`);
    entries.set(u32(at), { type: u32(at + 4), at: place, count: u32(at + 12) });
  }
  const values = { view, endBytes };
  return {
    endBytes,
    text: (tag) => {
      const [first] = stringsOf(entries.get(tag), values, 1);
      return first === undefined ? null : String.fromCharCode(...first.subarray(0, TEXT_LIMIT));
    },
    strings: (tag) => stringsOf(entries.get(tag), values, Infinity),
    numbers: (tag) => numbersOf(entries.get(tag), values),
  };
}

interface Store {
  readonly view: DataView;
  readonly endBytes: number;
}

/** Names of compressors and the like are short. */
const TEXT_LIMIT = 64;

function stringsOf(entry: Entry | undefined, { view, endBytes }: Store, most: number): readonly Uint8Array[] {
  if (entry === undefined || ![STRING, STRING_ARRAY, I18N_STRING].includes(entry.type)) return [];
  const bytes = new Uint8Array(view.buffer, view.byteOffset, endBytes);
  const found: Uint8Array[] = [];
  for (let at = entry.at; found.length < Math.min(entry.count, most); ) {
    const end = bytes.indexOf(0, at);
    if (end < 0) throw headerError(entry.at, 'a string of an rpm header does not end');
    found.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return found;
}

function numbersOf(entry: Entry | undefined, { view, endBytes }: Store): readonly number[] {
  const size = NUMBER_BYTES.get(entry?.type ?? 0);
  if (entry === undefined || size === undefined) return [];
  if (entry.at + entry.count * size > endBytes) throw headerError(entry.at, 'the numbers of an rpm tag end too late');
  return Array.from({ length: entry.count }, (_, index) => {
    const at = entry.at + index * size;
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at);
    return size === 4 ? view.getUint32(at) : view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
  });
}

function headerError(offsetBytes: number, text: string) {
  return packageError('rpm', { code: 'rpm-header', text, offsetBytes });
}
