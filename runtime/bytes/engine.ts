/**
 * What a host may do faster than the portable code: injected, never imported.
 *
 * The portable engine works in browsers; the Node one uses `node:crypto` and `node:zlib`. Both give the same bytes.
 */
export interface Engine {
  readonly name: string;
  /**
   * Digest of the concatenation of chunks.
   *
   * @param algorithm one of `HASH_NAMES`.
   * @returns the raw digest; rejects for an algorithm the host does not have.
   */
  digest(algorithm: HashName, chunks: readonly Uint8Array[]): Uint8Array | Promise<Uint8Array>;
  /** Raw-deflate, gzip and zstd decoders of the host; absent where the host has none. */
  readonly gunzip?: NativeDecoder;
  readonly unzstd?: NativeDecoder;
  /** CRC-32 (IEEE 802.3) of the bytes, as an unsigned number. */
  readonly crc32?: (bytes: Uint8Array) => number;
}

/** Decodes one complete frame or member set; throws on any fault and when the output would exceed the limit. */
export type NativeDecoder = (encoded: Uint8Array, outputLimitBytes: number) => Uint8Array;

export const HASH_NAMES = [
  'md5',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
] as const;
export type HashName = (typeof HASH_NAMES)[number];
