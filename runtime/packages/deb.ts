import { decodeChunks } from '../codecs/decode-chunks.ts';
import type { Codec } from '../contract/vocabulary.ts';
import { type ArMember, readAr, startsAr } from './ar.ts';
import { byteStream } from './byte-stream.ts';
import type { PackageBounds } from './package-bounds.ts';
import { packageError } from './package-error.ts';
import type { PackedFile } from './packed-file.ts';
import { tarFiles } from './tar.ts';

/** Whether a Debian package starts here: an `ar` archive whose first member is `debian-binary` (deb(5)). */
export function startsDeb(bytes: Uint8Array): boolean {
  return startsAr(bytes) && String.fromCharCode(...bytes.subarray(8, 21)) === 'debian-binary';
}

/** Members that hold the files, by the compressions that `dpkg-deb` has ever written (dpkg lib/dpkg/compress.c). */
const DATA_MEMBERS: ReadonlyMap<string, Codec> = new Map([
  ['data.tar', 'none'],
  ['data.tar.gz', 'gzip'],
  ['data.tar.xz', 'xz'],
  ['data.tar.zst', 'zstd'],
  ['data.tar.bz2', 'bzip2'],
  ['data.tar.lzma', 'lzma'],
]);

/**
 * The regular files of a Debian package, one at a time, in the order of its `data.tar`.
 *
 * @throws FormatError `ar-…`, `deb-version`, `deb-data`, `tar-…`, `codec-…` while iterating.
 */
export function* debFiles(bytes: Uint8Array, bounds: PackageBounds): Generator<PackedFile, void, undefined> {
  const members = readAr(bytes);
  checkVersion(bytes, members[0]);
  const data = members.filter(({ name }) => name.startsWith('data.tar'));
  const [member, second] = data;
  const codec = DATA_MEMBERS.get(member?.name ?? '');
  if (member === undefined || codec === undefined || second !== undefined) {
    const found = data.length === 0 ? 'no `data.tar`' : `\`${data.map(({ name }) => name).join('`, `')}\``;
    throw packageError('deb', { code: 'deb-data', text: `the package holds ${found}`, offsetBytes: 0 });
  }
  const encoded = bytes.subarray(...member.range);
  yield* tarFiles(byteStream(decodeChunks(codec, encoded, { ...bounds, layer: 'deb/data.tar' }), 'deb/data.tar'));
}

/** `2.0` and a line end; a larger minor number is compatible. */
function checkVersion(bytes: Uint8Array, member: ArMember | undefined): void {
  const [start, end] = member?.range ?? [0, 0];
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 16)));
  if (/^2\.\d+\n/.test(text)) return;
  throw packageError('deb', { code: 'deb-version', text: 'the package is not of format 2', offsetBytes: start });
}
