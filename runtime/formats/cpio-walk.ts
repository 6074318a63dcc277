import type { ByteRange } from '../bytes/ranges.ts';
import { cpioName } from './cpio-name.ts';
import { faultAt } from './fault-at.ts';
import { firstNonZero } from './zero-bytes.ts';

/** One member of a cpio archive. Offsets count from the start of the bytes that were walked. */
export interface CpioEntry {
  /** As in the archive up to its first NUL, in the form of `cpioName`. */
  readonly name: string;
  /** st_mode: file type and permissions. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Number of names of the file (`nlink`); from 2 on, entries of one archive with the same `inode` are one file. */
  readonly links: number;
  /** Device and inode numbers, as one key. */
  readonly inode: string;
  /** Numbers of the device that a device file stands for. */
  readonly device: readonly [major: number, minor: number];
  /** Of a symbolic link, in the form of `cpioName`; empty for all else. */
  readonly target: string;
  /** Of the contents, in bytes. */
  readonly sizeBytes: number;
  /** Where the contents start. */
  readonly offsetBytes: number;
  /** The whole entry: header, name, contents and their padding. */
  readonly range: ByteRange;
  /** The stated sum of the bytes of the contents (format `070702`); null in format `070701`, which has none. */
  readonly checksum: number | null;
  /** What is odd about the entry, though Linux goes on behind it. */
  readonly oddities: readonly CpioOddity[];
}

/** A peculiarity of one entry, with its place. */
export interface CpioOddity {
  readonly code: 'cpio-entry-skipped' | 'cpio-entry-type' | 'cpio-hidden-bytes';
  readonly text: string;
  readonly offsetBytes: number;
}

/** Where an archive ended, and by which entry: `TRAILER!!!`, or null when something else or nothing followed. */
export interface CpioEnd {
  readonly endBytes: number;
  readonly trailer: CpioEntry | null;
}

/** Whether a newc (`070701`) or crc (`070702`) header starts here. */
export function startsCpio(bytes: Uint8Array, offsetBytes = 0): boolean {
  const at = (index: number): number | undefined => bytes[offsetBytes + index];
  const isNewc = at(5) === 0x31 || at(5) === 0x32;
  return at(0) === 0x30 && at(1) === 0x37 && at(2) === 0x30 && at(3) === 0x37 && at(4) === 0x30 && isNewc;
}

/**
 * Walks one archive entry by entry, as Linux does (init/initramfs.c `do_header`, `do_name`, `do_skip`, `do_reset`;
 * Documentation/driver-api/early-userspace/buffer-format.rst). Linear; holds one entry at a time.
 *
 * An archive ends with `TRAILER!!!` or, since Linux does not ask for that, where no header follows an entry. Offsets are
 * 4-aligned from the start of `bytes`, which must be the start of the initrd or of a decoded member.
 *
 * @throws FormatError `cpio-magic`, `cpio-header`, `cpio-truncated`, `cpio-name`.
 */
export function* walkCpio(bytes: Uint8Array, layer: string, start: number): Generator<CpioEntry, CpioEnd> {
  let at = start;
  do {
    const entry = readEntry(bytes, layer, at);
    at = entry.range[1];
    if (entry.name === TRAILER && !isSkipped(entry)) return { endBytes: at, trailer: entry };
    yield entry;
  } while (startsCpio(bytes, at));
  return { endBytes: at, trailer: null };
}

/** Whether Linux passes over the entry without looking at its name. */
export function isSkipped({ oddities }: CpioEntry): boolean {
  return oddities.some(({ code }) => code === 'cpio-entry-skipped');
}

/** The type bits of a mode (`S_IFMT`), as POSIX <sys/stat.h> names them. */
export const FILE_TYPE = {
  mask: 0o170000,
  fifo: 0o010000,
  character: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  regular: 0o100000,
  symlink: 0o120000,
  socket: 0o140000,
} as const;

const KNOWN_TYPES: readonly number[] = Object.values(FILE_TYPE).filter((type) => type !== FILE_TYPE.mask);
const TRAILER = 'TRAILER!!!';
const HEADER_SIZE = 110;
const FIELDS_AT = 6;
const FIELD_COUNT = 13;
const FIELD_SIZE = 8;
/** PATH_MAX, with the NUL. */
const PATH_LIMIT = 4096;

function readEntry(bytes: Uint8Array, layer: string, at: number): CpioEntry {
  const fields = readFields(bytes, layer, at);
  const field = (index: number): number => fields[index] ?? 0;
  const nameAt = at + HEADER_SIZE;
  const nameEnd = nameAt + field(11);
  const offsetBytes = roundUp4(nameEnd);
  const end = offsetBytes + field(6);
  if (end > bytes.length) {
    const text = `the cpio entry at ${at} ends at ${end}, but there are ${bytes.length} bytes`;
    throw faultAt(layer, ['cpio-truncated', text], at);
  }
  const shape: EntryShape = { mode: field(1), nameAt, nameEnd, offsetBytes, end };
  const skipped = whySkipped(shape);
  if (skipped === null && bytes[nameEnd - 1] !== 0) {
    throw faultAt(layer, ['cpio-name', `the name of the cpio entry at ${at} does not end in a NUL`], nameAt);
  }
  const name = skipped === null ? cpioName(bytes.subarray(nameAt, nameEnd)) : '';
  const isLink = skipped === null && (shape.mode & FILE_TYPE.mask) === FILE_TYPE.symlink;
  return {
    name,
    mode: shape.mode,
    uid: field(2),
    gid: field(3),
    links: field(4),
    inode: `${field(7)}:${field(8)}:${field(0)}`,
    device: [field(9), field(10)],
    target: isLink ? cpioName(bytes.subarray(offsetBytes, end)) : '',
    sizeBytes: field(6),
    offsetBytes,
    range: [at, Math.min(roundUp4(end), bytes.length)],
    checksum: bytes[at + 5] === 0x32 ? field(12) : null,
    oddities: skipped === null ? odditiesOf(bytes, shape, name) : [{ ...skipped, offsetBytes: at }],
  };
}

/** Where the parts of an entry lie. */
interface EntryShape {
  readonly mode: number;
  readonly nameAt: number;
  readonly nameEnd: number;
  readonly offsetBytes: number;
  /** Of the contents, without padding. */
  readonly end: number;
}

/** `do_header`: names and link targets longer than PATH_MAX, and contents of what can have none, are passed over. */
function whySkipped({ mode, nameAt, nameEnd, offsetBytes, end }: EntryShape): Omit<CpioOddity, 'offsetBytes'> | null {
  const nameSize = nameEnd - nameAt;
  const size = end - offsetBytes;
  const type = mode & FILE_TYPE.mask;
  const because = (why: string) => ({ code: 'cpio-entry-skipped', text: `Linux skips this entry: ${why}` }) as const;
  if (nameSize === 0) return because('the name has no bytes');
  if (nameSize > PATH_LIMIT) return because(`the name has ${nameSize} bytes, more than ${PATH_LIMIT}`);
  if (type === FILE_TYPE.symlink) {
    return size > PATH_LIMIT ? because(`the link target has ${size} bytes, more than ${PATH_LIMIT}`) : null;
  }
  return type === FILE_TYPE.regular || size === 0 ? null : because('it has contents, and is no regular file');
}

function odditiesOf(bytes: Uint8Array, shape: EntryShape, name: string): readonly CpioOddity[] {
  const { mode, nameAt, offsetBytes, end } = shape;
  const oddities: CpioOddity[] = [];
  if (!KNOWN_TYPES.includes(mode & FILE_TYPE.mask) && name !== TRAILER) {
    const text = `mode 0${mode.toString(8)} is of no type: Linux makes nothing, and removes what has the name`;
    oddities.push({ code: 'cpio-entry-type', text, offsetBytes: nameAt - HEADER_SIZE });
  }
  const nul = bytes.indexOf(0, nameAt);
  oddities.push(...hiddenBytes(bytes, [nul, offsetBytes], 'the name'));
  if (name === TRAILER) oddities.push(...hiddenBytes(bytes, [offsetBytes, end], 'the trailer'));
  return [...oddities, ...hiddenBytes(bytes, [end, Math.min(roundUp4(end), bytes.length)], 'the contents')];
}

/** Bytes that no reader of the archive looks at must be zero, as every tool writes them. */
function hiddenBytes(bytes: Uint8Array, [start, end]: ByteRange, what: string): readonly CpioOddity[] {
  const at = firstNonZero(bytes, start, end);
  if (at >= end) return [];
  return [{ code: 'cpio-hidden-bytes', text: `bytes behind ${what} are not zero`, offsetBytes: at }];
}

function readFields(bytes: Uint8Array, layer: string, at: number): readonly number[] {
  if (!startsCpio(bytes, at)) throw faultAt(layer, ['cpio-magic', `no cpio header at ${at}`], at);
  if (at + HEADER_SIZE > bytes.length)
    throw faultAt(layer, ['cpio-truncated', `the cpio header at ${at} is cut short`], at);
  const fields: number[] = [];
  for (let index = 0; index < FIELD_COUNT; index += 1) {
    fields.push(readHex(bytes, layer, at + FIELDS_AT + index * FIELD_SIZE));
  }
  return fields;
}

function readHex(bytes: Uint8Array, layer: string, at: number): number {
  let value = 0;
  for (let index = at; index < at + FIELD_SIZE; index += 1) {
    const digit = hexDigit(bytes[index] ?? 0);
    if (digit < 0) throw faultAt(layer, ['cpio-header', `the cpio header field at ${at} is not 8 hex digits`], at);
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function roundUp4(value: number): number {
  return Math.ceil(value / 4) * 4;
}
