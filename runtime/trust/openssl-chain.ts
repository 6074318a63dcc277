import { readAlgorithm, schemeOf } from '../signing/algorithms.ts';
import { sameBytes } from '../signing/der-fields.ts';
import { readDer } from '../signing/der.ts';
import type { Certificate } from '../signing/signature.ts';
import type { ChainObjection, LinkChecker } from './chain.ts';
import type { RuleCode } from './enforcer-rules.ts';
import { canonicalName } from './openssl-name.ts';

/** What OpenSSL is asked: does this signer lead to this one trusted certificate? */
export interface OpensslChainQuestion {
  readonly signer: Certificate;
  /** Everything embedded, in the order of the CMS. */
  readonly embedded: readonly Certificate[];
  readonly anchor: Certificate;
  readonly links: LinkChecker;
  /** Whether it was built with elliptic curves. */
  readonly curves: 'yes' | 'no';
  readonly library: OpensslLibrary;
}

/** EDK2 2026.08 has OpenSSL 3.5, shim 16.1 has 1.0.2. */
export type OpensslLibrary = '3.5' | '1.0.2';

/** Why a chain does not hold, with the rule. */
export interface OpensslObjection extends ChainObjection {
  readonly code: RuleCode;
}

/** Depth of chains (X509_VERIFY_PARAM default). */
const DEPTH_LIMIT = 100;

/**
 * Verifies a chain as OpenSSL does for EDK2 and shim (crypto/x509/x509_vfy.c `X509_verify_cert`; flags PARTIAL_CHAIN
 * and NO_CHECK_TIME, any purpose, one trusted certificate).
 *
 * The first embedded certificate that may have issued the last one is taken, and no other is tried. Where the trusted
 * certificate is the signer itself and is found only at the end, the embedded issuers stay in the chain; 3.5 checks what
 * they and the trusted certificate are allowed to do, 1.0.2 does not (measured). Null when the chain holds.
 */
export async function opensslChainObjection(question: OpensslChainQuestion): Promise<OpensslObjection | null> {
  const built = question.library === '3.5' ? buildChain(question) : buildOldChain(question);
  if (built === null) return { code: 'signer-unknown', text: unknownText(question) };
  const { chain, checked } = built;
  const curve = question.curves === 'no' ? chain.find(({ keyAlgorithm }) => keyAlgorithm === 'ec') : undefined;
  if (curve !== undefined) {
    return { code: 'elliptic-curve', text: `\`${curve.subject}\` has a key on an elliptic curve` };
  }
  for (const [index, certificate] of chain.entries()) {
    const form = index < checked ? extensionObjection(question.library, chain, index) : null;
    const objection = form ?? nameConstraintObjection(certificate, index);
    if (objection !== null) return objection;
  }
  for (const [index, issuer] of chain.entries()) {
    const below = chain[index - 1];
    if (below === undefined) continue;
    const link = await question.links.check(below, issuer);
    if (link !== null) return { code: 'chain-signature-bad', text: link.text };
  }
  return null;
}

/** A chain from the signer on, and for how many of its certificates it is asked what they are allowed to do. */
interface BuiltChain {
  readonly chain: readonly Certificate[];
  readonly checked: number;
}

/** `build_chain` of 3.5, trusted first; null when it ends in nothing that is trusted. */
function buildChain({ signer, embedded, anchor }: OpensslChainQuestion): BuiltChain | null {
  const all = (chain: readonly Certificate[]): BuiltChain => ({ chain, checked: chain.length });
  const chain = [signer];
  const left = [...embedded];
  for (;;) {
    const last = chain.at(-1) ?? signer;
    if (mayHaveIssued(anchor, last)) {
      if (!isSelfSigned(last)) return all([...chain, anchor]);
      if (last.sha256 === anchor.sha256) return all(chain);
    }
    const index = isSelfSigned(last) ? -1 : left.findIndex((candidate) => isCandidate(candidate, last, chain));
    const issuer = left[index];
    if (issuer === undefined || chain.length > DEPTH_LIMIT) break;
    left.splice(index, 1);
    chain.push(issuer);
  }
  return signer.sha256 === anchor.sha256 ? all(chain) : null;
}

/**
 * `X509_verify_cert` of 1.0.2: embedded issuers first, up to one that signed itself, which is left out; then the trusted
 * certificate, as issuer of the last one, as the signer, or as issuer of one further down.
 */
function buildOldChain({ signer, embedded, anchor }: OpensslChainQuestion): BuiltChain | null {
  const chain = [signer];
  const left = [...embedded];
  for (;;) {
    const last = chain.at(-1) ?? signer;
    const index = isSelfSignedOld(last) ? -1 : left.findIndex((candidate) => mayHaveIssuedOld(candidate, last));
    const issuer = left[index];
    if (issuer === undefined || chain.length > DEPTH_LIMIT) break;
    left.splice(index, 1);
    chain.push(issuer);
  }
  if (isSelfSignedOld(chain.at(-1) ?? signer) && chain.length > 1) chain.pop();
  const end = chain.at(-1) ?? signer;
  if (!isSelfSignedOld(end) && mayHaveIssuedOld(anchor, end)) {
    return { chain: [...chain, anchor], checked: chain.length };
  }
  if (signer.sha256 === anchor.sha256) return { chain, checked: 0 };
  const below = chain.slice(0, -1).findLastIndex((certificate) => mayHaveIssuedOld(anchor, certificate));
  return below < 0 ? null : { chain: [...chain.slice(0, below + 1), anchor], checked: below + 1 };
}

/** `X509_check_issued` of 1.0.2 asks for the key usage too. */
function mayHaveIssuedOld(issuer: Certificate, subject: Certificate): boolean {
  return mayHaveIssued(issuer, subject) && (issuer.keyUsage?.includes('keyCertSign') ?? true);
}

function isSelfSignedOld(certificate: Certificate): boolean {
  return mayHaveIssuedOld(certificate, certificate);
}

/** `get0_best_issuer_sk`: what is in the chain already is not taken twice. */
function isCandidate(candidate: Certificate, last: Certificate, chain: readonly Certificate[]): boolean {
  return mayHaveIssued(candidate, last) && !chain.some(({ sha256 }) => sha256 === candidate.sha256);
}

/** crypto/x509/v3_purp.c `ossl_x509_likely_issued`: names, authority key identifier, kind of key. */
function mayHaveIssued(issuer: Certificate, subject: Certificate): boolean {
  const sameName =
    sameBytes(issuer.subjectDer, subject.issuerDer) ||
    canonicalName(issuer.subjectDer) === canonicalName(subject.issuerDer);
  return sameName && authorityFits(issuer, subject) && algorithmFits(issuer, subject);
}

/** `X509_check_akid`. */
function authorityFits(issuer: Certificate, subject: Certificate): boolean {
  const { authorityKeyId, authorityIssuer, authoritySerial } = subject;
  if (authorityKeyId !== null && issuer.subjectKeyId !== null && authorityKeyId !== issuer.subjectKeyId) return false;
  if (authoritySerial !== null && authoritySerial !== issuer.serial) return false;
  return authorityIssuer === null || canonicalName(authorityIssuer) === canonicalName(issuer.issuerDer);
}

/** `check_sig_alg_match`. */
function algorithmFits({ keyAlgorithm }: Certificate, { signatureAlgorithmDer, subject }: Certificate): boolean {
  const document = readDer(signatureAlgorithmDer, { layer: subject, offsetBytes: 0 });
  const { kind } = schemeOf(document, readAlgorithm(document, document.root));
  if (kind === 'ecdsa') return keyAlgorithm === 'ec';
  return kind === 'rsa' || kind === 'rsa-pss' ? keyAlgorithm === 'rsa' || keyAlgorithm === 'rsa-pss' : true;
}

/** EXFLAG_SS (`ossl_x509v3_cache_extensions`): by what it says, not by its signature. */
function isSelfSigned(certificate: Certificate): boolean {
  return mayHaveIssued(certificate, certificate);
}

function isSelfIssued({ subjectDer, issuerDer }: Certificate): boolean {
  return canonicalName(subjectDer) === canonicalName(issuerDer);
}

/** `check_extensions`. */
function extensionObjection(
  library: OpensslLibrary,
  chain: readonly Certificate[],
  index: number,
): OpensslObjection | null {
  const certificate = chain[index];
  if (certificate === undefined) return null;
  const { extensions, subject } = certificate;
  const unknown = extensions.find(({ oid, critical }) => critical === 'yes' && !SUPPORTED_EXTENSIONS.has(oid));
  if (unknown !== undefined) {
    return { code: 'chain-critical-extension', text: `\`${subject}\` has the critical extension ${unknown.oid}` };
  }
  if (index === 0) return null;
  const kind = authorityKind(certificate);
  if (kind === 'no' || (kind === 'tolerated' && library === '3.5' && index + 1 < chain.length)) {
    return { code: 'chain-not-ca', text: `\`${subject}\` issued a certificate but is no CA` };
  }
  const below = chain.slice(1, index).filter((intermediate) => !isSelfIssued(intermediate)).length;
  if (index === 1 || certificate.pathLength === null || below <= certificate.pathLength) return null;
  const text = `\`${subject}\` allows ${certificate.pathLength} intermediates below it, not ${below}`;
  return { code: 'chain-path-length', text };
}

/** `check_ca`: in 3.5, `tolerated` is good at the end of a chain only. Netscape's certificate types are not read. */
function authorityKind(certificate: Certificate): 'yes' | 'tolerated' | 'no' {
  const { keyUsage, ca, version } = certificate;
  if (keyUsage !== null && !keyUsage.includes('keyCertSign')) return 'no';
  if (ca !== null) return ca ? 'yes' : 'no';
  return (version === 1 && isSelfSigned(certificate)) || keyUsage !== null ? 'tolerated' : 'no';
}

/** They are checked by OpenSSL and not here, so a chain with them is refused. */
function nameConstraintObjection({ extensions, subject }: Certificate, index: number): OpensslObjection | null {
  if (index === 0 || !extensions.some(({ oid }) => oid === NAME_CONSTRAINTS)) return null;
  return { code: 'chain-name-constraints', text: `\`${subject}\` constrains names, which bootpol does not evaluate` };
}

const NAME_CONSTRAINTS = '2.5.29.30';

/** `X509_supported_extension`. Key identifiers are not among them. */
const SUPPORTED_EXTENSIONS: ReadonlySet<string> = new Set([
  '2.16.840.1.113730.1.1', // Netscape certificate type
  '2.5.29.15', // keyUsage
  '2.5.29.17', // subjectAltName
  '2.5.29.19', // basicConstraints
  '2.5.29.32', // certificatePolicies
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.37', // extendedKeyUsage
  '1.3.6.1.5.5.7.48.1.5', // OCSP no check
  '2.5.29.36', // policyConstraints
  NAME_CONSTRAINTS,
  '2.5.29.33', // policyMappings
  '2.5.29.54', // inhibitAnyPolicy
]);

function unknownText({ signer, anchor }: OpensslChainQuestion): string {
  return `\`${signer.subject}\` does not lead to \`${anchor.subject}\``;
}
