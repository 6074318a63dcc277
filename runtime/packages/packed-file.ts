import { decodeUtf8 } from '../formats/utf8.ts';
import { type ByteStream, outputOf, skipExactly } from './byte-stream.ts';

/** A regular file in a package; good until the next one is asked for. */
export interface PackedFile {
  /** From the root of the installed system: `/boot/vmlinuz-6.12`. Bytes that are no UTF-8 are shown as `\xNN`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** The first bytes, or all when there are fewer; asked again, it may give more. */
  readonly head: (lengthBytes: number) => Uint8Array;
}

/** The file whose contents come next in the stream, and how to get past it. */
export function openPackedFile(
  stream: ByteStream,
  file: Pick<PackedFile, 'path' | 'sizeBytes'>,
  format: 'tar' | 'cpio',
): PackedFile & { readonly finish: () => void } {
  const { path, sizeBytes } = file;
  let taken = outputOf(0);
  return {
    path,
    sizeBytes,
    head: (lengthBytes) => {
      const wanted = Math.min(lengthBytes, sizeBytes);
      if (taken.ceilingBytes === 0) taken = outputOf(sizeBytes);
      if (wanted > taken.size) stream.takeInto(taken, wanted - taken.size);
      // Nothing more comes: this says so.
      if (taken.size < wanted) skipExactly(stream, 1, format);
      return taken.bytes.subarray(0, wanted);
    },
    finish: () => {
      const left = sizeBytes - taken.size;
      taken = outputOf(0);
      skipExactly(stream, left, format);
    },
  };
}

/** The name of a packed file as a path from the root: `./boot/x` and `boot/x` are `/boot/x`. */
export function packedPath(name: Uint8Array): string {
  const decoded = decodeUtf8(name);
  const text = decoded.ok ? decoded.text : Array.from(name, latin).join('');
  return `/${text.replace(/^(?:\.?\/)+/, '')}`;
}

function latin(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}
