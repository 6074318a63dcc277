import type { Engine, HashName } from '../bytes/engine.ts';
import { attempt } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import type { Reason } from '../contract/judgement.ts';
import { digestOf } from '../signing/algorithms.ts';
import { unsortedValue } from '../signing/attribute-values.ts';
import { checkSignature } from '../signing/check-signature.ts';
import { readSignedData, type SignedData, signerCertificate } from '../signing/cms.ts';
import { TAG } from '../signing/der-fields.ts';
import { contentOf, elementOf, readDer } from '../signing/der.ts';
import type { Certificate } from '../signing/signature.ts';
import { ATTRIBUTE, type SignedAttributes, type SignerInfo } from '../signing/signer-info.ts';
import { SPC_INDIRECT_DATA } from '../signing/spc.ts';
import { broken, refusal, type RulePlace } from './enforcer.ts';
import type { OpensslLibrary } from './openssl-chain.ts';
import { opensslFormFault } from './openssl-form.ts';

/** A PKCS#7 blob that OpenSSL parses, with the signers that it finds. */
export interface OpensslMessage {
  readonly signed: SignedData;
  readonly blob: Uint8Array;
  readonly place: RulePlace;
  /** `PKCS7_get0_signers`: one for each SignerInfo; null when there are none, or one is not embedded. */
  readonly signers: readonly Certificate[] | null;
}

/**
 * Parses a blob as `d2i_PKCS7` does (crypto/pkcs7/pk7_asn1.c): BER, PKCS#7 and not CMS, so that signers are named by
 * issuer and serial number alone. What follows the message is ignored.
 *
 * @throws FormatError with the code of the rule that refuses.
 */
export function readOpensslMessage(blob: Uint8Array, place: RulePlace): OpensslMessage {
  const read = attempt(() => readSignedData(readDer(blob, place)));
  if (!read.ok) {
    const { code, text, offsetBytes } = read.finding;
    const bare = code === 'cms-not-signed-data';
    throw refusal(bare ? 'cms-not-signed-data' : 'cms-unreadable', text, { layer: place.layer, offsetBytes });
  }
  const signed = read.value;
  const fault = opensslFormFault(signed);
  if (fault !== null) throw refusal(fault.rule, fault.text, place);
  const { signers, otherCertificates } = signed;
  if (otherCertificates.length > 0)
    throw refusal('cms-certificate-kind', 'a member that is no X.509 certificate', place);
  if (signers.some(({ identifier }) => identifier.kind === 'key-id')) {
    throw refusal('cms-signer-identifier', 'a signer named by key identifier, which PKCS#7 does not have', place);
  }
  const found = signers.map((signer) => signerCertificate(signed, signer)).filter((signer) => signer !== null);
  return { signed, blob, place, signers: found.length > 0 && found.length === signers.length ? found : null };
}

/** What is asked of a message besides the chain of its signers. */
export interface MessageQuestion {
  /** Lower-case hex of the image digest that the enforcer computed. */
  readonly imageDigest: string;
  readonly curves: 'yes' | 'no';
  readonly library: OpensslLibrary;
  readonly engine: Engine;
}

/**
 * CryptoPkg BaseCryptLib CryptAuthenticode.c `AuthenticodeVerify`, and crypto/pkcs7/pk7_smime.c `PKCS7_verify` but for
 * the chains: why the message counts for nothing, whoever is trusted.
 */
export async function messageFault(message: OpensslMessage, question: MessageQuestion): Promise<Reason | null> {
  const content = attempt(() => signedContent(message, question.imageDigest));
  if (!content.ok) return content.finding;
  const { signed, signers, place } = message;
  if (signed.signers.length === 0) return broken('cms-no-signer', 'the message has no SignerInfo', place);
  if (signers === null) return broken('signer-absent', 'the certificate of a signer is not embedded', place);
  const known = OPENSSL_DIGESTS[question.library];
  const unknown = signed.digestAlgorithms.find(({ oid }) => !known.has(digestOf(oid) ?? ''));
  if (unknown !== undefined) return broken('cms-digest-set', `the set of digests holds ${unknown.oid}`, place);
  for (const [index, signer] of signed.signers.entries()) {
    const certificate = signers[index];
    if (certificate === undefined) return broken('signer-absent', 'the certificate of a signer is not embedded', place);
    const fault = await signerFault(message, { signer, certificate, content: content.value }, question);
    if (fault !== null) return fault;
  }
  return null;
}

/** Registered before they verify, or known to the build; shim registers no SHA-224 (measured). */
const OPENSSL_DIGESTS: Readonly<Record<OpensslLibrary, ReadonlySet<string>>> = {
  '3.5': new Set(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']),
  '1.0.2': new Set(['md5', 'sha1', 'sha256', 'sha384', 'sha512']),
};

/** The octets that the signers hash, after the image digest was found at their end. */
function signedContent({ signed, place, blob }: OpensslMessage, imageDigest: string): Uint8Array {
  const { content, contentType, document } = signed;
  if (contentType !== SPC_INDIRECT_DATA) {
    throw refusal('cms-content-type', `the content is ${contentType}, not SPC_INDIRECT_DATA`, place);
  }
  if (content === null) throw refusal('cms-detached', 'the message has no content', place);
  const at = { layer: place.layer, offsetBytes: place.offsetBytes + content.node.start };
  const element = content.form === 'wrapped' ? content.octets : elementOf(document, content.node);
  const octets = afterHeader(element);
  if (octets === null) throw refusal('cms-content-form', 'a content whose length EDK2 does not read', at);
  const digestBytes = imageDigest.length / 2;
  if (octets.length < digestBytes) {
    throw refusal('cms-content-short', `a content of ${octets.length} bytes, shorter than the digest`, at);
  }
  const stated = hexOf(octets.subarray(octets.length - digestBytes));
  if (stated !== imageDigest) {
    const text = `the signature ends in ${stated.slice(0, 16)}…, the image has ${imageDigest.slice(0, 16)}…`;
    throw refusal('image-digest-mismatch', text, at);
  }
  if (!isWrapped(blob)) throw refusal('cms-length-form', 'a ContentInfo whose lengths are not of two octets', place);
  return octets;
}

/** The first length is read by hand: one or two octets, and with bit 0 set, as if it were of one. */
function afterHeader(element: Uint8Array): Uint8Array | null {
  const [, first = 0x80, second = 0, third = 0] = element;
  const [start, length] =
    first < 0x80
      ? [2, first]
      : (first & 0x81) === 0x81
        ? [3, second]
        : (first & 0x82) === 0x82
          ? [4, second * 256 + third]
          : [0, 0];
  return start === 0 || start + length > element.length ? null : element.subarray(start, start + length);
}

/** CryptPkcs7VerifyCommon.c `WrapPkcs7Data`: anything else is wrapped once more, and then is no SignedData. */
function isWrapped(blob: Uint8Array): boolean {
  return WRAPPED_OCTETS.every(([at, octet]) => blob[at] === octet);
}

/** `06 09` and the identifier of SignedData at 4, `a0 82` at 15. */
const WRAPPED_OCTETS: readonly (readonly [at: number, octet: number])[] = [
  ...[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02].map(
    (octet, index) => [4 + index, octet] as const,
  ),
  [15, 0xa0],
  [16, 0x82],
];

interface SignerQuestion {
  readonly signer: SignerInfo;
  readonly certificate: Certificate;
  readonly content: Uint8Array;
}

/**
 * crypto/pkcs7/pk7_doit.c `PKCS7_signatureVerify`: the algorithm of the signature is not looked at, the kind of the key
 * decides; the digest is the SignerInfo's and must be in the set.
 */
async function signerFault(
  { signed, place }: OpensslMessage,
  { signer, certificate, content }: SignerQuestion,
  { curves, engine }: MessageQuestion,
): Promise<Reason | null> {
  const at = { layer: place.layer, offsetBytes: place.offsetBytes + signer.node.start };
  const digest = digestOf(signer.digest.oid);
  if (digest === null || !signed.digestAlgorithms.some(({ oid }) => oid === signer.digest.oid)) {
    return broken('cms-digest-set', `the signer's digest ${signer.digest.oid} is not in the set of digests`, at);
  }
  const { keyAlgorithm, spki, subject } = certificate;
  if (keyAlgorithm === 'ec' && curves === 'no') {
    return broken('elliptic-curve', `\`${subject}\` has a key on an elliptic curve`, at);
  }
  if (keyAlgorithm !== 'rsa' && keyAlgorithm !== 'ec') {
    return broken('key-algorithm', `\`${subject}\` has a key of kind ${keyAlgorithm}`, at);
  }
  const covered = await coveredBytes(signed, signer, { digest, content, engine });
  if (covered === null) return broken('cms-message-digest', 'messageDigest is not the digest of the content', at);
  if (covered === 'ber')
    return broken('cms-ber', 'signed attributes in BER or out of order, which are encoded anew', at);
  const scheme = keyAlgorithm === 'rsa' ? RSA : ECDSA;
  const answer = await checkSignature({ spki, scheme, digest, message: covered, signature: signer.signature }, engine);
  return answer.kind === 'good' ? null : broken('signature-bad', answer.text, at);
}

const RSA = { kind: 'rsa', digest: null } as const;
const ECDSA = { kind: 'ecdsa', digest: null } as const;

interface CoverQuestion {
  readonly digest: HashName;
  readonly content: Uint8Array;
  readonly engine: Engine;
}

/** The content, or the attributes when there are any, whose first messageDigest must be the content's. */
async function coveredBytes(
  signed: SignedData,
  signer: SignerInfo,
  { digest, content, engine }: CoverQuestion,
): Promise<Uint8Array | 'ber' | null> {
  const { signedAttributes } = signer;
  if (signedAttributes === null || signedAttributes.attributes.length === 0) return content;
  const stated = firstMessageDigest(signed, signedAttributes);
  const computed = hexOf(await engine.digest(digest, [content]));
  if (stated !== computed) return null;
  const again = readDer(signedAttributes.signedBytes, { layer: '', offsetBytes: 0 });
  const isSorted = unsortedValue(signed.document, signer) === null;
  return again.deviation === null && isSorted ? signedAttributes.signedBytes : 'ber';
}

function firstMessageDigest({ document }: SignedData, { attributes }: SignedAttributes): string | null {
  const [value] = attributes.find(({ oid }) => oid === ATTRIBUTE.messageDigest)?.values ?? [];
  return value?.tag === TAG.octetString ? hexOf(contentOf(document, value)) : null;
}
