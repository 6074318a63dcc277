import { decodeChunks } from '../codecs/decode-chunks.ts';
import { identifyCodec } from '../codecs/codec.ts';
import type { Codec } from '../contract/vocabulary.ts';
import { byteStream } from './byte-stream.ts';
import { payloadFiles } from './cpio-payload.ts';
import type { PackageBounds } from './package-bounds.ts';
import { packageError } from './package-error.ts';
import type { PackedFile } from './packed-file.ts';
import { readRpmHeader, type RpmHeader } from './rpm-header.ts';

const MAGIC = [0xed, 0xab, 0xee, 0xdb];
const LEAD_BYTES = 96;
const SIGNATURE_ALIGNMENT = 8;

/** RPMTAG_PAYLOADFORMAT, RPMTAG_PAYLOADCOMPRESSOR (rpm's include/rpm/rpmtag.h). */
const PAYLOAD_FORMAT = 1124;
const PAYLOAD_COMPRESSOR = 1125;

/** What rpm's build/pack.cc writes as compressor; an uncompressed payload has none, or `none`. */
const COMPRESSORS: ReadonlyMap<string, Codec> = new Map([
  ['gzip', 'gzip'],
  ['xz', 'xz'],
  ['zstd', 'zstd'],
  ['bzip2', 'bzip2'],
  ['lzma', 'lzma'],
  ['none', 'none'],
]);

/** Whether an rpm package starts here. */
export function startsRpm(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/**
 * The regular files of an rpm package, one at a time, in the order of its payload (rpm's docs/manual/format.md):
 *
 *     lead (96) | signature header, to a multiple of 8 | header | payload: cpio, compressed
 *
 * Signatures and digests of the package itself are not checked.
 *
 * @throws FormatError `rpm-…`, `cpio-…`, `codec-…`, `truncated` while iterating.
 */
export function* rpmFiles(bytes: Uint8Array, bounds: PackageBounds): Generator<PackedFile, void, undefined> {
  const signature = readRpmHeader(bytes, LEAD_BYTES);
  const header = readRpmHeader(bytes, Math.ceil(signature.endBytes / SIGNATURE_ALIGNMENT) * SIGNATURE_ALIGNMENT);
  const format = header.text(PAYLOAD_FORMAT) ?? 'cpio';
  if (format !== 'cpio') throw payloadError(header, `the payload is of format \`${format}\`; only cpio is read`);
  const encoded = bytes.subarray(header.endBytes);
  const codec = payloadCodec(header, encoded);
  const chunks = decodeChunks(codec, encoded, { ...bounds, layer: 'rpm/payload' });
  yield* payloadFiles(byteStream(chunks, 'rpm/payload'), header);
}

/** What the header says and what the payload's first bytes say must agree. */
function payloadCodec(header: RpmHeader, encoded: Uint8Array): Codec {
  const named = header.text(PAYLOAD_COMPRESSOR);
  const found = identifyCodec(encoded) ?? 'none';
  if (named === null) return found;
  const codec = COMPRESSORS.get(named);
  if (codec === undefined) throw payloadError(header, `the payload's compressor is \`${named}\`, which is not known`);
  if (codec === found) return codec;
  throw payloadError(header, `the header says that the payload is \`${named}\`, but its bytes say \`${found}\``);
}

function payloadError({ endBytes }: RpmHeader, text: string) {
  return packageError('rpm', { code: 'rpm-payload', text, offsetBytes: endBytes });
}
