import type { Engine, HashName } from '../bytes/engine.ts';
import type { Finding } from '../bytes/format-error.ts';
import { hexOf } from '../bytes/hex.ts';
import { digestOf } from './algorithms.ts';
import { checkSignature } from './check-signature.ts';
import type { SignedData } from './cms.ts';
import { contentOf, type DerNode } from './der.ts';
import { TAG } from './der-fields.ts';
import type { Certificate } from './signature.ts';
import { ATTRIBUTE, attributeValue, type SignedAttributes, type SignerInfo } from './signer-info.ts';

/** One SignerInfo with what it belongs to. */
export interface SignerQuestion {
  readonly signed: SignedData;
  readonly signer: SignerInfo;
  /** Null when it is not embedded. */
  readonly certificate: Certificate | null;
}

export type SignerAnswer =
  | { readonly kind: 'intact' }
  | { readonly kind: 'broken'; readonly findings: readonly [Finding, ...Finding[]] };

/**
 * Whether a SignerInfo's signature verifies under its certificate's key and covers the content (RFC 5652, section 5.6).
 *
 * A fact about bytes: it says nothing of who the signer is.
 */
export async function checkSigner(question: SignerQuestion, engine: Engine): Promise<SignerAnswer> {
  const { signed, signer, certificate } = question;
  const { document, content } = signed;
  const broken = (node: DerNode, code: string, text: string): SignerAnswer => {
    const { layer, offsetBytes } = document.place;
    const finding = { code, text, layer, offsetBytes: offsetBytes + node.start, lengthBytes: node.end - node.start };
    return { kind: 'broken', findings: [finding] };
  };
  if (content === null) return broken(document.root, 'cms-detached', 'the CMS holds no content');
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
    const fault = await messageDigestFault({ attributes: signer.signedAttributes, digest, question }, engine);
    if (fault !== null) return broken(signer.signedAttributes.node, 'cms-message-digest', fault);
  }
  const message = signer.signedAttributes?.signedBytes ?? content.octets;
  const { spki } = certificate;
  const answer = await checkSignature({ spki, scheme, digest, message, signature: signer.signature }, engine);
  if (answer.kind === 'good') return { kind: 'intact' };
  const code = answer.kind === 'bad' ? 'cms-signature-bad' : 'cms-signature-unsupported';
  return broken(signer.node, code, answer.text);
}

interface MessageDigestQuestion {
  readonly attributes: SignedAttributes;
  readonly digest: HashName;
  readonly question: SignerQuestion;
}

/** RFC 5652, section 11.2: exactly one messageDigest, of one value, equal to the digest of the content. */
async function messageDigestFault(
  { attributes, digest, question }: MessageDigestQuestion,
  engine: Engine,
): Promise<string | null> {
  const { document, content } = question.signed;
  const value = attributeValue(attributes, ATTRIBUTE.messageDigest);
  if (value === 'absent') return 'the signed attributes have no messageDigest';
  if (value === 'repeated' || value.tag !== TAG.octetString) return 'a messageDigest that is not one OCTET STRING';
  const computed = await engine.digest(digest, [content?.octets ?? new Uint8Array()]);
  const stated = hexOf(contentOf(document, value));
  return stated === hexOf(computed) ? null : 'messageDigest is not the digest of the content';
}
