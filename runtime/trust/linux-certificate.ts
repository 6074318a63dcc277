import type { Engine } from '../bytes/engine.ts';
import { readAlgorithm, schemeOf } from '../signing/algorithms.ts';
import { checkSignature, type SignatureAnswer, type SignatureQuestion } from '../signing/check-signature.ts';
import { sameBytes } from '../signing/der-fields.ts';
import { readDer } from '../signing/der.ts';
import type { Certificate } from '../signing/signature.ts';
import type { ChainObjection } from './chain.ts';
import type { RuleCode } from './enforcer-rules.ts';

/** A certificate as Linux keeps it. */
export interface LinuxCertificate {
  readonly certificate: Certificate;
  readonly selfSigned: 'yes' | 'no';
}

/** Why Linux cannot use a certificate. */
export interface CertificateFault extends ChainObjection {
  readonly code: RuleCode;
}

/**
 * Parses a certificate as Linux 7.2 does (crypto/asymmetric_keys/x509_cert_parser.c `x509_cert_parse`,
 * x509_public_key.c `x509_check_for_self_signed`). One that fails makes the whole message, or the key, unusable.
 */
export async function linuxCertificate(
  certificate: Certificate,
  engine: Engine,
): Promise<LinuxCertificate | CertificateFault> {
  const unusable = algorithmFault(certificate) ?? timeFault(certificate);
  if (unusable !== null) return unusable;
  const { subjectDer, issuerDer, subject } = certificate;
  if (!sameBytes(subjectDer, issuerDer)) return { certificate, selfSigned: 'no' };
  const named = namesItself(certificate);
  if (named === 'no') return { certificate, selfSigned: 'no' };
  if (named === 'contradiction') {
    const text = `\`${subject}\` names itself as its issuer by one identifier and another by the other`;
    return { code: 'certificate-self-signature', text };
  }
  const answer = await checkLink(certificate, certificate, engine);
  if (answer.kind === 'good') return { certificate, selfSigned: 'yes' };
  const text = `\`${subject}\` names itself as its issuer, but did not sign itself: ${answer.text}`;
  return { code: 'certificate-self-signature', text };
}

/** Authority key identifiers: none, or those that there are must be the certificate's own. */
function namesItself(certificate: Certificate): 'yes' | 'no' | 'contradiction' {
  const { keyId, issuerSerial } = linuxAuthority(certificate);
  if (keyId === null && issuerSerial === null) return 'yes';
  const byKey = keyId !== null && keyId === certificate.subjectKeyId;
  const bySerial = issuerSerial !== null && issuerSerial === linuxId(certificate);
  if (!byKey && !bySerial) return 'no';
  const contradicted = (byKey && !bySerial && issuerSerial !== null) || (bySerial && !byKey && keyId !== null);
  return contradicted ? 'contradiction' : 'yes';
}

/** What the authority key identifier names: a key, a certificate, or both. */
export function linuxAuthority(certificate: Certificate): {
  readonly keyId: string | null;
  readonly issuerSerial: string | null;
} {
  const { authorityKeyId, authorityIssuer, authoritySerial } = certificate;
  const named = authorityIssuer !== null && authoritySerial !== null;
  return { keyId: authorityKeyId, issuerSerial: named ? issuerSerialId(authoritySerial, authorityIssuer) : null };
}

/** Serial number and issuer: how Linux tells certificates apart (`asymmetric_key_generate_id`). */
export function linuxId({ serial, issuerDer }: Certificate): string {
  return issuerSerialId(serial, issuerDer);
}

/** The same for a name and a number that stand elsewhere. */
export function issuerSerialId(serial: string, issuerDer: Uint8Array): string {
  return `${serial} ${String.fromCharCode(...issuerDer)}`;
}

/** `x509_decode_time`. */
function timeFault({ earlyGeneralizedTime, subject }: Certificate): CertificateFault | null {
  if (earlyGeneralizedTime === 'no') return null;
  const text = `the validity of \`${subject}\` has a GeneralizedTime before 2050`;
  return { code: 'certificate-time', text };
}

/** `x509_note_sig_algo` and `x509_extract_key_data`. */
function algorithmFault({ keyAlgorithm, keyCurve, signatureAlgorithm, subject }: Certificate): CertificateFault | null {
  const usable = keyCurve === null ? LINUX_KEYS.has(keyAlgorithm) : LINUX_CURVES.has(keyCurve);
  const code = 'certificate-algorithm';
  if (!usable) return { code, text: `\`${subject}\` has a key that Linux does not have: ${keyAlgorithm}` };
  if (LINUX_CERTIFICATE_ALGORITHMS.has(signatureAlgorithm)) return null;
  return { code, text: `\`${subject}\` is signed with ${signatureAlgorithm}, which Linux does not take` };
}

const LINUX_KEYS: ReadonlySet<string> = new Set(['rsa', 'ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87']);
const LINUX_CURVES: ReadonlySet<string> = new Set([
  '1.2.840.10045.3.1.1', // P-192
  '1.2.840.10045.3.1.7', // P-256
  '1.3.132.0.34', // P-384
  '1.3.132.0.35', // P-521
]);

/** But for GOST and SM2, which bootpol does not have. */
const LINUX_CERTIFICATE_ALGORITHMS: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.5', // sha1WithRSAEncryption
  '1.2.840.113549.1.1.14', // sha224WithRSAEncryption
  '1.2.840.113549.1.1.11', // sha256WithRSAEncryption
  '1.2.840.113549.1.1.12', // sha384WithRSAEncryption
  '1.2.840.113549.1.1.13', // sha512WithRSAEncryption
  '2.16.840.1.101.3.4.3.14', // RSA with SHA3-256
  '2.16.840.1.101.3.4.3.15', // RSA with SHA3-384
  '2.16.840.1.101.3.4.3.16', // RSA with SHA3-512
  '1.2.840.10045.4.1', // ecdsa-with-SHA1
  '1.2.840.10045.4.3.1', // ecdsa-with-SHA224
  '1.2.840.10045.4.3.2', // ecdsa-with-SHA256
  '1.2.840.10045.4.3.3', // ecdsa-with-SHA384
  '1.2.840.10045.4.3.4', // ecdsa-with-SHA512
  '2.16.840.1.101.3.4.3.10', // ecdsa-with-SHA3-256
  '2.16.840.1.101.3.4.3.11', // ecdsa-with-SHA3-384
  '2.16.840.1.101.3.4.3.12', // ecdsa-with-SHA3-512
  '2.16.840.1.101.3.4.3.17', // ML-DSA-44
  '2.16.840.1.101.3.4.3.18', // ML-DSA-65
  '2.16.840.1.101.3.4.3.19', // ML-DSA-87
]);

/** Whether a certificate is signed by a key, as `public_key_verify_signature` has it. */
export async function checkLink(
  certificate: Certificate,
  issuer: Certificate,
  engine: Engine,
): Promise<SignatureAnswer> {
  const document = readDer(certificate.signatureAlgorithmDer, { layer: certificate.subject, offsetBytes: 0 });
  const scheme = schemeOf(document, readAlgorithm(document, document.root));
  const { tbs, signatureValue } = certificate;
  return checkWithKey(issuer, { scheme, digest: null, message: tbs, signature: signatureValue }, engine);
}

/** A signature under a certificate's key, if Linux can use that key. */
export async function checkWithKey(
  { keyAlgorithm, keyBits, spki }: Certificate,
  question: Omit<SignatureQuestion, 'spki'>,
  engine: Engine,
): Promise<SignatureAnswer> {
  if (keyAlgorithm === 'rsa') {
    const sizeBytes = Math.ceil((keyBits ?? 0) / 64) * 8;
    if (!LINUX_RSA_BYTES.has(sizeBytes)) return { kind: 'unsupported', text: `an RSA key of ${keyBits ?? 0} bits` };
    const { length } = question.signature;
    // crypto/rsassa-pkcs1.c: as long as the modulus in whole words (measured with 2040 bits).
    if (length !== sizeBytes) return { kind: 'bad', text: `an RSA signature of ${length} bytes, not ${sizeBytes}` };
  }
  return checkSignature({ ...question, spki }, engine);
}

/** `crypto/rsa.c:rsa_check_key_length`, of the modulus rounded up to whole words. */
const LINUX_RSA_BYTES: ReadonlySet<number> = new Set([64, 128, 192, 256, 384, 512]);
