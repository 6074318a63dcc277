import type { HashName } from '../bytes/engine.ts';
import type { Reason } from '../contract/judgement.ts';
import { digestOf, EC_PUBLIC_KEY, type SignatureScheme } from '../signing/algorithms.ts';
import { readSignedData, type SignedData } from '../signing/cms.ts';
import { objectIdentifier, sameBytes, TAG } from '../signing/der-fields.ts';
import { contentOf, type DerNode, elementOf, readDer } from '../signing/der.ts';
import { ATTRIBUTE, attributeValue, type SignerInfo } from '../signing/signer-info.ts';
import {
  type IndirectData,
  readIndirectData,
  SPC_INDIRECT_DATA,
  SPC_INDIVIDUAL_PURPOSE,
  SPC_PE_IMAGE_DATA,
} from '../signing/spc.ts';
import { attempt } from '../bytes/format-error.ts';
import { broken, refusal, type RulePlace } from './enforcer.ts';

/** Longest message and longest element: a length has at most two octets (lib/asn1_decoder.c). */
const LENGTH_LIMIT_BYTES = 65_535;

/**
 * Reads a PKCS#7 message as Linux 7.2 does (crypto/asymmetric_keys/pkcs7_parser.c and pkcs7.asn1), and refuses what it
 * refuses for its form.
 *
 * Lengths may be BER: indefinite, or longer than needed. Strings in pieces may not.
 *
 * @throws FormatError with the code of the rule that refuses.
 */
export function readLinuxMessage(message: Uint8Array, place: RulePlace): SignedData {
  if (message.length > LENGTH_LIMIT_BYTES) throw refusal('cms-length', `a message of ${message.length} bytes`, place);
  const read = attempt(() => readSignedData(readDer(message, place)));
  if (!read.ok) {
    const { code, text, offsetBytes } = read.finding;
    throw refusal('cms-unreadable', `${text} (${code})`, { layer: place.layer, offsetBytes });
  }
  const signed = read.value;
  const [fault] = formFaults(signed);
  if (fault !== undefined) throw refusal(fault.rule, fault.text, nodePlace(signed, fault.node));
  return signed;
}

/** Where an element of the message stands in the layer. */
export function nodePlace({ document }: SignedData, node: DerNode): RulePlace {
  const { layer, offsetBytes } = document.place;
  return { layer, offsetBytes: offsetBytes + node.start, lengthBytes: node.end - node.start };
}

interface FormFault {
  readonly rule: Parameters<typeof broken>[0];
  readonly text: string;
  readonly node: DerNode;
}

/** In the order in which the parser meets them, more or less: the first decides. */
function formFaults(signed: SignedData): readonly FormFault[] {
  const { document, signers } = signed;
  const faults = [
    stringInPieces(document.root),
    ...contentFaults(signed),
    ...setFaults(signed),
    foreignCertificate(signed),
  ];
  if (signers.length === 0) faults.push({ rule: 'cms-no-signer', text: 'no SignerInfo', node: document.root });
  for (const signer of signers) faults.push(...signerFaults(signed, signer));
  return faults.filter((fault) => fault !== null);
}

/** pkcs7.asn1 asks for primitive strings. */
function stringInPieces(root: DerNode): FormFault | null {
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const inPieces = (node.tag & 0xe0) === 0x20 && CONSTRUCTED_STRINGS.has(node.tag & 0x1f);
    if (inPieces) return { rule: 'cms-ber', text: 'a string in pieces', node };
    waiting.push(...node.children);
  }
  return null;
}

/** BIT STRING, OCTET STRING, UTF8String and the other character strings. */
const CONSTRUCTED_STRINGS: ReadonlySet<number> = new Set([0x03, 0x04, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1e]);

function contentFaults({ document, content, contentType }: SignedData): readonly (FormFault | null)[] {
  const node = content?.node ?? document.root;
  const other = `the content is ${contentType}, not SPC_INDIRECT_DATA`;
  return [
    contentType === SPC_INDIRECT_DATA ? null : { rule: 'cms-content-type', text: other, node },
    content === null ? { rule: 'cms-detached', text: 'the message has no content', node } : null,
  ];
}

/** pkcs7.asn1: a SET OF has members, and what it calls a revocation list is none. */
function setFaults({ digestAlgorithms, revocationLists, document }: SignedData): readonly (FormFault | null)[] {
  const lists = 'revocation lists, which Linux does not read';
  return [
    digestAlgorithms.length === 0
      ? { rule: 'cms-empty-set', text: 'an empty set of digests', node: document.root }
      : null,
    revocationLists === null ? null : { rule: 'cms-revocation-lists', text: lists, node: revocationLists },
  ];
}

function foreignCertificate({ otherCertificates }: SignedData): FormFault | null {
  const [node] = otherCertificates;
  if (node === undefined) return null;
  return { rule: 'cms-certificate-kind', text: 'an embedded certificate that is not X.509', node };
}

function signerFaults(signed: SignedData, signer: SignerInfo): readonly (FormFault | null)[] {
  return [
    versionFault(signed, signer),
    ...attributeFaults(signed, signer),
    emptyUnsignedSet(signer),
    digestFault(signer),
    mlDsaDigestFault(signer),
    linuxScheme(signer) === null
      ? { rule: 'cms-signature-algorithm', text: `signature algorithm ${signer.algorithm.oid}`, node: signer.node }
      : null,
  ];
}

/** `pkcs7_note_signerinfo_version`: 1 and 1 with issuer and serial number, 3 and 3 with a key identifier. */
function versionFault({ version }: SignedData, signer: SignerInfo): FormFault | null {
  const paired = signer.identifier.kind === 'issuer-serial' ? 1 : 3;
  if (version === paired && signer.version === paired) return null;
  const text = `SignedData version ${version} with SignerInfo version ${signer.version} and ${signer.identifier.kind}`;
  return { rule: 'cms-version', text, node: signer.node };
}

/** `pkcs7_sig_note_authenticated_attr`, `pkcs7_sig_note_set_of_authattrs`, `pkcs7_note_signed_info`. */
function attributeFaults(signed: SignedData, { signedAttributes, node }: SignerInfo): readonly (FormFault | null)[] {
  if (signedAttributes === null) {
    return [{ rule: 'cms-no-signed-attributes', text: 'the SignerInfo has no signed attributes', node }];
  }
  const rule = 'cms-content-type-attribute';
  const value = attributeValue(signedAttributes, ATTRIBUTE.contentType);
  const repeated = [...LINUX_ATTRIBUTES].find((oid) => attributeValue(signedAttributes, oid) === 'repeated');
  const messageDigest = attributeValue(signedAttributes, ATTRIBUTE.messageDigest);
  return [
    repeated === undefined
      ? null
      : {
          rule: 'cms-repeated-attribute',
          text: `the signed attribute ${repeated} comes twice`,
          node: signedAttributes.node,
        },
    typeof value === 'string' || saysIndirectData(signed, value)
      ? null
      : { rule, text: 'the contentType attribute is another than the content', node: value },
    value === 'absent' ? { rule, text: 'there is no contentType attribute', node: signedAttributes.node } : null,
    messageDigest === 'absent'
      ? { rule: 'cms-message-digest', text: 'there is no messageDigest', node: signedAttributes.node }
      : null,
  ];
}

/** Those that Linux knows; others may repeat. */
const LINUX_ATTRIBUTES: ReadonlySet<string> = new Set([
  ATTRIBUTE.contentType,
  ATTRIBUTE.messageDigest,
  ATTRIBUTE.signingTime,
  '1.2.840.113549.1.9.15', // S/MIME capabilities
  '1.3.6.1.4.1.311.2.1.12', // SpcSpOpusInfo
  '1.3.6.1.4.1.311.2.1.11', // SpcStatementType
]);

/** It compares the contents, not the tag. */
function saysIndirectData({ document }: SignedData, value: DerNode): boolean {
  return value.children.length === 0 && objectIdentifier(document, value) === SPC_INDIRECT_DATA;
}

function emptyUnsignedSet({ unsignedSet, unsignedAttributes }: SignerInfo): FormFault | null {
  if (unsignedSet === null || unsignedAttributes.length > 0) return null;
  return { rule: 'cms-empty-set', text: 'an empty set of unsigned attributes', node: unsignedSet };
}

/** crypto/asymmetric_keys/public_key.c `software_key_determine_akcipher`: attributes are hashed with SHA-512. */
function mlDsaDigestFault({ digest, scheme, node }: SignerInfo): FormFault | null {
  if (scheme.kind !== 'ml-dsa' || digestOf(digest.oid) === 'sha512') return null;
  return { rule: 'cms-ml-dsa-digest', text: `ML-DSA with ${digestOf(digest.oid) ?? digest.oid}, not sha512`, node };
}

/** `pkcs7_sig_note_digest_algo`. */
function digestFault({ digest, node }: SignerInfo): FormFault | null {
  const name = digestOf(digest.oid);
  if (name !== null && LINUX_SIGNER_DIGESTS.has(name)) return null;
  return { rule: 'cms-digest-unsupported', text: `the signer's digest is ${name ?? digest.oid}`, node };
}

/** But for SM3 and Streebog, which bootpol does not have. */
const LINUX_SIGNER_DIGESTS: ReadonlySet<HashName> = new Set([
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
]);

/**
 * The scheme that Linux takes a SignerInfo to have (`pkcs7_sig_note_pkey_algo`); null when it takes none. The digest is
 * always the SignerInfo's, whatever digest the identifier of the signature names.
 */
export function linuxScheme({ algorithm, scheme }: SignerInfo): SignatureScheme | null {
  const { oid } = algorithm;
  if (scheme.kind === 'rsa') return oid === LINUX_RSA ? { kind: 'rsa', digest: null } : null;
  if (scheme.kind === 'ecdsa') return oid === EC_PUBLIC_KEY ? null : { kind: 'ecdsa', digest: null };
  return LINUX_ML_DSA.has(oid) && scheme.kind !== 'unsupported' ? scheme : null;
}

const LINUX_RSA = '1.2.840.113549.1.1.1';
/** ML-DSA-44, -65 and -87, from 7.0 on. */
const LINUX_ML_DSA: ReadonlySet<string> = new Set([
  '2.16.840.1.101.3.4.3.17',
  '2.16.840.1.101.3.4.3.18',
  '2.16.840.1.101.3.4.3.19',
]);

/** What the signature covers: the attributes as they lie there, with the tag of a SET (`pkcs7_digest`). */
export function linuxSignedBytes({ document }: SignedData, attributes: DerNode): Uint8Array {
  const raw = Uint8Array.from(elementOf(document, attributes).subarray(0, attributes.contentEnd - attributes.start));
  raw[0] = TAG.set;
  return raw;
}

/**
 * What is said of the image (crypto/asymmetric_keys/mscode_parser.c and mscode.asn1).
 *
 * @throws FormatError with the code of the rule that refuses.
 */
export function readLinuxContent(signed: SignedData): IndirectData & { readonly algorithm: HashName } {
  const { content, document } = signed;
  const place = nodePlace(signed, content?.node ?? document.root);
  if (content === null) throw refusal('cms-detached', 'the message has no content', place);
  if (content.form === 'wrapped') throw refusal('cms-content-wrapped', 'an OCTET STRING around the content', place);
  const read = attempt(() => readIndirectData(document, content));
  if (!read.ok)
    throw refusal('cms-content-form', read.finding.text, { ...place, offsetBytes: read.finding.offsetBytes });
  const { dataType, described, algorithm, algorithmOid } = read.value;
  if (described === 'no') throw refusal('cms-content-form', 'no description of what is signed, or several', place);
  if (dataType !== SPC_PE_IMAGE_DATA && dataType !== SPC_INDIVIDUAL_PURPOSE) {
    throw refusal('cms-data-type', `what is signed is of type ${dataType}, not a PE image`, place);
  }
  if (algorithm === null || !LINUX_IMAGE_DIGESTS.has(algorithm)) {
    throw refusal('image-digest-algorithm', `the image digest is ${algorithm ?? algorithmOid}`, place);
  }
  return { ...read.value, algorithm };
}

/** `mscode_note_digest_algo`: no SHA-224 (measured). */
const LINUX_IMAGE_DIGESTS: ReadonlySet<HashName> = new Set([
  'sha1',
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
]);

/** Whether the messageDigest attribute is the digest of the content. */
export function statesDigest(
  { document }: SignedData,
  attributes: SignerInfo['signedAttributes'],
  digest: Uint8Array,
): Reason | null {
  if (attributes === null) return null;
  const value = attributeValue(attributes, ATTRIBUTE.messageDigest);
  const good =
    typeof value !== 'string' && value.tag === TAG.octetString && sameBytes(contentOf(document, value), digest);
  if (good) return null;
  const { layer, offsetBytes } = document.place;
  const place = { layer, offsetBytes: offsetBytes + attributes.node.start };
  return broken('cms-message-digest', 'messageDigest is not the digest of the content', place);
}
