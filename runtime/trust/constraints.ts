import { sameBytes } from '../signing/der-fields.ts';
import type { Certificate, Signature } from '../signing/signature.ts';
import type { ChainObjection, ChainRules } from './chain.ts';
import type { TrustTerms } from './layer-question.ts';
import { STRICT_DIGESTS } from './strict-rules.ts';

/** What the policy's constraints, or the profile where the policy is silent, have against a signature. */
export function constraintObjections(signature: Signature, question: TrustTerms): readonly ChainObjection[] {
  return [
    digestObjection(signature, question, question.constraints.digests ?? STRICT_DIGESTS),
    keyObjection(signature, question),
  ].filter((objection) => objection !== null);
}

/** What may stand in a chain of `strict`: the rules of OpenSSL as EDK2 calls it, and nothing weak. */
export function strictChainRules(
  signature: Pick<Signature, 'signingTime'>,
  question: Pick<TrustTerms, 'anchors' | 'constraints' | 'at'>,
): ChainRules {
  return {
    certificate: (certificate) => {
      const isAnchor = question.anchors.some(
        (anchor) => anchor.kind === 'certificate' && anchor.sha256 === certificate.sha256,
      );
      return (
        criticalObjection(certificate) ??
        weakKeyObjection(certificate) ??
        (isAnchor ? null : weakSignatureObjection(certificate)) ??
        validityObjection(certificate, signature, question)
      );
    },
    issuer: issuerObjection,
  };
}

/** `digest in { … }` replaces the profile's own list, so that a policy can ask for SHA-1 by name. */
export function digestObjection(
  signature: Signature,
  { constraints }: Pick<TrustTerms, 'constraints'>,
  allowed: readonly string[],
): ChainObjection | null {
  const used = [signature.digestAlgorithm, signature.signerDigestAlgorithm];
  const outside = used.find((digest) => digest === null || !allowed.includes(digest));
  if (outside === undefined) return null;
  const code = constraints.digests === null && outside === 'sha1' ? 'digest-weak' : 'digest-not-allowed';
  return { code, text: `the digest is ${outside ?? 'unknown'}, not one of ${allowed.join(', ')}` };
}

/** `key rsa >= N` and `key ec >= N` admit only the families named. */
export function keyObjection(
  signature: Signature,
  { constraints }: Pick<TrustTerms, 'constraints'>,
): ChainObjection | null {
  if (constraints.keys === null) return null;
  const { keyAlgorithm, keyBits } = signature;
  const family = keyAlgorithm === 'rsa-pss' ? 'rsa' : keyAlgorithm;
  const named = constraints.keys.find((key) => key.family === family);
  if (named !== undefined && (keyBits ?? 0) >= named.leastBits) return null;
  const wanted = constraints.keys.map((key) => `${key.family} >= ${key.leastBits}`).join(' or ');
  return { code: 'key-not-allowed', text: `the key is ${keyAlgorithm ?? 'unknown'} ${keyBits ?? 0}, not ${wanted}` };
}

/** OpenSSL `x509_vfy.c:check_extensions`, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION. */
function criticalObjection({ unknownCritical, subject }: Certificate): ChainObjection | null {
  const [oid] = unknownCritical;
  if (oid === undefined) return null;
  return { code: 'chain-critical-extension', text: `\`${subject}\` has the unknown critical extension ${oid}` };
}

function weakKeyObjection({ keyAlgorithm, keyBits, subject }: Certificate): ChainObjection | null {
  if (keyAlgorithm !== 'rsa' || (keyBits ?? 0) >= LEAST_RSA_BITS) return null;
  return {
    code: 'key-weak',
    text: `the RSA key of \`${subject}\` has ${keyBits ?? 0} bits, fewer than ${LEAST_RSA_BITS}`,
  };
}

const LEAST_RSA_BITS = 1024;

/** An anchor is believed as it is: its own signature is not looked at. */
function weakSignatureObjection({ signatureAlgorithm, subject }: Certificate): ChainObjection | null {
  const weak = WEAK_CERTIFICATE_ALGORITHMS.get(signatureAlgorithm);
  if (weak === undefined) return null;
  return { code: 'certificate-digest-weak', text: `\`${subject}\` is signed over ${weak}` };
}

const WEAK_CERTIFICATE_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.4', 'MD5'],
  ['1.2.840.113549.1.1.5', 'SHA-1'],
  ['1.2.840.10045.4.1', 'SHA-1'],
]);

/** Expiry follows UEFI and is ignored, unless the policy asks. */
export function validityObjection(
  certificate: Certificate,
  signature: Pick<Signature, 'signingTime'>,
  { constraints, at }: Pick<TrustTerms, 'constraints' | 'at'>,
): ChainObjection | null {
  const { validity } = constraints;
  if (validity === 'profile' || validity === 'ignored') return null;
  const instant = validity === 'now' ? at : signature.signingTime === null ? null : new Date(signature.signingTime);
  if (instant === null) return { code: 'no-signing-time', text: 'the signature does not say when it was made' };
  const { notBefore, notAfter, subject } = certificate;
  if (notBefore.getTime() <= instant.getTime() && instant.getTime() <= notAfter.getTime()) return null;
  const span = `${notBefore.toISOString().slice(0, 10)} to ${notAfter.toISOString().slice(0, 10)}`;
  return { code: 'certificate-expired', text: `\`${subject}\` is valid ${span}, not at ${instant.toISOString()}` };
}

/** OpenSSL `x509_vfy.c:check_extensions` and `v3_purp.c:check_ca`. */
function issuerObjection(issuer: Certificate, intermediatesBelow: number): ChainObjection | null {
  const { ca, keyUsage, pathLength, subject } = issuer;
  if (keyUsage !== null && !keyUsage.includes('keyCertSign')) {
    return { code: 'chain-not-ca', text: `the key of \`${subject}\` may not sign certificates` };
  }
  // Without basicConstraints OpenSSL 3.5 takes it at the end of a chain only (measured).
  const isRoot = sameBytes(issuer.subjectDer, issuer.issuerDer);
  if (ca !== true && !(ca === null && isRoot && (issuer.version === 1 || keyUsage !== null))) {
    return { code: 'chain-not-ca', text: `\`${subject}\` issued a certificate but is no CA` };
  }
  if (pathLength === null || intermediatesBelow <= pathLength) return null;
  const text = `\`${subject}\` allows ${pathLength} intermediates below it, not ${intermediatesBelow}`;
  return { code: 'chain-path-length', text };
}
