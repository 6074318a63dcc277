import type { ByteRange } from '../bytes/ranges.ts';
import { faultAt } from './fault-at.ts';

/** One member of a cpio archive. Offsets count from the start of the bytes that were walked. */
export interface CpioEntry {
  /** As in the archive, without its NUL; bytes above 0x7e and controls shown as `\xNN`. */
  readonly name: string;
  /** st_mode: file type and permissions. */
  readonly mode: number;
  /** Of the contents, in bytes. */
  readonly sizeBytes: number;
  /** Where the contents start. */
  readonly offsetBytes: number;
  /** The whole entry: header, name, contents and their padding. */
  readonly range: ByteRange;
  /** Why Linux skips the entry: a name of 0 or more than 4096 bytes, or one without a NUL. */
  readonly skipped: string | null;
}

/** Where an archive ended, and whether by `TRAILER!!!` (`false`: by the end of the bytes). */
export interface CpioEnd {
  readonly endBytes: number;
  readonly trailer: boolean;
}

/** Whether a newc (`070701`) or crc (`070702`) header starts here. */
export function startsCpio(bytes: Uint8Array, offsetBytes = 0): boolean {
  const at = (index: number): number | undefined => bytes[offsetBytes + index];
  const isNewc = at(5) === 0x31 || at(5) === 0x32;
  return at(0) === 0x30 && at(1) === 0x37 && at(2) === 0x30 && at(3) === 0x37 && at(4) === 0x30 && isNewc;
}

/**
 * Walks one archive entry by entry, as Linux does (init/initramfs.c `do_header`, `do_name`, `do_skip`;
 * Documentation/driver-api/early-userspace/buffer-format.rst). Linear; holds one entry at a time.
 *
 * Offsets are 4-aligned from the start of `bytes`, which must be the start of the initrd or of a decoded member.
 *
 * @throws FormatError `cpio-magic`, `cpio-header`, `cpio-truncated`.
 */
export function* walkCpio(bytes: Uint8Array, layer: string, start: number): Generator<CpioEntry, CpioEnd> {
  let at = start;
  while (at < bytes.length) {
    const entry = readEntry(bytes, layer, at);
    if (entry.name === TRAILER && entry.skipped === null) return { endBytes: entry.range[1], trailer: true };
    yield entry;
    at = entry.range[1];
  }
  return { endBytes: bytes.length, trailer: false };
}

const TRAILER = 'TRAILER!!!';
const HEADER_SIZE = 110;
const FIELDS_AT = 6;
const FIELD_SIZE = 8;
const MODE = 1;
const FILE_SIZE = 6;
const NAME_SIZE = 11;
/** PATH_MAX. */
const NAME_LIMIT = 4096;

function readEntry(bytes: Uint8Array, layer: string, at: number): CpioEntry {
  if (!startsCpio(bytes, at)) throw faultAt(layer, ['cpio-magic', `no cpio header at ${at}`], at);
  if (at + HEADER_SIZE > bytes.length)
    throw faultAt(layer, ['cpio-truncated', `the cpio header at ${at} is cut short`], at);
  const field = (index: number): number => readHex(bytes, layer, at + FIELDS_AT + index * FIELD_SIZE);
  for (let index = 0; index < 13; index += 1) field(index);
  const nameSize = field(NAME_SIZE);
  const sizeBytes = field(FILE_SIZE);
  const nameAt = at + HEADER_SIZE;
  const offsetBytes = roundUp4(nameAt + nameSize);
  const end = offsetBytes + sizeBytes;
  if (end > bytes.length) {
    const text = `the cpio entry at ${at} ends at ${end}, but there are ${bytes.length} bytes`;
    throw faultAt(layer, ['cpio-truncated', text], at);
  }
  const skipped = whySkipped(bytes, nameAt, nameSize);
  const name = skipped === null ? showName(bytes.subarray(nameAt, nameAt + nameSize - 1)) : '';
  return {
    name,
    mode: field(MODE),
    sizeBytes,
    offsetBytes,
    range: [at, Math.min(roundUp4(end), bytes.length)],
    skipped,
  };
}

function whySkipped(bytes: Uint8Array, nameAt: number, nameSize: number): string | null {
  if (nameSize === 0) return 'the name has no bytes';
  if (nameSize > NAME_LIMIT) return `the name has ${nameSize} bytes, more than ${NAME_LIMIT}`;
  return bytes[nameAt + nameSize - 1] === 0 ? null : 'the name does not end in a NUL';
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

/** Linux reads names as C strings, so one with a NUL inside ends there. */
function showName(field: Uint8Array): string {
  const end = field.indexOf(0);
  let name = '';
  for (const byte of end < 0 ? field : field.subarray(0, end)) {
    name += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return name;
}
