import type { Finding } from '../bytes/format-error.ts';
import type { CollectedSignatures } from '../signing/certificate-table.ts';
import type { Certificate, Signature } from '../signing/signature.ts';

/** One thing that `strict` refuses. */
export interface StrictRule {
  /** Permanent; where a finding has the same code, the rule is that such a finding refuses. */
  readonly code: string;
  readonly doc: string;
  /** Who refuses it, or why it is unsound. */
  readonly source: string;
  /**
   * `enforcer`: the newest EDK2 or Linux refuses it for its form. `unsound`: all take it, though it lets two readers
   * disagree or bytes go unseen. `weak`: all take it, though it can be forged, or soon can.
   */
  readonly because: 'enforcer' | 'unsound' | 'weak';
}

/** A rule that looks at a signature beyond its findings; gives the fault's text, or null. */
export interface SignatureRule extends StrictRule {
  objection(signature: Signature): string | null;
}

const LINUX_PKCS7 = 'Linux crypto/asymmetric_keys/pkcs7_parser.c';
const LINUX_PUBLIC_KEY = 'Linux crypto/asymmetric_keys/public_key.c';
const LINUX_PE = 'Linux crypto/asymmetric_keys/verify_pefile.c';
const EDK2_HANDLER = 'EDK2 DxeImageVerificationLib.c DxeImageVerificationHandler';

/** Findings of the certificate table and of signatures, by code. */
export const FINDING_RULES: readonly StrictRule[] = [
  rule('certificate-table-directory', 'enforcer', 'a certificate directory with an offset or a size alone', LINUX_PE),
  rule('certificate-table-out-of-file', 'enforcer', 'a certificate table that leaves the file', LINUX_PE),
  rule('certificate-table-in-headers', 'enforcer', 'a certificate table inside the headers', LINUX_PE),
  rule('certificate-table-entry-length', 'enforcer', 'an entry that is too short or too long', EDK2_HANDLER),
  rule(
    'certificate-table-unpadded',
    'enforcer',
    'a table that ends before the padding of its last entry',
    EDK2_HANDLER,
  ),
  rule('certificate-table-leftover', 'enforcer', 'bytes of the table after its last entry', EDK2_HANDLER),
  rule('certificate-table-revision', 'enforcer', 'an entry of another revision than 2.0', LINUX_PE),
  rule('certificate-table-type', 'enforcer', 'an entry that is no PKCS#7 SignedData', LINUX_PE),
  rule('certificate-table-padding', 'unsound', 'padding between entries that is not zero', 'CVE-2013-3900'),
  rule('certificate-table-trailing-bytes', 'unsound', 'bytes after a CMS that are not zero', 'CVE-2013-3900'),
  rule('certificate-table-unreadable', 'unsound', 'an entry whose bytes belong to no signature', 'CVE-2013-3900'),
  rule('asn1-field', 'enforcer', 'an element that is absent, extra or of another type', 'RFC 5652; RFC 5280'),
  rule('der-truncated', 'enforcer', 'ASN.1 that stops inside an element', 'ITU-T X.690, section 8.1'),
  rule('der-length', 'enforcer', 'a length that cannot be', 'ITU-T X.690, section 8.1.3'),
  rule('der-tag', 'enforcer', 'a tag that cannot be', 'ITU-T X.690, section 8.1.2'),
  rule('der-content', 'enforcer', 'contents that cannot be', 'ITU-T X.690, section 8'),
  rule('der-too-deep', 'enforcer', 'ASN.1 nested too deeply', 'Linux lib/asn1_decoder.c'),
  rule('der-too-many', 'unsound', 'more elements than anybody needs', 'bounded work'),
  rule('authenticode-no-digest', 'enforcer', 'an image whose hashed ranges leave the file', 'EDK2 HashPeImage'),
  rule('authenticode-digest-mismatch', 'enforcer', 'an image with another digest than was signed', LINUX_PE),
  rule(
    'authenticode-digest-unsupported',
    'enforcer',
    'an unknown digest algorithm of the image',
    'EDK2 HashPeImageByType',
  ),
  rule('cms-not-signed-data', 'enforcer', 'an entry that is no ContentInfo with SignedData', LINUX_PKCS7),
  rule('cms-not-der', 'unsound', 'BER that is not DER', 'ITU-T X.690, section 10; RFC 5652, section 5.3'),
  rule('cms-string-in-pieces', 'enforcer', 'a string in pieces, which only BER has', 'Linux lib/asn1_decoder.c'),
  rule('cms-too-long', 'enforcer', 'a CMS of more than 65535 bytes', 'Linux lib/asn1_decoder.c'),
  rule('cms-detached', 'enforcer', 'a CMS without content', LINUX_PKCS7),
  rule('cms-content-type', 'enforcer', 'content that is not SpcIndirectDataContent', `${LINUX_PKCS7}, pkcs7_verify.c`),
  rule(
    'cms-content-wrapped',
    'enforcer',
    'an OCTET STRING around the content',
    'Linux crypto/asymmetric_keys/mscode.asn1',
  ),
  rule(
    'cms-data-type',
    'enforcer',
    'content about something that is no PE image, or without a description of it',
    'Linux mscode_parser.c, mscode.asn1',
  ),
  rule('cms-revocation-lists', 'enforcer', 'revocation lists beside the signers', 'Linux pkcs7.asn1, measured'),
  rule('cms-empty-set', 'enforcer', 'an empty set of digests or unsigned attributes', 'Linux pkcs7.asn1, measured'),
  rule(
    'cms-attribute-value',
    'enforcer',
    'an attribute with a time or a string of an impossible length',
    'OpenSSL tasn_dec.c asn1_ex_c2i, as EDK2 reads, measured',
  ),
  rule(
    'cms-general-time',
    'enforcer',
    'a GeneralizedTime before 2050 in a certificate or as the signing time',
    'Linux x509_cert_parser.c x509_decode_time, measured',
  ),
  rule('cms-certificate-kind', 'enforcer', 'an embedded certificate that is not X.509', 'Linux pkcs7.asn1'),
  rule('cms-too-many', 'unsound', 'more certificates or signers than anybody needs', 'bounded work'),
  rule('cms-no-signer', 'enforcer', 'a CMS without a SignerInfo', LINUX_PKCS7),
  rule(
    'cms-signer-absent',
    'enforcer',
    'a signer whose certificate is not embedded',
    'OpenSSL PKCS7_verify, as EDK2 calls it',
  ),
  rule('cms-version', 'enforcer', 'versions other than 1 and 1, or 3 and 3 with a key identifier', LINUX_PKCS7),
  rule('cms-signer-identifier', 'enforcer', 'a signer named by key identifier', 'OpenSSL pk7_asn1.c, as EDK2 reads'),
  rule('cms-no-signed-attributes', 'enforcer', 'a SignerInfo without signed attributes', LINUX_PKCS7),
  rule(
    'cms-content-type-attribute',
    'enforcer',
    'a contentType attribute that is absent, repeated or wrong',
    LINUX_PKCS7,
  ),
  rule('cms-repeated-attribute', 'enforcer', 'a signed attribute that comes twice', LINUX_PKCS7),
  rule('cms-message-digest', 'enforcer', 'a messageDigest that is not the digest of the content', LINUX_PKCS7),
  rule('cms-digest-unsupported', 'enforcer', 'an unknown digest algorithm of the signer', LINUX_PKCS7),
  rule('cms-digest-conflict', 'enforcer', 'a signature algorithm and a digest algorithm that differ', LINUX_PKCS7),
  rule('cms-signature-algorithm', 'enforcer', 'a signature algorithm that Linux or EDK2 does not take', LINUX_PKCS7),
  rule(
    'cms-digest-set',
    'enforcer',
    "a digest set without the digest of the signer, or with one that is no signer's",
    'OpenSSL PKCS7_dataVerify, as EDK2 calls it',
  ),
  rule('cms-algorithm-parameters', 'unsound', 'parameters of an algorithm that has none', 'RFC 5754; CVE-2006-4340'),
  rule(
    'cms-attributes-raw',
    'enforcer',
    'signed attributes in BER, signed as they lie',
    'OpenSSL PKCS7_signatureVerify',
  ),
  rule('cms-attributes-reencoded', 'enforcer', 'signed attributes in BER, signed as DER', LINUX_PKCS7),
  rule(
    'cms-ml-dsa-digest',
    'enforcer',
    'ML-DSA over signed attributes with another digest than SHA-512',
    LINUX_PUBLIC_KEY,
  ),
  rule('cms-signature-unsupported', 'enforcer', 'a signature algorithm that cannot be checked', LINUX_PKCS7),
  rule('cms-signature-bad', 'enforcer', 'a signature that does not verify', 'Linux pkcs7_verify.c'),
];

/** Findings that `strict` lets pass, because EDK2 and Linux do (measured) and nothing goes unseen. */
export const TOLERATED_FINDINGS: ReadonlySet<string> = new Set(['certificate-table-unaligned']);

/** Digests that `strict` believes when the policy names none. */
export const STRICT_DIGESTS: readonly string[] = ['sha256', 'sha384', 'sha512'];

/** Rules about fields of a signature. */
export const SIGNATURE_RULES: readonly SignatureRule[] = [
  {
    ...rule(
      'digest-not-taken',
      'enforcer',
      'an image digest that EDK2 or Linux does not take',
      'EDK2 HashPeImageByType',
    ),
    objection: ({ digestAlgorithm }) =>
      digestAlgorithm === null || [...STRICT_DIGESTS, 'sha1'].includes(digestAlgorithm)
        ? null
        : `the image digest is ${digestAlgorithm}, which EDK2 does not take`,
  },
  {
    ...rule(
      'digests-differ',
      'enforcer',
      'one digest for the image and another for the signature',
      'EDK2 2026.08, measured',
    ),
    objection: ({ digestAlgorithm, signerDigestAlgorithm }) =>
      digestAlgorithm === signerDigestAlgorithm || digestAlgorithm === null
        ? null
        : `the image digest is ${digestAlgorithm}, the signer's is ${signerDigestAlgorithm ?? 'unknown'}`,
  },
  {
    ...rule(
      'key-size',
      'enforcer',
      'an RSA key of a size that Linux does not take',
      'Linux crypto/rsa.c rsa_check_key_length',
    ),
    objection: ({ certificates }) => firstText(certificates, rsaSizeObjection),
  },
  {
    ...rule(
      'key-algorithm',
      'enforcer',
      'a certificate that Linux or EDK2 cannot use',
      'Linux crypto/asymmetric_keys/x509_cert_parser.c',
    ),
    objection: ({ certificates }) => firstText(certificates, algorithmObjection),
  },
  {
    ...rule(
      'signing-time',
      'enforcer',
      'a signingTime outside the validity of the signer',
      'Linux pkcs7_verify.c pkcs7_verify_one',
    ),
    objection: ({ signingTime, signer }) => {
      if (signingTime === null || signer === null) return null;
      const time = new Date(signingTime).getTime();
      const inside = signer.notBefore.getTime() <= time && time <= signer.notAfter.getTime();
      return inside ? null : `signed at ${signingTime}, outside the validity of \`${signer.subject}\``;
    },
  },
];

/** Every rule that `strict` has about signatures, for the reference. */
export const STRICT_RULES: readonly StrictRule[] = [
  ...FINDING_RULES,
  ...SIGNATURE_RULES,
  rule(
    'first-entry',
    'enforcer',
    'a first entry that does not hold, whatever follows',
    `${LINUX_PE}: the first entry alone`,
  ),
  rule(
    'signers-disagree',
    'enforcer',
    'several SignerInfos of which one is not trusted',
    'OpenSSL PKCS7_verify, as EDK2 calls it',
  ),
  rule(
    'certificate-self-signature',
    'enforcer',
    'a first entry with a certificate, needed or not, that names itself as its issuer and did not sign itself',
    'Linux x509_public_key.c x509_check_for_self_signed',
  ),
  rule('digest-weak', 'weak', 'SHA-1 as the digest of the image or of the signer', 'SHAttered, 2017'),
  rule('certificate-digest-weak', 'weak', 'a certificate of the chain signed over SHA-1 or MD5', 'SHAttered, 2017'),
  rule('key-weak', 'weak', 'an RSA key below 1024 bits', 'RSA-155, 1999: weaker than SHA-1'),
];

/** What refuses the layer before any signature is looked at: faults of the PE file and of its certificate table. */
export function layerObjections(findings: readonly Finding[], collected: CollectedSignatures): readonly Finding[] {
  return [...findings, ...collected.findings].filter(({ code }) => !TOLERATED_FINDINGS.has(code));
}

const LINUX_RSA_BITS: readonly number[] = [512, 1024, 1536, 2048, 3072, 4096];

/** Linux rounds the modulus up to whole words. */
function rsaSizeObjection({ keyAlgorithm, keyBits, subject }: Certificate): string | null {
  const bits = keyBits ?? 0;
  const words = Math.ceil(bits / 64) * 64;
  // A signature is as long as the modulus in octets, and Linux wants it as long as in words (measured).
  if (keyAlgorithm !== 'rsa' || (LINUX_RSA_BITS.includes(words) && words - bits < 8)) return null;
  return `the RSA key of \`${subject}\` has ${keyBits ?? 0} bits, which is none of ${LINUX_RSA_BITS.join(', ')}`;
}

/** A certificate that Linux cannot use makes it refuse the message, also when nobody needs that certificate. */
function algorithmObjection(certificate: Certificate): string | null {
  const { keyAlgorithm, keyBits, keyCurve, signatureAlgorithm, subject } = certificate;
  const usableKey = keyAlgorithm === 'rsa' || COMMON_CURVES.has(keyCurve ?? '');
  if (!usableKey) return `the key of \`${subject}\` is ${keyAlgorithm}${keyBits === null ? '' : ` of ${keyBits} bits`}`;
  if (LINUX_CERTIFICATE_ALGORITHMS.has(signatureAlgorithm)) return null;
  return `\`${subject}\` is signed with the algorithm ${signatureAlgorithm}`;
}

/** P-256, P-384 and P-521, which Linux and EDK2 have. */
const COMMON_CURVES: ReadonlySet<string> = new Set(['1.2.840.10045.3.1.7', '1.3.132.0.34', '1.3.132.0.35']);

/** Linux `x509_cert_parser.c:x509_note_sig_algo`, but for GOST and SM2, which EDK2 lacks. */
const LINUX_CERTIFICATE_ALGORITHMS: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.5', // sha1WithRSAEncryption
  '1.2.840.113549.1.1.14', // sha224WithRSAEncryption
  '1.2.840.113549.1.1.11', // sha256WithRSAEncryption
  '1.2.840.113549.1.1.12', // sha384WithRSAEncryption
  '1.2.840.113549.1.1.13', // sha512WithRSAEncryption
  '1.2.840.10045.4.1', // ecdsa-with-SHA1
  '1.2.840.10045.4.3.1', // ecdsa-with-SHA224
  '1.2.840.10045.4.3.2', // ecdsa-with-SHA256
  '1.2.840.10045.4.3.3', // ecdsa-with-SHA384
  '1.2.840.10045.4.3.4', // ecdsa-with-SHA512
]);

function firstText(
  certificates: readonly Certificate[],
  objection: (certificate: Certificate) => string | null,
): string | null {
  for (const certificate of certificates) {
    const text = objection(certificate);
    if (text !== null) return text;
  }
  return null;
}

type Because = StrictRule['because'];

function rule(...[code, because, doc, source]: readonly [string, Because, string, string]): StrictRule {
  return { code, because, doc, source };
}
