import type { Engine } from '../bytes/engine.ts';
import { hexOf } from '../bytes/hex.ts';
import { readAlgorithm, schemeOf } from '../signing/algorithms.ts';
import { checkSignature } from '../signing/check-signature.ts';
import { readDer } from '../signing/der.ts';
import { mayHaveIssued } from '../signing/embedded-chain.ts';
import type { Certificate } from '../signing/signature.ts';
import type { AnchorSet } from './anchor-set.ts';

/** What a chain is built from and where it may end. */
export interface ChainQuestion {
  readonly signer: Certificate;
  readonly embedded: readonly Certificate[];
  /** Certificates that end a chain, wherever they stand in it: root, intermediate or the signer itself. */
  readonly anchors: AnchorSet;
  readonly rules: ChainRules;
  readonly links: LinkChecker;
}

/** Why a certificate may not stand in a chain; the empty list lets it. */
export interface ChainRules {
  /** Of any certificate. */
  certificate(certificate: Certificate): ChainObjection | null;
  /** Of an issuer, with the number of intermediates below it that are not self-issued. */
  issuer(issuer: Certificate, intermediatesBelow: number): ChainObjection | null;
}

export interface ChainObjection {
  readonly code: string;
  readonly text: string;
}

export interface ChainAnswer {
  /** Signer first, anchor last; null when no chain ends in an anchor. */
  readonly chain: readonly Certificate[] | null;
  /** Every certificate that was reached from the signer by checked links, the signer included. */
  readonly reached: readonly Certificate[];
  /** What stood in the way, in the order in which it was met. */
  readonly objections: readonly ChainObjection[];
}

/** Most certificates of one chain. OpenSSL allows 100; real chains have up to four. */
const CHAIN_LENGTH_LIMIT = 32;
/** Most certificate signatures checked for one image: bounds the work that a hostile file can ask for. */
export const LINK_CHECK_LIMIT = 128;

/**
 * Walks from the signer up to an anchor, through the embedded certificates, in order of distance.
 *
 * A link holds when the names are equal as DER, the key identifiers do not contradict, and the issuer's key verifies the
 * certificate's signature. Each certificate is visited once, with the fewest intermediates below it, which is the case
 * in which path lengths object least: so a failed branch is never walked twice, loops end by themselves, and the work is
 * linear in the certificates but for `LINK_CHECK_LIMIT`. A self-signed certificate is nobody else's (as in OpenSSL): one
 * that only shares name and key with an anchor is not trusted.
 */
export async function findChain(question: ChainQuestion): Promise<ChainAnswer> {
  const { signer, anchors, rules, links } = question;
  const embedded = byName(question.embedded);
  const objections: ChainObjection[] = [];
  const visited = new Set<string>();
  const reached: Certificate[] = [];
  const queue: Step[] = [{ certificate: signer, below: null, intermediatesBelow: 0, length: 1 }];
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const { certificate } = step;
    if (visited.has(certificate.sha256)) continue;
    visited.add(certificate.sha256);
    const objection = objectionTo(step, rules);
    if (objection !== null) {
      objections.push(objection);
      continue;
    }
    reached.push(certificate);
    if (anchors.find(certificate.sha256) !== null) return { chain: pathOf(step), reached, objections };
    if (isSelfSigned(certificate)) continue;
    const candidates = [...anchors.named(certificate.issuer), ...(embedded.get(certificate.issuer) ?? [])];
    for (const issuer of candidates) {
      if (visited.has(issuer.sha256) || !mayHaveIssued(issuer, certificate)) continue;
      const link = step.length < CHAIN_LENGTH_LIMIT ? await links.check(certificate, issuer) : TOO_LONG;
      if (link !== null) {
        objections.push(link);
        continue;
      }
      const next = { certificate: issuer, below: step, intermediatesBelow: countOf(step), length: step.length + 1 };
      // Self-issued certificates do not count in path lengths: they go first, so that every visit has the fewest.
      if (next.intermediatesBelow === step.intermediatesBelow) queue.unshift(next);
      else queue.push(next);
    }
  }
  return { chain: null, reached, objections };
}

/** Checks that issuers signed certificates, each pair once. */
export interface LinkChecker {
  /** Null when the issuer's key verifies the certificate's signature. */
  check(certificate: Certificate, issuer: Certificate): Promise<ChainObjection | null>;
}

/** Makes a checker with its own memory and its own budget of `LINK_CHECK_LIMIT` checks. */
export function linkChecker(engine: Engine): LinkChecker {
  const known = new Map<string, ChainObjection | null>();
  return {
    check: async (certificate, issuer) => {
      const pair = `${certificate.sha256} ${issuer.sha256}`;
      const remembered = known.get(pair);
      if (remembered !== undefined) return remembered;
      const objection = known.size < LINK_CHECK_LIMIT ? await linkObjection(certificate, issuer, engine) : TOO_MANY;
      if (objection !== TOO_MANY) known.set(pair, objection);
      return objection;
    },
  };
}

interface Step {
  readonly certificate: Certificate;
  readonly below: Step | null;
  /** Intermediates between this certificate and the signer that are not self-issued. */
  readonly intermediatesBelow: number;
  readonly length: number;
}

const TOO_LONG: ChainObjection = {
  code: 'chain-too-long',
  text: `the chain has more than ${CHAIN_LENGTH_LIMIT} certificates`,
};
const TOO_MANY: ChainObjection = {
  code: 'chain-too-many-checks',
  text: `more than ${LINK_CHECK_LIMIT} certificate signatures would have to be checked`,
};

function objectionTo({ certificate, below, intermediatesBelow }: Step, rules: ChainRules): ChainObjection | null {
  return rules.certificate(certificate) ?? (below === null ? null : rules.issuer(certificate, intermediatesBelow));
}

/** Intermediates below an issuer of this step's certificate (RFC 5280, section 4.2.1.9). */
function countOf({ below, certificate, intermediatesBelow }: Step): number {
  return below === null || isSelfIssued(certificate) ? intermediatesBelow : intermediatesBelow + 1;
}

function pathOf(last: Step): readonly Certificate[] {
  const path: Certificate[] = [];
  for (let step: Step | null = last; step !== null; step = step.below) path.unshift(step.certificate);
  return path;
}

function byName(certificates: readonly Certificate[]): ReadonlyMap<string, readonly Certificate[]> {
  const named = new Map<string, Certificate[]>();
  for (const certificate of certificates) {
    const others = named.get(certificate.subject);
    if (others === undefined) named.set(certificate.subject, [certificate]);
    else others.push(certificate);
  }
  return named;
}

function isSelfIssued({ subjectDer, issuerDer }: Certificate): boolean {
  return hexOf(subjectDer) === hexOf(issuerDer);
}

/** By what it says, not by its signature: OpenSSL sets EXFLAG_SS so (`crypto/x509/v3_purp.c:ossl_x509v3_cache_extensions`). */
function isSelfSigned(certificate: Certificate): boolean {
  const { authorityKeyId, subjectKeyId } = certificate;
  return isSelfIssued(certificate) && (authorityKeyId === null || authorityKeyId === subjectKeyId);
}

async function linkObjection(
  certificate: Certificate,
  issuer: Certificate,
  engine: Engine,
): Promise<ChainObjection | null> {
  const document = readDer(certificate.signatureAlgorithmDer, { layer: certificate.subject, offsetBytes: 0 });
  const scheme = schemeOf(document, readAlgorithm(document, document.root));
  const { tbs, signatureValue } = certificate;
  const question = { spki: issuer.spki, scheme, digest: null, message: tbs, signature: signatureValue };
  const answer = await checkSignature(question, engine);
  if (answer.kind === 'good') return null;
  return {
    code: answer.kind === 'bad' ? 'chain-signature-bad' : 'chain-signature-unsupported',
    text: `\`${certificate.subject}\` is not signed by the key of \`${issuer.subject}\`: ${answer.text}`,
  };
}
