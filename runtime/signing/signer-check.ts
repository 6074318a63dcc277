import type { Engine, HashName } from '../bytes/engine.ts';
import type { Finding } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { digestOf } from './algorithms.ts';
import { checkSignature, type SignatureAnswer, type SignatureQuestion } from './check-signature.ts';
import type { SignedData } from './cms.ts';
import { type DerNode } from './der.ts';
import { octetsOf, TAG } from './der-fields.ts';
import type { Certificate } from './signature.ts';
import { ATTRIBUTE, attributeValue, type SignedAttributes, type SignerInfo } from './signer-info.ts';

/** One SignerInfo with what it belongs to. */
export interface SignerQuestion {
  readonly signed: SignedData;
  readonly signer: SignerInfo;
  /** What is signed: the octets of the content, or the detached bytes; null when there are neither. */
  readonly octets: Uint8Array | null;
  /** Null when it is not embedded. */
  readonly certificate: Certificate | null;
}

export interface SignerAnswer {
  readonly kind: 'intact' | 'broken';
  /** Why it is broken; of an intact one, how else it could have been read. */
  readonly findings: readonly Finding[];
}

/**
 * Whether a SignerInfo's signature verifies under its certificate's key and covers the content (RFC 5652, section 5.6).
 *
 * A fact about bytes: it says nothing of who the signer is.
 */
export async function checkSigner(question: SignerQuestion, engine: Engine): Promise<SignerAnswer> {
  const { signed, signer, certificate, octets } = question;
  const broken = (node: DerNode, code: string, text: string): SignerAnswer => ({
    kind: 'broken',
    findings: [findingAt(signed, node, [code, text])],
  });
  if (octets === null) return broken(signed.document.root, 'cms-detached', 'the CMS holds no content');
  if (certificate === null) {
    return broken(signer.node, 'cms-signer-absent', 'the certificate of the signer is not in the CMS');
  }
  const digest = digestOf(signer.digest.oid);
  if (digest === null) {
    return broken(signer.node, 'cms-digest-unsupported', `the digest algorithm ${signer.digest.oid} is not supported`);
  }
  const { scheme } = signer;
  if (scheme.kind !== 'unsupported' && scheme.digest !== null && scheme.digest !== digest) {
    const text = `the signature algorithm hashes with ${scheme.digest}, the SignerInfo with ${digest}`;
    return broken(signer.node, 'cms-digest-conflict', text);
  }
  if (signer.signedAttributes !== null) {
    const fault = await messageDigestFault({ attributes: signer.signedAttributes, digest, octets, signed }, engine);
    if (fault !== null) return broken(signer.signedAttributes.node, 'cms-message-digest', fault);
  }
  const { spki } = certificate;
  const check = { spki, scheme, digest, message: octets, signature: signer.signature };
  const answer = await checkMessages(question, check, engine);
  if (answer.kind === 'good') return { kind: 'intact', findings: answer.findings };
  const code = answer.kind === 'bad' ? 'cms-signature-bad' : 'cms-signature-unsupported';
  return broken(signer.node, code, answer.text);
}

type MessagesAnswer =
  | { readonly kind: 'good'; readonly findings: readonly Finding[] }
  | Exclude<SignatureAnswer, { readonly kind: 'good' }>;

/**
 * The signature is over the content, or over the attributes where there are any. Attributes that are not DER have two
 * readings: OpenSSL encodes them anew (`PKCS7_signatureVerify`), Linux hashes them as they lie.
 */
async function checkMessages(
  { signed, signer }: SignerQuestion,
  check: SignatureQuestion,
  engine: Engine,
): Promise<MessagesAnswer> {
  const attributes = signer.signedAttributes;
  const encoded = await checkSignature({ ...check, message: attributes?.signedBytes ?? check.message }, engine);
  const raw = attributes?.rawBytes ?? null;
  if (attributes === null || raw === null) return encoded.kind === 'good' ? { kind: 'good', findings: [] } : encoded;
  if (encoded.kind === 'good') {
    const text = 'the signature covers the DER encoding of the signed attributes, which lie here in BER';
    return { kind: 'good', findings: [findingAt(signed, attributes.node, ['cms-attributes-reencoded', text])] };
  }
  const lying = await checkSignature({ ...check, message: raw }, engine);
  if (lying.kind !== 'good') return encoded;
  const text = 'the signature covers the signed attributes as they lie, in BER, and not their DER encoding';
  return { kind: 'good', findings: [findingAt(signed, attributes.node, ['cms-attributes-raw', text])] };
}

interface MessageDigestQuestion {
  readonly signed: SignedData;
  readonly attributes: SignedAttributes;
  readonly digest: HashName;
  readonly octets: Uint8Array;
}

/** RFC 5652, section 11.2: exactly one messageDigest, of one value, equal to the digest of the content. */
async function messageDigestFault(
  { signed, attributes, digest, octets }: MessageDigestQuestion,
  engine: Engine,
): Promise<string | null> {
  const value = attributeValue(attributes, ATTRIBUTE.messageDigest);
  if (value === 'absent') return 'the signed attributes have no messageDigest';
  const isOctets =
    typeof value !== 'string' && [TAG.octetString, TAG.octetStringInPieces].some((tag) => tag === value.tag);
  if (value === 'repeated' || !isOctets) return 'a messageDigest that is not one OCTET STRING';
  const computed = await engine.digest(digest, [octets]);
  const stated = hexOf(octetsOf(signed.document, value));
  return stated === hexOf(computed) ? null : 'messageDigest is not the digest of the content';
}

function findingAt({ document }: SignedData, node: DerNode, [code, text]: readonly [string, string]): Finding {
  const { layer, offsetBytes } = document.place;
  return { code, text, layer, offsetBytes: offsetBytes + node.start, lengthBytes: node.end - node.start };
}
