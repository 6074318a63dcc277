import { verify } from 'node:crypto';
import { authenticodeDigest } from './authenticode-digest.ts';
import { alignedBytes } from './bytes.ts';
import { integer, sequence } from './der.ts';
import { isMlDsa } from './keys.ts';
import { withoutSignatures } from './pe-fields.ts';
import { authenticodeSignature, type PeSignatureSpec, signPe } from './sign.ts';
import { type DigestName, signBytes } from './signature-algorithms.ts';
import type { Signer } from './x509.ts';

/**
 * Everything of an Authenticode signature but its value, so that a key that is elsewhere can sign.
 *
 * What is to be signed is `toBeSigned`, the DER encoding of the signed attributes as a SET OF (RFC 5652, section 5.4): what
 * `openssl dgst -sha256 -sign` takes. The same arguments give the same bytes.
 */
export function prepareSignature(bytes: Uint8Array, wanted: WantedSignature): PreparedSignature {
  const bare = alignedBytes(withoutSignatures(bytes), 8);
  const { signer, digest } = wanted;
  const imageDigest = authenticodeDigest(bare, digest, 'specification');
  const spec = (value: PeSignatureSpec['signature']): PeSignatureSpec => ({
    ...{ signer, digest, imageDigestValue: imageDigest },
    embed: [signer.certificateDer, ...wanted.issuers],
    ...(value === undefined ? {} : { signature: value }),
    ...(wanted.signingTime === null ? {} : { signingTime: wanted.signingTime }),
  });
  const seen: { toBeSigned: Uint8Array } = { toBeSigned: new Uint8Array(0) };
  const note = (signed: Uint8Array): Uint8Array => {
    seen.toBeSigned = signed;
    return new Uint8Array(0);
  };
  authenticodeSignature(bare, spec(note), 'specification');
  return {
    imageDigest,
    toBeSigned: seen.toBeSigned,
    sign: () => signBytes({ keys: signer.keys, digest }, seen.toBeSigned),
    accept: (value) => acceptedValue(value, { toBeSigned: seen.toBeSigned, digest, signer }),
    finish: (value) =>
      authenticodeSignature(
        bare,
        spec(() => value),
        'specification',
      ),
  };
}

/** What is to be signed with, and what goes into the signature. */
export interface WantedSignature {
  readonly signer: Signer;
  /** DER certificates to embed behind the signer's. */
  readonly issuers: readonly Uint8Array[];
  readonly digest: DigestName;
  /** Null leaves the attribute out. */
  readonly signingTime: Date | null;
}

/** A signature without its value. */
export interface PreparedSignature {
  readonly imageDigest: Uint8Array;
  readonly toBeSigned: Uint8Array;
  /** The value, made with the signer's own private key. */
  sign(): Uint8Array;
  /** The value as CMS stores it, when it verifies under the signer's certificate; null otherwise. ECDSA also as r ‖ s. */
  accept(value: Uint8Array): Uint8Array | null;
  /** The finished PKCS#7 blob. */
  finish(value: Uint8Array): Uint8Array;
}

/** The file with these signatures and no others: padded to 8, table behind, directory 4 and CheckSum set. */
export function withSignatures(bytes: Uint8Array, blobs: readonly Uint8Array[]): Uint8Array {
  return signPe(bytes, { signers: blobs.map((raw) => ({ raw })) });
}

interface Question {
  readonly toBeSigned: Uint8Array;
  readonly digest: DigestName;
  readonly signer: Signer;
}

function acceptedValue(value: Uint8Array, { toBeSigned, digest, signer }: Question): Uint8Array | null {
  const { keys } = signer;
  if (isMlDsa(keys)) return null;
  const forms = keys.kind.startsWith('rsa') ? [value] : [value, ...ecdsaFromPlain(value)];
  return forms.find((form) => verify(digest, toBeSigned, keys.publicKey, form)) ?? null;
}

/** Tokens give both numbers one behind the other (PKCS #11, section 6.3.1), CMS wants ECDSA-Sig-Value (RFC 3279). */
function ecdsaFromPlain(value: Uint8Array): readonly Uint8Array[] {
  if (value.length === 0 || value.length % 2 !== 0) return [];
  const half = value.length / 2;
  const number = (octets: Uint8Array): Uint8Array => integer(BigInt(`0x${Buffer.from(octets).toString('hex')}`));
  return [sequence(number(value.subarray(0, half)), number(value.subarray(half)))];
}
