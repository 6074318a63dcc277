import { type DigestName, type PreparedSignature, prepareSignature, withSignatures } from '../../forge/index.ts';
import type { CommandIo } from './io.ts';
import type { SigningKey } from './signing-key.ts';
import { signWithToken } from './token-signature.ts';

/** How everything is signed. */
export interface DeskOptions {
  readonly digest: DigestName;
  readonly signingTime: Date | null;
  /** Signature values made elsewhere, in the order in which they are needed, by the names of their files. */
  readonly attached: readonly { readonly path: string; readonly value: Uint8Array }[];
}

/** What became of a program that was to be signed. */
export type Signing =
  | { readonly kind: 'signed'; readonly bytes: Uint8Array; readonly signatures: readonly MadeSignature[] }
  /** The value of a signature must come from elsewhere: this is what it is over. */
  | { readonly kind: 'waiting'; readonly toBeSigned: Uint8Array; readonly key: SigningKey }
  | { readonly kind: 'fault'; readonly of: 'key' | 'file'; readonly text: string };

/** A signature that was made, for the report. */
export interface MadeSignature {
  readonly subject: string;
  readonly imageDigest: string;
  readonly by: 'key' | 'token' | 'attached';
}

/** Signs programs, one after the other; signature values from elsewhere are used up in order. */
export interface SigningDesk {
  sign(bytes: Uint8Array, keys: readonly SigningKey[]): Signing;
  /** How many signature values were not needed. */
  leftOver(): number;
}

/** Opens a desk. Every signature is checked under the signer's certificate before it is used. */
export function signingDesk(options: DeskOptions, io: CommandIo): SigningDesk {
  const left = [...options.attached];
  return {
    leftOver: () => left.length,
    sign: (bytes, keys) => {
      const blobs: Uint8Array[] = [];
      const signatures: MadeSignature[] = [];
      for (const key of keys) {
        const { signer, issuers } = key;
        const prepared = prepareSignature(bytes, { signer, issuers, ...options });
        const next = key.place === 'elsewhere' ? left.shift() : undefined;
        if (key.place === 'elsewhere' && next === undefined) {
          return { kind: 'waiting', toBeSigned: prepared.toBeSigned, key };
        }
        const made = valueOf({ key, prepared, attached: next ?? null, digest: options.digest }, io);
        if (!made.ok) return { kind: 'fault', of: 'key', text: made.text };
        blobs.push(prepared.finish(made.value));
        const imageDigest = Buffer.from(prepared.imageDigest).toString('hex');
        const by = next !== undefined ? 'attached' : key.place === 'here' ? 'key' : 'token';
        signatures.push({ subject: signer.subject, imageDigest, by });
      }
      return { kind: 'signed', bytes: withSignatures(bytes, blobs), signatures };
    },
  };
}

interface OneSignature {
  readonly key: SigningKey;
  readonly prepared: PreparedSignature;
  readonly attached: DeskOptions['attached'][number] | null;
  readonly digest: DigestName;
}

type Value = { readonly ok: true; readonly value: Uint8Array } | { readonly ok: false; readonly text: string };

function valueOf(one: OneSignature, io: CommandIo): Value {
  const { key, prepared, attached } = one;
  const raw = rawValue(one, io);
  if (!raw.ok) return raw;
  const value = prepared.accept(raw.value);
  if (value !== null) return { ok: true, value };
  const { subject } = key.signer;
  const text =
    attached === null
      ? `what signed for ${subject} is not the key of its certificate`
      : `\`${attached.path}\` is no signature by ${subject} over what is to be signed; another key, another digest, or ` +
        'other options than when it was prepared';
  return { ok: false, text };
}

function rawValue({ key, prepared, attached, digest }: OneSignature, io: CommandIo): Value {
  if (attached !== null) return { ok: true, value: attached.value };
  if (typeof key.place === 'object') return signWithToken(prepared.toBeSigned, { uri: key.place.token, digest }, io);
  return { ok: true, value: prepared.sign() };
}
