import type { Engine } from '../bytes/engine.ts';
import { attempt, type Finding } from '../bytes/format-error.ts';
import { digestOf } from './algorithms.ts';
import { isNamedBy, type SignedData, signerCertificate } from './cms.ts';
import { nameOf } from './distinguished-name.ts';
import { embeddedChain } from './embedded-chain.ts';
import type { AbsentSigner, Certificate, KeyAlgorithm, Signature, SignedContents } from './signature.ts';
import { checkSigner, type SignerAnswer, type SignerQuestion } from './signer-check.ts';
import { signingTimeOf, type SignerIdentifier, type SignerInfo } from './signer-info.ts';
import { collectTimestamps } from './timestamp.ts';

/** What is known of one SignerInfo, whatever it signs. */
export type SignerFacts = Pick<
  Signature,
  | 'signerDigestAlgorithm'
  | 'intact'
  | 'keyAlgorithm'
  | 'keyBits'
  | 'signer'
  | 'absentSigner'
  | 'chain'
  | 'certificates'
  | 'signingTime'
  | 'timestamps'
> & { readonly findings: readonly Finding[] };

export interface CheckedSigner {
  readonly facts: SignerFacts;
  /** What it is about: the first that it verifies over, or the likeliest. */
  readonly contents: SignedContents | null;
}

/** A SignerInfo and what it may be about, likeliest first. */
export interface FactsQuestion {
  readonly signed: SignedData;
  readonly signer: SignerInfo;
  readonly contents: readonly SignedContents[];
}

/** Checks a SignerInfo with the certificate that is embedded for it. */
export async function signerFacts(question: FactsQuestion, engine: Engine): Promise<CheckedSigner> {
  const { signed, signer } = question;
  const certificate = signerCertificate(signed, signer);
  const { check, contents } = await checkContents(question, certificate, engine);
  const time = attempt(() => signingTimeOf(signed.document, signer.signedAttributes));
  const facts: SignerFacts = {
    signerDigestAlgorithm: digestOf(signer.digest.oid) ?? signer.digest.oid,
    intact: check.kind === 'intact',
    ...certificateFacts(certificate, { signed, signer }),
    absentSigner: certificate === null ? { ...question, name: identifierText(signer.identifier) } : null,
    certificates: signed.certificates,
    signingTime: time.ok ? time.value : null,
    timestamps: await collectTimestamps(signed, signer, engine),
    findings: [...check.findings, ...(time.ok ? [] : [time.finding])],
  };
  return { facts, contents };
}

/** Whether a certificate is the one that an absent signer is named by. */
export function isAbsentSigner({ signer }: AbsentSigner, certificate: Certificate): boolean {
  return isNamedBy(certificate, signer.identifier);
}

/**
 * The signature checked with a certificate that is not embedded, as Linux does with keys of its keyring
 * (`pkcs7_trust.c:pkcs7_validate_trust_one`). A signature whose signer is embedded, or another, stays as it is.
 */
export async function checkWithSigner(
  signature: Signature,
  certificate: Certificate,
  engine: Engine,
): Promise<Signature> {
  const { absentSigner } = signature;
  if (absentSigner === null || !isAbsentSigner(absentSigner, certificate)) return signature;
  const { check, contents } = await checkContents(absentSigner, certificate, engine);
  const intact = check.kind === 'intact';
  return {
    ...signature,
    intact,
    covers: contents?.covers ?? signature.covers,
    digestMatches: signature.digest === null ? intact : signature.digestMatches,
    ...certificateFacts(certificate, absentSigner),
    absentSigner: null,
    findings: [...signature.findings.filter(({ code }) => code !== 'cms-signer-absent'), ...check.findings],
  };
}

/** Tries the contents one after another; only one of several can be what was signed. */
async function checkContents(
  { signed, signer, contents }: FactsQuestion,
  certificate: Certificate | null,
  engine: Engine,
): Promise<{ readonly check: SignerAnswer; readonly contents: SignedContents | null }> {
  const [likeliest = null, ...others] = contents;
  const question = { signed, signer, certificate };
  const first = await checkSigner({ ...question, octets: likeliest?.octets ?? null }, engine);
  if (first.kind === 'intact' || certificate === null) return { check: first, contents: likeliest };
  for (const other of others) {
    const check = await checkSigner({ ...question, octets: other.octets }, engine);
    if (check.kind === 'intact') return { check, contents: other };
  }
  return { check: first, contents: likeliest };
}

function certificateFacts(
  certificate: Certificate | null,
  { signed, signer }: Pick<SignerQuestion, 'signed' | 'signer'>,
): Pick<Signature, 'keyAlgorithm' | 'keyBits' | 'signer' | 'chain'> {
  if (certificate === null) return { keyAlgorithm: null, keyBits: null, signer: null, chain: [] };
  return {
    keyAlgorithm: keyAlgorithmOf(certificate.keyAlgorithm, signer),
    keyBits: certificate.keyBits,
    signer: certificate,
    chain: embeddedChain(certificate, signed.certificates),
  };
}

/** An ordinary RSA key that signs with PSS is shown as what it did. */
function keyAlgorithmOf(key: KeyAlgorithm, { scheme }: SignerInfo): KeyAlgorithm {
  return key === 'rsa' && scheme.kind === 'rsa-pss' ? 'rsa-pss' : key;
}

function identifierText(identifier: SignerIdentifier): string {
  if (identifier.kind === 'key-id') return `key identifier ${identifier.hex}`;
  return `issuer ${nameOf(identifier.issuer)}, serial number ${identifier.serial}`;
}
