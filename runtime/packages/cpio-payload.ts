import type { FormatError } from '../bytes/format-error.ts';
import { once } from '../bytes/once.ts';
import { type ByteStream, skipExactly, takeExactly } from './byte-stream.ts';
import { packageError } from './package-error.ts';
import { openPackedFile, packedPath, type PackedFile } from './packed-file.ts';
import type { RpmHeader } from './rpm-header.ts';

const MAGIC_BYTES = 6;
const DRAIN_BYTES = 1 << 20;
const FIELD_BYTES = 8;
const FIELD_COUNT = 13;
const NAME_LIMIT_BYTES = 4096;
const TRAILER = '/TRAILER!!!';
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
/** A stripped entry's number that ends the archive. */
const LAST_INDEX = 0xffffffff;

/** Tags of the file list (rpm's include/rpm/rpmtag.h). */
const FILE_SIZES = 1028;
const FILE_MODES = 1030;
const DIRECTORY_INDEXES = 1116;
const BASE_NAMES = 1117;
const DIRECTORY_NAMES = 1118;
const LONG_FILE_SIZES = 5008;

interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly sizeBytes: number;
}

/**
 * The regular files of an rpm payload (rpm's lib/cpio.cc `rpmcpioHeaderRead`): cpio entries of format newc, or stripped
 * ones, `07070X` and a number in the header's file list, as packages with files above 4 GiB and format 6 have.
 *
 * Not the walker of initrds: a payload is too large to be held, and rpm ends it at `TRAILER!!!` only. Of hard links the
 * last has the contents, and the others are empty.
 *
 * @throws FormatError `cpio-magic`, `cpio-header`, `cpio-truncated`, `rpm-header`, and what the stream throws.
 */
export function* payloadFiles(stream: ByteStream, header: RpmHeader): Generator<PackedFile, void, undefined> {
  const fileList = once(() => fileListOf(header));
  for (;;) {
    const entry = readEntry(stream, fileList);
    if (entry === null) break;
    if ((entry.mode & TYPE_MASK) === REGULAR) {
      const file = openPackedFile(stream, entry, 'cpio');
      yield file;
      file.finish();
    } else skipExactly(stream, entry.sizeBytes, 'cpio');
    skipPadding(stream);
  }
  // To the end of the stream, so that the checksums there are verified.
  while (stream.skip(DRAIN_BYTES) > 0);
}

/** @returns null at the end of the archive. */
function readEntry(stream: ByteStream, fileList: () => readonly Entry[]): Entry | null {
  const at = stream.at();
  const magic = asciiOf(takeExactly(stream, MAGIC_BYTES, 'cpio'));
  if (magic === '07070X') return strippedEntry(stream, fileList, at);
  if (magic !== '070701' && magic !== '070702') throw fault(stream, at, ['cpio-magic', `no cpio header at ${at}`]);
  const fields = takeExactly(stream, FIELD_COUNT * FIELD_BYTES, 'cpio');
  const field = (index: number): number => hexField(fields, index, { stream, at });
  const nameBytes = field(11);
  if (nameBytes === 0 || nameBytes > NAME_LIMIT_BYTES) {
    throw fault(stream, at, ['cpio-header', `a name of ${nameBytes} bytes in the cpio header at ${at}`]);
  }
  const name = takeExactly(stream, nameBytes, 'cpio');
  skipPadding(stream);
  const end = name.indexOf(0);
  const path = packedPath(end < 0 ? name : name.subarray(0, end));
  return path === TRAILER ? null : { path, mode: field(1), sizeBytes: field(6) };
}

function strippedEntry(stream: ByteStream, fileList: () => readonly Entry[], at: number): Entry | null {
  const index = hexField(takeExactly(stream, FIELD_BYTES, 'cpio'), 0, { stream, at });
  skipPadding(stream);
  if (index === LAST_INDEX) return null;
  const entry = fileList()[index];
  if (entry === undefined) throw fault(stream, at, ['cpio-header', `there is no file ${index} in the rpm header`]);
  return entry;
}

function fileListOf(header: RpmHeader): readonly Entry[] {
  const directories = header.strings(DIRECTORY_NAMES);
  const places = header.numbers(DIRECTORY_INDEXES);
  const modes = header.numbers(FILE_MODES);
  const longSizes = header.numbers(LONG_FILE_SIZES);
  const sizes = longSizes.length > 0 ? longSizes : header.numbers(FILE_SIZES);
  return header.strings(BASE_NAMES).map((name, index) => {
    const directory = directories[places[index] ?? -1];
    const [mode, sizeBytes] = [modes[index], sizes[index]];
    if (directory === undefined || mode === undefined || sizeBytes === undefined || !Number.isSafeInteger(sizeBytes)) {
      const text = `the file list of the rpm header says too little of file ${index}`;
      throw packageError('rpm', { code: 'rpm-header', text, offsetBytes: 0 });
    }
    return { path: packedPath(Uint8Array.from([...directory, ...name])), mode, sizeBytes };
  });
}

function skipPadding(stream: ByteStream): void {
  skipExactly(stream, (4 - (stream.at() % 4)) % 4, 'cpio');
}

interface HeaderPlace {
  readonly stream: ByteStream;
  readonly at: number;
}

function hexField(fields: Uint8Array, index: number, { stream, at }: HeaderPlace): number {
  const digits = asciiOf(fields.subarray(index * FIELD_BYTES, (index + 1) * FIELD_BYTES));
  if (/^[\da-f]{8}$/i.test(digits)) return Number.parseInt(digits, 16);
  throw fault(stream, at, ['cpio-header', `a field of the cpio header at ${at} is not 8 hex digits`]);
}

function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function fault({ layer }: ByteStream, offsetBytes: number, [code, text]: readonly [string, string]): FormatError {
  return packageError(layer, { code, text, offsetBytes });
}
