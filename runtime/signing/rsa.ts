import type { Engine, HashName } from '../bytes/engine.ts';
import { hexOf } from '../bytes/hex.ts';
import { joined } from './der-fields.ts';

/** An RSA public key, big-endian without leading zeros. */
export interface RsaKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  readonly bits: number;
}

/**
 * The encoded message that an RSA signature stands for: `s^e mod n` (RFC 8017, section 5.2.2), as long as the modulus.
 *
 * Public numbers only, so time may depend on them. Done here and not by WebCrypto because it costs a third of the time
 * of a first call there, knows every digest, and gives the same answer on every host. Null when the signature is not a
 * number below the modulus in exactly the modulus's length, or when the key is out of the bounds that keep this cheap:
 * a modulus of 512 to 16384 bits, an odd exponent of 3 or more in at most 64 bits (the bounds of OpenSSL).
 */
export function openRsaSignature(key: RsaKey, signature: Uint8Array): Uint8Array | null {
  if (key.bits < 512 || key.bits > 16_384 || key.exponent.length > 8) return null;
  const modulus = numberOf(key.modulus);
  const exponent = numberOf(key.exponent);
  const base = numberOf(signature);
  if (exponent < 3n || exponent % 2n === 0n || modulus % 2n === 0n) return null;
  if (signature.length !== key.modulus.length || base >= modulus) return null;
  let power = 1n;
  for (const bit of exponent.toString(2)) {
    power = (power * power) % modulus;
    if (bit === '1') power = (power * base) % modulus;
  }
  return octetsOfNumber(power, key.modulus.length);
}

/**
 * EMSA-PKCS1-v1_5 of a digest (RFC 8017, section 9.2): what an honest signature opens to, octet by octet.
 *
 * Comparing with this, rather than parsing what the signature opens to, leaves no room for padding tricks. Null when the
 * key is too short for the digest.
 */
export function pkcs1Encoding(digest: Uint8Array, algorithm: HashName, sizeBytes: number): Uint8Array | null {
  const identifier = DIGEST_IDENTIFIERS[algorithm];
  const info = joined([
    Uint8Array.of(0x30, identifier.length + 2 + digest.length),
    identifier,
    Uint8Array.of(0x04, digest.length),
    digest,
  ]);
  const paddingBytes = sizeBytes - info.length - 3;
  if (paddingBytes < 8) return null;
  return joined([Uint8Array.of(0, 1), new Uint8Array(paddingBytes).fill(0xff), Uint8Array.of(0), info]);
}

/** What EMSA-PSS needs to know besides the encoded message. */
export interface PssQuestion {
  readonly messageDigest: Uint8Array;
  readonly digest: HashName;
  readonly mask: HashName;
  readonly saltBytes: number;
  /** Bits of the modulus. */
  readonly bits: number;
  readonly engine: Engine;
}

/** EMSA-PSS-VERIFY (RFC 8017, section 9.1.2), by its step numbers. */
export async function matchesPss(opened: Uint8Array, question: PssQuestion): Promise<boolean> {
  const { messageDigest, saltBytes, engine } = question;
  const emBits = question.bits - 1;
  const emBytes = Math.ceil(emBits / 8);
  // The modulus may be one octet longer than EM: that octet is zero.
  if (opened.length > emBytes && opened[0] !== 0) return false;
  const encoded = opened.subarray(opened.length - emBytes);
  const maskedBytes = emBytes - messageDigest.length - 1;
  // 3. and 4. long enough, and ends in bc.
  if (maskedBytes < saltBytes + 1 || encoded.at(-1) !== 0xbc) return false;
  // 5. split into maskedDB and H.
  const hash = encoded.subarray(maskedBytes, emBytes - 1);
  // 6. the bits beyond emBits are zero.
  const keptBits = 0xff >> (8 * emBytes - emBits);
  if (((encoded[0] ?? 0) & ~keptBits) !== 0) return false;
  // 7. to 9. unmask.
  const mask = await maskGeneration(hash, maskedBytes, question);
  const block = encoded.subarray(0, maskedBytes).map((octet, index) => octet ^ (mask[index] ?? 0));
  block[0] = (block[0] ?? 0) & keptBits;
  // 10. zeros, then 01.
  const saltAt = maskedBytes - saltBytes;
  if (block.subarray(0, saltAt - 1).some((octet) => octet !== 0) || block[saltAt - 1] !== 1) return false;
  // 11. to 14. hash of eight zeros, the digest and the salt.
  const expected = await engine.digest(question.digest, [new Uint8Array(8), messageDigest, block.subarray(saltAt)]);
  return hexOf(expected) === hexOf(hash);
}

/** MGF1 (RFC 8017, appendix B.2.1). */
async function maskGeneration(seed: Uint8Array, sizeBytes: number, { mask, engine }: PssQuestion): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for (let made = 0, counter = 0; made < sizeBytes; counter += 1) {
    const block = await engine.digest(mask, [seed, Uint8Array.of(0, 0, counter >> 8, counter & 0xff)]);
    blocks.push(block);
    made += block.length;
  }
  return joined(blocks);
}

function numberOf(octets: Uint8Array): bigint {
  return BigInt(`0x0${hexOf(octets)}`);
}

function octetsOfNumber(value: bigint, sizeBytes: number): Uint8Array {
  return octetsOfHex(value.toString(16).padStart(sizeBytes * 2, '0'));
}

function octetsOfHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16),
  );
}

/** DER AlgorithmIdentifiers with NULL parameters (RFC 8017, section 9.2, note 1). */
const DIGEST_IDENTIFIERS: Readonly<Record<HashName, Uint8Array>> = {
  md5: octetsOfHex('300c06082a864886f70d02050500'),
  sha1: octetsOfHex('300906052b0e03021a0500'),
  sha224: octetsOfHex('300d06096086480165030402040500'),
  sha256: octetsOfHex('300d06096086480165030402010500'),
  sha384: octetsOfHex('300d06096086480165030402020500'),
  sha512: octetsOfHex('300d06096086480165030402030500'),
  'sha3-256': octetsOfHex('300d06096086480165030402080500'),
  'sha3-384': octetsOfHex('300d06096086480165030402090500'),
  'sha3-512': octetsOfHex('300d060960864801650304020a0500'),
};
