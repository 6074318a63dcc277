import { sameBytes } from './der-fields.ts';
import type { Certificate } from './signature.ts';

/**
 * The signer and its issuers, as far as the embedded certificates name each other: for people to look at.
 *
 * Names and key identifiers only; whether one signed the other is a question of trust. At most 32 certificates.
 */
export function embeddedChain(signer: Certificate, embedded: readonly Certificate[]): readonly Certificate[] {
  const chain = [signer];
  while (chain.length < LENGTH_LIMIT) {
    const last = chain.at(-1) ?? signer;
    const issuer = embedded.find((candidate) => !chain.includes(candidate) && mayHaveIssued(candidate, last));
    if (issuer === undefined) return chain;
    chain.push(issuer);
  }
  return chain;
}

/** As of the chains that are verified: a message may bring thousands of certificates, each naming the next. */
const LENGTH_LIMIT = 32;

/** Whether names fit, and key identifiers where both have one (RFC 5280, sections 4.1.2.4 and 4.2.1.1). */
export function mayHaveIssued(issuer: Certificate, subject: Certificate): boolean {
  const { authorityKeyId } = subject;
  const keysFit = authorityKeyId === null || issuer.subjectKeyId === null || authorityKeyId === issuer.subjectKeyId;
  return keysFit && sameBytes(issuer.subjectDer, subject.issuerDer);
}
