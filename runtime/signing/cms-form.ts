import { digestOf, EC_PUBLIC_KEY, hasPlainParameters, RSA_ENCRYPTION } from './algorithms.ts';
import { attempt, type Finding } from '../bytes/format-error.ts';
import { earlySigningTime, impossibleValue, unsortedValue } from './attribute-values.ts';
import type { SignedData } from './cms.ts';
import { objectIdentifier, TAG } from './der-fields.ts';
import type { DerNode } from './der.ts';
import { ATTRIBUTE, attributeValue, type SignerInfo } from './signer-info.ts';
import { type IndirectData, SPC_INDIRECT_DATA, SPC_INDIVIDUAL_PURPOSE, SPC_PE_IMAGE_DATA } from './spc.ts';

/** One SignerInfo, seen for its form alone. */
export interface FormQuestion {
  readonly signed: SignedData;
  readonly signer: SignerInfo;
  readonly stated: IndirectData | null;
}

/**
 * Peculiarities of form: the signature may be sound, but some checker of boot images refuses it for them.
 *
 * Which profile minds which is not decided here.
 */
export function formFindings(question: FormQuestion): readonly Finding[] {
  return findingsOf(question, [...COMMON_CHECKS, ...AUTHENTICODE_CHECKS]);
}

/** The same for the detached CMS of an appended signature (Linux `pkcs7_verify.c:pkcs7_verify`, usage MODULE_SIGNATURE). */
export function appendedFormFindings(question: Omit<FormQuestion, 'stated'>): readonly Finding[] {
  return findingsOf({ ...question, stated: null }, [...COMMON_CHECKS, ...APPENDED_CHECKS]);
}

function findingsOf(question: FormQuestion, checks: readonly FormCheck[]): readonly Finding[] {
  const { document } = question.signed;
  return checks.flatMap((check) => {
    const found = check(question);
    if (found === null) return [];
    const { layer, offsetBytes } = document.place;
    const { node, code, text } = found;
    return [{ code, text, layer, offsetBytes: offsetBytes + node.start, lengthBytes: node.end - node.start }];
  });
}

interface Peculiarity {
  readonly code: string;
  readonly text: string;
  readonly node: DerNode;
}

type FormCheck = (question: FormQuestion) => Peculiarity | null;

const COMMON_CHECKS: readonly FormCheck[] = [
  notDer,
  stringInPieces,
  tooLong,
  unsortedAttributes,
  foreignCertificate,
  revocationLists,
  emptySet,
  impossibleAttributeValue,
  generalTime,
  unpairedVersions,
  repeatedAttribute,
  unusualAlgorithm,
  unlistedDigest,
  oddParameters,
  otherMlDsaDigest,
];

const AUTHENTICODE_CHECKS: readonly FormCheck[] = [
  otherContent,
  wrappedContent,
  otherDataType,
  keyIdentifier,
  noSignedAttributes,
  wrongContentTypeAttribute,
];

const APPENDED_CHECKS: readonly FormCheck[] = [contentInAppended, signedAttributesInAppended];

/** BER that is not DER: two readers may read two things. RFC 5652 allows BER; Microsoft's document asks for DER. */
function notDer({ signed }: FormQuestion): Peculiarity | null {
  const { deviation, root } = signed.document;
  if (deviation === null) return null;
  const { offsetBytes } = deviation;
  return { code: 'cms-not-der', text: `BER that is not DER: ${deviation.text}`, node: pointIn(root, offsetBytes) };
}

/** OpenSSL joins the pieces (`tasn_dec.c:asn1_collect`); the grammar of Linux `lib/asn1_decoder.c` has primitive strings only. */
function stringInPieces({ signed }: FormQuestion): Peculiarity | null {
  const { deviations, root } = signed.document;
  const found = deviations.find(({ kind }) => kind === 'string-in-pieces');
  if (found === undefined) return null;
  return { code: 'cms-string-in-pieces', text: found.text, node: pointIn(root, found.offsetBytes) };
}

/** Linux `lib/asn1_decoder.c:asn1_ber_decoder`: lengths of at most two octets, 65535 bytes in all. */
function tooLong({ signed }: FormQuestion): Peculiarity | null {
  const { root } = signed.document;
  const size = root.end - root.start;
  if (size <= 65_535) return null;
  return { code: 'cms-too-long', text: `a CMS of ${size} bytes, more than 65535`, node: pointIn(root, root.start) };
}

/** RFC 5652, section 5.3: SignedAttributes must be DER, and so a sorted SET. */
function unsortedAttributes({ signed, signer }: FormQuestion): Peculiarity | null {
  const node = signer.signedAttributes?.unsorted ?? unsortedValue(signed.document, signer);
  if (node === null) return null;
  return { code: 'cms-not-der', text: 'signed attributes that are not in the order of DER', node };
}

function otherContent({ signed }: FormQuestion): Peculiarity | null {
  const { contentType, document } = signed;
  if (contentType === SPC_INDIRECT_DATA) return null;
  const text = `the content type is ${contentType}, not SPC_INDIRECT_DATA (${SPC_INDIRECT_DATA})`;
  return { code: 'cms-content-type', text, node: document.root };
}

/**
 * CMS style where Authenticode uses PKCS#7 style: Windows takes it, osslsigncode 2.14 and Linux `mscode.asn1` do not.
 * Read by RFC 5652, so messageDigest hashes all octets of the string; sbverify skips the header of the SEQUENCE in it.
 */
function wrappedContent({ signed }: FormQuestion): Peculiarity | null {
  const { content, contentType } = signed;
  if (content?.form !== 'wrapped' || contentType !== SPC_INDIRECT_DATA) return null;
  return { code: 'cms-content-wrapped', text: 'an OCTET STRING around SpcIndirectDataContent', node: content.node };
}

/** Linux `mscode_parser.c:mscode_note_content_type` takes these two; EDK2 does not look. */
function otherDataType({ signed, stated }: FormQuestion): Peculiarity | null {
  if (stated === null) return null;
  const { described, dataType } = stated;
  if (described === 'no') {
    const text = 'no description of what is signed, or several';
    return { code: 'cms-data-type', text, node: signed.content?.node ?? signed.document.root };
  }
  if ([SPC_PE_IMAGE_DATA, SPC_INDIVIDUAL_PURPOSE].includes(dataType)) return null;
  const text = `what is signed is of type ${dataType}, not SPC_PE_IMAGE_DATA (${SPC_PE_IMAGE_DATA})`;
  return { code: 'cms-data-type', text, node: signed.content?.node ?? signed.document.root };
}

function foreignCertificate({ signed }: FormQuestion): Peculiarity | null {
  const [node] = signed.otherCertificates;
  if (node === undefined) return null;
  return { code: 'cms-certificate-kind', text: 'a member of the certificate set that is no X.509 certificate', node };
}

/** Linux `pkcs7.asn1` reads none that is one; OpenSSL reads no others (both measured). */
function revocationLists({ signed }: FormQuestion): Peculiarity | null {
  const node = signed.revocationLists;
  return node === null ? null : { code: 'cms-revocation-lists', text: 'revocation lists beside the signers', node };
}

/** Linux `pkcs7.asn1`: a SET OF has members (measured). */
function emptySet({ signed, signer }: FormQuestion): Peculiarity | null {
  const code = 'cms-empty-set';
  if (signed.digestAlgorithms.length === 0)
    return { code, text: 'an empty set of digests', node: signed.document.root };
  const { unsignedSet: node, unsignedAttributes } = signer;
  if (node === null || unsignedAttributes.length > 0) return null;
  return { code, text: 'an empty set of unsigned attributes', node };
}

/** OpenSSL 3 `tasn_dec.c:asn1_ex_c2i` (measured). */
function impossibleAttributeValue({ signer }: FormQuestion): Peculiarity | null {
  const node = impossibleValue(signer);
  if (node === null) return null;
  return { code: 'cms-attribute-value', text: 'an attribute with a time or a string of an impossible length', node };
}

/** Linux `x509_cert_parser.c:x509_decode_time`, of certificates and of signingTime (measured). */
function generalTime({ signed, signer }: FormQuestion): Peculiarity | null {
  const code = 'cms-general-time';
  const early = signed.certificates.find(({ earlyGeneralizedTime }) => earlyGeneralizedTime === 'yes');
  if (early !== undefined) {
    const text = `the validity of \`${early.subject}\` has a GeneralizedTime before 2050`;
    return { code, text, node: signed.document.root };
  }
  const time = attempt(() => earlySigningTime(signed.document, signer));
  const node = time.ok ? time.value : null;
  return node === null ? null : { code, text: 'a signing time before 2050 as a GeneralizedTime', node };
}

/** Linux `pkcs7_parser.c:pkcs7_check_version` pairs 1 with issuerAndSerialNumber, 3 with a key identifier. */
function unpairedVersions({ signed, signer }: FormQuestion): Peculiarity | null {
  const paired = signer.identifier.kind === 'issuer-serial' ? 1 : 3;
  if (signed.version === paired && signer.version === paired) return null;
  const named = signer.identifier.kind === 'issuer-serial' ? 'issuer and serial number' : 'key identifier';
  const text = `SignedData version ${signed.version} and SignerInfo version ${signer.version} with a signer named by ${named}`;
  return { code: 'cms-version', text, node: signer.node };
}

/** PKCS#7 names signers by issuer and serial number alone: OpenSSL `pk7_asn1.c`, with which EDK2 and shim read. */
function keyIdentifier({ signer }: FormQuestion): Peculiarity | null {
  if (signer.identifier.kind === 'issuer-serial') return null;
  return { code: 'cms-signer-identifier', text: 'the signer is named by its key identifier', node: signer.node };
}

function noSignedAttributes({ signer }: FormQuestion): Peculiarity | null {
  if (signer.signedAttributes !== null) return null;
  return { code: 'cms-no-signed-attributes', text: 'the SignerInfo has no signed attributes', node: signer.node };
}

/** RFC 5652, section 11.1: exactly one contentType, equal to the type of the content. */
function wrongContentTypeAttribute({ signed, signer }: FormQuestion): Peculiarity | null {
  if (signer.signedAttributes === null) return null;
  const value = attributeValue(signer.signedAttributes, ATTRIBUTE.contentType);
  const node = signer.signedAttributes.node;
  const code = 'cms-content-type-attribute';
  if (typeof value === 'string') return { code, text: `the contentType attribute is ${value}`, node };
  if (value.tag !== TAG.objectIdentifier)
    return { code, text: 'a contentType that is no OBJECT IDENTIFIER', node: value };
  const stated = objectIdentifier(signed.document, value);
  if (stated === signed.contentType) return null;
  return { code, text: `the contentType attribute says ${stated}, the content is ${signed.contentType}`, node: value };
}

/** Linux `pkcs7_parser.c:pkcs7_sig_note_authenticated_attr` refuses a second of these; which one counts is anybody's guess. */
function repeatedAttribute({ signer }: FormQuestion): Peculiarity | null {
  const attributes = signer.signedAttributes?.attributes ?? [];
  const seen = new Set<string>();
  for (const { oid, node } of attributes) {
    if (seen.has(oid)) return { code: 'cms-repeated-attribute', text: `the signed attribute ${oid} comes twice`, node };
    seen.add(oid);
  }
  return null;
}

/**
 * Linux `pkcs7_parser.c:pkcs7_sig_note_pkey_algo` wants the bare rsaEncryption or ecdsa-with-SHA; EDK2 takes
 * sha256WithRSAEncryption, but not PSS (measured). sbverify takes id-ecPublicKey; Linux does not.
 */
function unusualAlgorithm({ signer }: FormQuestion): Peculiarity | null {
  const { scheme, algorithm, node } = signer;
  const code = 'cms-signature-algorithm';
  if (scheme.kind === 'rsa-pss') return { code, text: 'an RSA-PSS signature', node };
  if (scheme.kind === 'rsa' && algorithm.oid !== RSA_ENCRYPTION) {
    return {
      code,
      text: `the signature algorithm is ${scheme.digest ?? ''}WithRSAEncryption, not rsaEncryption`,
      node,
    };
  }
  if (algorithm.oid === EC_PUBLIC_KEY) {
    return { code, text: 'the signature algorithm is id-ecPublicKey, not ecdsa-with-SHA2', node };
  }
  return null;
}

/** OpenSSL `PKCS7_dataVerify` hashes with the digests of the set and refuses a signer whose digest is not among them. */
function unlistedDigest({ signed, signer }: FormQuestion): Peculiarity | null {
  const code = 'cms-digest-set';
  const unknown = signed.digestAlgorithms.find(({ oid }) => digestOf(oid) === null);
  if (unknown !== undefined) {
    return { code, text: `the set of digest algorithms holds the unknown ${unknown.oid}`, node: signed.document.root };
  }
  // EDK2 hashes the image with the first of the set (measured).
  const idle = signed.digestAlgorithms.find(({ oid }) => !signed.signers.some(({ digest }) => digest.oid === oid));
  if (idle !== undefined && signed.signers.length > 0) {
    return { code, text: `the set of digest algorithms holds ${idle.oid}, which no signer uses`, node: signer.node };
  }
  if (signed.digestAlgorithms.some(({ oid }) => oid === signer.digest.oid)) return null;
  return { code, text: 'the digest algorithm of the signer is not in the set of digest algorithms', node: signer.node };
}

/** Parameters that nobody reads are a place to hide bytes, and once let forged signatures pass (CVE-2006-4340). */
function oddParameters({ signed, signer }: FormQuestion): Peculiarity | null {
  const parametersExpected = signer.scheme.kind === 'rsa-pss' || signer.algorithm.oid === EC_PUBLIC_KEY;
  const plain = [...signed.digestAlgorithms, signer.digest, ...(parametersExpected ? [] : [signer.algorithm])];
  const node = plain.find((algorithm) => !hasPlainParameters(algorithm))?.parameters ?? null;
  if (node === null) return null;
  return { code: 'cms-algorithm-parameters', text: 'an algorithm with parameters that it does not have', node };
}

/** With signed attributes Linux takes ML-DSA with SHA-512 only (`public_key.c:software_key_determine_akcipher`). */
function otherMlDsaDigest({ signer }: FormQuestion): Peculiarity | null {
  if (signer.scheme.kind !== 'ml-dsa' || signer.signedAttributes === null) return null;
  const digest = digestOf(signer.digest.oid) ?? signer.digest.oid;
  if (digest === 'sha512') return null;
  return {
    code: 'cms-ml-dsa-digest',
    text: `an ML-DSA signature over attributes with ${digest}, not sha512`,
    node: signer.node,
  };
}

/** `pkcs7_verify.c:pkcs7_supply_detached_data` refuses a CMS with contents of its own; the type must be data. */
function contentInAppended({ signed }: FormQuestion): Peculiarity | null {
  const { content, contentType, document } = signed;
  const code = 'appended-content';
  if (content !== null)
    return { code, text: 'the CMS of an appended signature holds contents of its own', node: content.node };
  if (contentType === DATA) return null;
  return { code, text: `the content type is ${contentType}, not data (${DATA})`, node: document.root };
}

/** Linux refuses signed attributes in module signatures, but where ML-DSA needs them. */
function signedAttributesInAppended({ signer }: FormQuestion): Peculiarity | null {
  if (signer.signedAttributes === null || signer.scheme.kind === 'ml-dsa') return null;
  const { node } = signer.signedAttributes;
  return { code: 'appended-signed-attributes', text: 'an appended signature with signed attributes', node };
}

/** id-data (RFC 5652, section 4). */
const DATA = '1.2.840.113549.1.7.1';

function pointIn(root: DerNode, offsetBytes: number): DerNode {
  return { ...root, start: offsetBytes, end: offsetBytes };
}
