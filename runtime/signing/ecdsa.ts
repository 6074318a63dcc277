import type { HashName } from '../bytes/engine.ts';
import { attempt } from '../bytes/format-error.ts';
import { fieldsOf, TAG } from './der-fields.ts';
import { contentOf, readDer } from './der.ts';

/** What an ECDSA signature is checked with. */
export interface EcdsaQuestion {
  readonly curve: 'P-256' | 'P-384' | 'P-521';
  /** Encoded point. */
  readonly point: Uint8Array;
  readonly digest: HashName;
  readonly message: Uint8Array;
  /** DER `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279, section 2.2.3). */
  readonly signature: Uint8Array;
}

/**
 * Checks an ECDSA signature with the host's WebCrypto.
 *
 * `unsupported` when the host lacks WebCrypto or WebCrypto lacks the digest; never an exception.
 */
export async function checkEcdsa(question: EcdsaQuestion): Promise<'good' | 'bad' | 'unsupported'> {
  const hash = WEB_CRYPTO_DIGESTS[question.digest];
  const host: unknown = Reflect.get(globalThis, 'crypto');
  if (hash === undefined || !hasSubtle(host)) return 'unsupported';
  const raw = rawSignature(question.signature, COORDINATE_BYTES[question.curve]);
  if (raw === null || question.point[0] !== 0x04) return 'bad';
  const { subtle } = host;
  const algorithm = { name: 'ECDSA', namedCurve: question.curve, hash };
  try {
    const key = await subtle.importKey('raw', question.point, algorithm, false, ['verify']);
    return (await subtle.verify(algorithm, key, raw, question.message)) ? 'good' : 'bad';
  } catch {
    // A point that is not on the curve: WebCrypto says so with a DataError.
    return 'bad';
  }
}

/** `r ‖ s` in the fixed width that WebCrypto wants; null unless both are positive, shortest DER and short enough. */
function rawSignature(signature: Uint8Array, coordinateBytes: number): Uint8Array | null {
  const read = attempt(() => {
    const document = readDer(signature, { layer: '', offsetBytes: 0 });
    const fields = fieldsOf(document, document.root);
    const r = contentOf(document, fields.take(TAG.integer, 'r'));
    const s = contentOf(document, fields.take(TAG.integer, 's'));
    fields.done('signature');
    const strict =
      document.deviation === null && document.root.tag === TAG.sequence && document.root.end === signature.length;
    return strict ? [r, s] : [];
  });
  if (!read.ok || read.value.length === 0) return null;
  const raw = new Uint8Array(2 * coordinateBytes);
  for (const [index, content] of read.value.entries()) {
    const magnitude = content[0] === 0 ? content.subarray(1) : content;
    const positive = (content[0] ?? 0x80) < 0x80 && magnitude.length > 0;
    if (!positive || magnitude.length > coordinateBytes) return null;
    raw.set(magnitude, (index + 1) * coordinateBytes - magnitude.length);
  }
  return raw;
}

const COORDINATE_BYTES = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const;

/** Web Cryptography API, section 30.2: the digests that every host has. */
const WEB_CRYPTO_DIGESTS: Readonly<Partial<Record<HashName, string>>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** The part of WebCrypto's SubtleCrypto that is used here, so that the types need neither DOM nor Node. */
interface Subtle {
  importKey(
    format: 'raw',
    key: Uint8Array,
    algorithm: EcdsaAlgorithm,
    extractable: false,
    usages: readonly 'verify'[],
  ): Promise<object>;
  verify(algorithm: EcdsaAlgorithm, key: object, signature: Uint8Array, message: Uint8Array): Promise<boolean>;
}

interface EcdsaAlgorithm {
  readonly name: string;
  readonly namedCurve: string;
  readonly hash: string;
}

function hasSubtle(host: unknown): host is { readonly subtle: Subtle } {
  return typeof host === 'object' && host !== null && typeof Reflect.get(host, 'subtle') === 'object';
}
