import type { FormatError } from '../bytes/format-error.ts';
import { isZero } from '../formats/zero-bytes.ts';
import { type ByteStream, skipExactly, takeExactly } from './byte-stream.ts';
import { packageError } from './package-error.ts';
import { openPackedFile, packedPath, type PackedFile } from './packed-file.ts';
import { numberField, paxRecords, type PaxRecords, textField } from './tar-fields.ts';

const BLOCK_BYTES = 512;
const DRAIN_BYTES = 1 << 20;
/** Of the records and long names that stand before an entry. */
const EXTRA_LIMIT_BYTES = 1 << 20;
const REGULAR_TYPES: readonly string[] = ['0', '\0', '7'];
/** Entries without contents, whatever their size field says: links, devices, directories, pipes. */
const EMPTY_TYPES: readonly string[] = ['1', '2', '3', '4', '5', '6'];

/** What stands before an entry and changes it. */
interface Extras {
  readonly pax: PaxRecords;
  readonly longName: Uint8Array | null;
}

const NO_EXTRAS: Extras = { pax: {}, longName: null };

/**
 * The regular files of a tar archive, in order (POSIX.1-2017 `pax`, "ustar Interchange Format" and "pax Header Block";
 * GNU tar's tar.h for `L` and numbers in base 256).
 *
 *     +0 name (100) | +100 mode (8) | … | +124 size (12) | +136 time (12) | +148 checksum (8) | +156 type (1)
 *     | +157 link (100) | +257 ustar | … | +345 prefix (155)
 *
 * Links are passed over: what they name is a file of its own. Stricter than tar: every checksum must be right, and sparse
 * files are refused. What follows the end of the archive is not read as anything.
 *
 * @throws FormatError `tar-checksum`, `tar-header`, `tar-unsupported`, `tar-truncated`, and what the stream throws.
 */
export function* tarFiles(stream: ByteStream): Generator<PackedFile, void, undefined> {
  let extras = NO_EXTRAS;
  for (;;) {
    const at = stream.at();
    const block = stream.take(BLOCK_BYTES);
    if (block.length === 0) return;
    if (block.length < BLOCK_BYTES) throw fault(stream, at, ['tar-truncated', 'a tar header is cut short']);
    if (isZero(block, [0, BLOCK_BYTES])) break;
    checkSum(block, stream, at);
    const type = String.fromCharCode(block[156] ?? 0);
    const sizeBytes = extras.pax.size ?? numberField(block, [124, 136]) ?? -1;
    if (sizeBytes < 0 || !Number.isSafeInteger(sizeBytes)) {
      throw fault(stream, at, ['tar-header', 'the size in a tar header is no number']);
    }
    if (isExtra(type)) {
      extras = readExtra(stream, { type, sizeBytes, extras });
      continue;
    }
    if (type === 'S') throw fault(stream, at, ['tar-unsupported', 'the tar archive holds a sparse file']);
    const contentBytes = EMPTY_TYPES.includes(type) ? 0 : sizeBytes;
    if (REGULAR_TYPES.includes(type)) yield* oneFile(stream, { path: packedPath(nameOf(block, extras)), sizeBytes });
    else skipExactly(stream, contentBytes, 'tar');
    skipExactly(stream, paddingOf(contentBytes), 'tar');
    extras = NO_EXTRAS;
  }
  // To the end of the stream, so that the checksums there are verified.
  while (stream.skip(DRAIN_BYTES) > 0);
}

function* oneFile(stream: ByteStream, file: Pick<PackedFile, 'path' | 'sizeBytes'>): Generator<PackedFile, void> {
  const opened = openPackedFile(stream, file, 'tar');
  yield opened;
  opened.finish();
}

/** pax records for the next entry or for all, GNU long names and long link targets. */
function isExtra(type: string): boolean {
  return ['x', 'g', 'L', 'K'].includes(type);
}

interface ExtraHeader {
  readonly type: string;
  readonly sizeBytes: number;
  readonly extras: Extras;
}

function readExtra(stream: ByteStream, { type, sizeBytes, extras }: ExtraHeader): Extras {
  const at = stream.at();
  if (sizeBytes > EXTRA_LIMIT_BYTES) {
    throw fault(stream, at, ['tar-header', `a name or record of ${sizeBytes} bytes stands before a tar entry`]);
  }
  const bytes = takeExactly(stream, sizeBytes, 'tar');
  skipExactly(stream, paddingOf(sizeBytes), 'tar');
  if (type === 'L') return { ...extras, longName: textField(bytes, [0, bytes.length]) };
  if (type !== 'x') return extras;
  const pax = paxRecords(bytes);
  if (pax === null) throw fault(stream, at, ['tar-header', 'a pax record is malformed']);
  if (pax.isSparse) throw fault(stream, at, ['tar-unsupported', 'the tar archive holds a sparse file']);
  return { ...extras, pax };
}

function nameOf(block: Uint8Array, { pax, longName }: Extras): Uint8Array {
  const given = pax.path ?? longName;
  if (given !== null) return given;
  const name = textField(block, [0, 100]);
  const isUstar = String.fromCharCode(...block.subarray(257, 263)) === 'ustar\0';
  const prefix = isUstar ? textField(block, [345, 500]) : new Uint8Array(0);
  return prefix.length === 0 ? name : Uint8Array.from([...prefix, SLASH, ...name]);
}

const SLASH = 0x2f;

/** The sum of the header's bytes, its own field taken as spaces; some old tars added them up as signed numbers. */
function checkSum(block: Uint8Array, stream: ByteStream, at: number): void {
  let unsigned = 0;
  let signed = 0;
  block.forEach((byte, index) => {
    const counted = index >= 148 && index < 156 ? 0x20 : byte;
    unsigned += counted;
    signed += counted > 127 ? counted - 256 : counted;
  });
  const stored = numberField(block, [148, 156]);
  if (stored === unsigned || stored === signed) return;
  throw fault(stream, at, ['tar-checksum', 'the checksum of a tar header does not match it']);
}

function paddingOf(sizeBytes: number): number {
  return (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

function fault({ layer }: ByteStream, offsetBytes: number, [code, text]: readonly [string, string]): FormatError {
  return packageError(layer, { code, text, offsetBytes });
}
