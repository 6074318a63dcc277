import type { Engine, HashName } from '../bytes/engine.ts';

/** The part of WebCrypto that is used; browsers and Node 20 have it as a global. */
interface SubtleDigest {
  digest(algorithm: string, bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
}

const SUBTLE_NAMES: Partial<Readonly<Record<HashName, string>>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/**
 * An engine of web standards alone: digests by WebCrypto, no host decoders.
 *
 * `digest` rejects with a `RangeError` for what WebCrypto lacks: md5, sha224 and sha3.
 */
export function portableEngine(): Engine {
  return { name: 'portable', digest: subtleDigest };
}

async function subtleDigest(algorithm: HashName, chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  const name = SUBTLE_NAMES[algorithm];
  if (name === undefined) throw new RangeError(`the portable engine has no ${algorithm}`);
  return new Uint8Array(await subtle().digest(name, joined(chunks)));
}

function subtle(): SubtleDigest {
  const crypto: unknown = Reflect.get(globalThis, 'crypto');
  const found: unknown = typeof crypto === 'object' && crypto !== null ? Reflect.get(crypto, 'subtle') : undefined;
  if (isSubtle(found)) return found;
  throw new TypeError('this host has no WebCrypto (browsers have it in secure contexts only)');
}

function isSubtle(value: unknown): value is SubtleDigest {
  return typeof value === 'object' && value !== null && 'digest' in value && typeof value.digest === 'function';
}

/** WebCrypto takes one piece only. */
function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
