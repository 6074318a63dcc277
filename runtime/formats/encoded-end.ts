import type { Codec } from '../contract/vocabulary.ts';

/**
 * Where the encoded bytes of a bare compressed file end, when its format alone cannot tell: the lz4 legacy frame has no
 * end mark, so a decoded size behind it (Linux scripts/Makefile.lib, `size_append`) looks like one more block.
 *
 * Steps over the blocks without decoding them (LZ4 doc/lz4_Frame_format.md, "Legacy frame"): four bytes that are left
 * where a block would start are the size. All other codecs say themselves what they used.
 */
export function encodedEnd(codec: Codec, bytes: Uint8Array): number {
  if (codec !== 'lz4') return bytes.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + WORD < bytes.length) {
    const word = view.getUint32(at, true);
    at += WORD + (word === LEGACY_MAGIC ? 0 : word);
  }
  return at === bytes.length - WORD ? at : bytes.length;
}

const WORD = 4;
const LEGACY_MAGIC = 0x184c2102;
