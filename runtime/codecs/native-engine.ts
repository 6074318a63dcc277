import type { Engine, HashName, NativeDecoder } from '../bytes/engine.ts';
import { portableEngine } from './portable-engine.ts';

/**
 * The engine of the running Node: digests by `node:crypto`, gzip and (from Node 22.15) zstd by `node:zlib`.
 *
 * Elsewhere, as in browsers, it is the portable engine: Node's modules are asked for, never imported.
 */
export function nativeEngine(): Engine {
  const crypto = builtin('node:crypto', isCrypto);
  const zlib = builtin('node:zlib', isZlib);
  if (crypto === null || zlib === null) return portableEngine();
  const { crc32, zstdDecompressSync } = zlib;
  return {
    name: 'node',
    digest: (algorithm, chunks) => digestOf(crypto, algorithm, chunks),
    gunzip: nativeDecoder((encoded, options) => zlib.gunzipSync(encoded, options)),
    ...(zstdDecompressSync && {
      unzstd: nativeDecoder((encoded, options) =>
        zstdDecompressSync(encoded, { ...options, params: { [ZSTD_WINDOW_LOG_MAX]: 27 } }),
      ),
    }),
    ...(crc32 && { crc32: (bytes: Uint8Array) => crc32(bytes) }),
  };
}

/** `ZSTD_d_windowLogMax` of zstd.h; `zlib.constants` has it only where zstd is. */
const ZSTD_WINDOW_LOG_MAX = 100;
/** Room for the decoded bytes is taken at once, but not more than this many times the encoded ones. */
const EXPECTED_RATIO = 8;
const SMALLEST_CHUNK_BYTES = 65_536;

interface NodeCrypto {
  createHash(algorithm: string): NodeHash;
}

interface NodeHash {
  update(bytes: Uint8Array): NodeHash;
  digest(): Uint8Array;
}

interface NodeZlib {
  gunzipSync: NodeDecode;
  zstdDecompressSync?: NodeDecode;
  crc32?: (bytes: Uint8Array) => number;
}

interface NodeDecodeOptions {
  readonly info: true;
  readonly maxOutputLength: number;
  readonly chunkSize: number;
  readonly params?: Readonly<Record<number, number>>;
}

/** With `info`, Node answers the decoder as well, which counts the input that it used. */
type NodeDecode = (encoded: Uint8Array, options: NodeDecodeOptions) => unknown;

/** Node refuses a limit of nothing, so a limit of no bytes is asked for as one and checked here. */
function nativeDecoder(decode: NodeDecode): NativeDecoder {
  return (encoded, outputLimitBytes) => {
    const expectedBytes = SMALLEST_CHUNK_BYTES + encoded.length * EXPECTED_RATIO;
    // One byte of room more than the output tells Node that it is complete, without a second chunk.
    const chunkSize = Math.max(64, Math.min(outputLimitBytes + 1, expectedBytes));
    try {
      const answer = decode(encoded, { info: true, maxOutputLength: Math.max(1, outputLimitBytes), chunkSize });
      if (!isDecodeAnswer(answer)) return { kind: 'refused' };
      const { buffer } = answer;
      if (buffer.length > outputLimitBytes) return { kind: 'over-limit' };
      const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
      return { kind: 'decoded', bytes, consumedBytes: answer.engine.bytesWritten };
    } catch (error) {
      return { kind: errorCode(error) === 'ERR_BUFFER_TOO_LARGE' ? 'over-limit' : 'refused' };
    }
  };
}

function digestOf(crypto: NodeCrypto, algorithm: HashName, chunks: readonly Uint8Array[]): Uint8Array {
  const hash = crypto.createHash(algorithm);
  for (const chunk of chunks) hash.update(chunk);
  return new Uint8Array(hash.digest());
}

/** A module of Node without an import, from Node 20.16; null elsewhere. */
function builtin<T>(name: string, isModule: (value: unknown) => value is T): T | null {
  const host: unknown = Reflect.get(globalThis, 'process');
  if (!hasFunction(host, 'getBuiltinModule')) return null;
  const found: unknown = host.getBuiltinModule(name);
  return isModule(found) ? found : null;
}

function isCrypto(value: unknown): value is NodeCrypto {
  return hasFunction(value, 'createHash');
}

function isZlib(value: unknown): value is NodeZlib {
  return hasFunction(value, 'gunzipSync');
}

function isDecodeAnswer(
  value: unknown,
): value is { readonly buffer: Uint8Array<ArrayBuffer>; readonly engine: { readonly bytesWritten: number } } {
  if (typeof value !== 'object' || value === null || !('buffer' in value) || !('engine' in value)) return false;
  const { buffer, engine } = value;
  const counts = typeof engine === 'object' && engine !== null && 'bytesWritten' in engine;
  return buffer instanceof Uint8Array && counts && typeof engine.bytesWritten === 'number';
}

function hasFunction<K extends string>(value: unknown, name: K): value is Record<K, (...given: unknown[]) => unknown> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}

function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
}
