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
  /** Gzip and zstd decoders of the host; absent where the host has none. */
  readonly gunzip?: NativeDecoder;
  readonly unzstd?: NativeDecoder;
  /** CRC-32 (IEEE 802.3) of the bytes, as an unsigned number. */
  readonly crc32?: (bytes: Uint8Array) => number;
}

/**
 * Decodes the stream that the bytes start with: all gzip members that follow each other, or one zstd frame.
 *
 * Never throws for what the bytes are: `refused` sends the caller to the portable decoder, which names the fault.
 */
export type NativeDecoder = (encoded: Uint8Array, outputLimitBytes: number) => NativeResult;

export type NativeResult =
  | { readonly kind: 'decoded'; readonly bytes: Uint8Array; readonly consumedBytes: number }
  | { readonly kind: 'over-limit' }
  | { readonly kind: 'refused' };

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
