import { alignedBytes, concatBytes, u32be, utf8, zeroPadded } from './bytes.ts';
import { compress, type ForgeCodec } from './compress.ts';
import { type CpioEntry, forgeCpio } from './initrd.ts';

/** What an rpm package is made of. */
export interface RpmSpec {
  readonly files: readonly CpioEntry[];
  /** Default `none`. */
  readonly compression?: ForgeCodec;
  /** What the header says of it; null: nothing. Default: the truth. */
  readonly compressor?: string | null;
  /** `stripped`: entries are numbers in the header's file list, as in packages of format 6. Default `newc`. */
  readonly payload?: 'newc' | 'stripped';
  /** The payload itself, instead of the files. */
  readonly encoded?: Uint8Array;
}

/** A tag of a header: its number, type, count and value. */
export type RpmTag = readonly [tag: number, type: number, count: number, value: Uint8Array];

/** Writes an rpm package (rpm's docs/manual/format.md): lead, signature header, header, payload. */
export function forgeRpm(spec: RpmSpec): Uint8Array {
  const codec = spec.compression ?? 'none';
  const compressor = spec.compressor === undefined ? codec : spec.compressor;
  const archive = spec.payload === 'stripped' ? strippedCpio(spec.files) : forgeCpio(spec.files, 'newc');
  const tags: readonly RpmTag[] = [
    ...fileList(spec.files),
    stringTag(1124, 'cpio'),
    ...(compressor === null ? [] : [stringTag(1125, compressor)]),
  ];
  const signature = rpmHeader([[1000, 4, 1, u32be(0)]]);
  return concatBytes(lead(), alignedBytes(signature, 8), rpmHeader(tags), spec.encoded ?? compress(codec, archive));
}

/** One header structure: magic, counts, index, store. */
export function rpmHeader(tags: readonly RpmTag[]): Uint8Array {
  let store: Uint8Array = new Uint8Array(0);
  const index = tags.map(([tag, type, count, value]) => {
    store = zeroPadded(store, Math.ceil(store.length / 4) * 4);
    const entry = concatBytes(u32be(tag), u32be(type), u32be(store.length), u32be(count));
    store = concatBytes(store, value);
    return entry;
  });
  const intro = concatBytes(u32be(0x8eade801), u32be(0), u32be(tags.length), u32be(store.length));
  return concatBytes(intro, ...index, store);
}

/** Type 6, one string. */
export function stringTag(tag: number, value: string): RpmTag {
  return [tag, 6, 1, utf8(`${value}\0`)];
}

function lead(): Uint8Array {
  const head = concatBytes(Uint8Array.of(0xed, 0xab, 0xee, 0xdb, 3, 0, 0, 0, 0, 1), utf8('forged-1-1'));
  const withKind = zeroPadded(head, 96);
  withKind.set([0, 1, 0, 5], 76);
  return withKind;
}

/** BASENAMES, DIRNAMES, DIRINDEXES, FILESIZES, FILEMODES; every file's directory is listed anew. */
function fileList(files: readonly CpioEntry[]): readonly RpmTag[] {
  const paths = files.map(({ name }) => name.replace(/^\./, ''));
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
  const directories = paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1));
  const strings = (values: readonly string[]): Uint8Array => utf8(values.map((value) => `${value}\0`).join(''));
  return [
    [1028, 4, files.length, concatBytes(...files.map((file) => u32be(dataOf(file).length)))],
    [1030, 3, files.length, concatBytes(...files.map(({ mode }) => u32be(mode ?? 0o100644).subarray(2)))],
    [1116, 4, files.length, concatBytes(...files.map((_, index) => u32be(index)))],
    [1117, 8, files.length, strings(names)],
    [1118, 8, files.length, strings(directories)],
  ];
}

/** `07070X`, the number in hex, padding, data, padding; at the end the newc trailer (rpm's lib/cpio.cc). */
function strippedCpio(files: readonly CpioEntry[]): Uint8Array {
  const entries = files.map((file, index) => {
    const head = utf8(`07070X${index.toString(16).padStart(8, '0')}`);
    return concatBytes(alignedBytes(head, 4), alignedBytes(dataOf(file), 4));
  });
  return concatBytes(...entries, forgeCpio([], 'newc'));
}

function dataOf({ data }: CpioEntry): Uint8Array {
  return typeof data === 'string' ? utf8(data) : (data ?? new Uint8Array(0));
}
