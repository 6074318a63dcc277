import type { Engine } from '../bytes/engine.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Reason } from '../contract/judgement.ts';
import type { Certificate } from '../signing/signature.ts';
import { certificateOf } from './anchor-certificate.ts';
import { type LinkChecker } from './chain.ts';
import { broken } from './enforcer.ts';
import { opensslChainObjection, type OpensslLibrary, type OpensslObjection } from './openssl-chain.ts';
import type { OpensslMessage } from './openssl-message.ts';

/** A certificate of db or dbx, read. */
export interface EnrolledCertificate {
  readonly anchor: Anchor;
  readonly certificate: Certificate;
}

/** The certificates among some anchors, in their order. */
export function enrolled(anchors: readonly Anchor[]): readonly EnrolledCertificate[] {
  return anchors.flatMap((anchor) =>
    anchor.kind === 'certificate' ? [{ anchor, certificate: certificateOf(anchor) }] : [],
  );
}

/** What chains are verified with. */
export interface OpensslTrust {
  readonly links: LinkChecker;
  readonly curves: 'yes' | 'no';
  readonly library: OpensslLibrary;
  readonly engine: Engine;
}

/** Whether every signer of the message leads to a certificate; the first objection, or null. */
async function leadsTo(
  { signed, signers }: OpensslMessage,
  anchor: Certificate,
  { links, curves, library }: OpensslTrust,
): Promise<OpensslObjection | null> {
  for (const signer of signers ?? []) {
    const embedded = signed.certificates;
    const objection = await opensslChainObjection({ signer, embedded, anchor, links, curves, library });
    if (objection !== null) return objection;
  }
  return null;
}

/** The first enrolled certificate that all signers lead to, or why none is. */
export async function trustedBy(
  message: OpensslMessage,
  certificates: readonly EnrolledCertificate[],
  trust: OpensslTrust,
): Promise<EnrolledCertificate | Reason> {
  const objections: OpensslObjection[] = [];
  for (const candidate of certificates) {
    const objection = await leadsTo(message, candidate.certificate, trust);
    if (objection === null) return candidate;
    objections.push(objection);
  }
  // What speaks against a chain that exists tells more than that the others do not exist.
  const telling = objections.find(({ code }) => code !== 'signer-unknown');
  if (telling !== undefined) return broken(telling.code, telling.text, message.place);
  const [signer] = message.signers ?? [];
  const text = `\`${signer?.subject ?? 'nobody'}\` leads to no trusted certificate`;
  return broken('signer-unknown', text, message.place);
}
