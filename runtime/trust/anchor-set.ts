import { once } from '../bytes/once.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Certificate } from '../signing/signature.ts';
import { type CertificateAnchor, certificateOf } from './anchor-certificate.ts';

/** The certificates among some anchors, found by digest and by name, and read only when they may matter. */
export interface AnchorSet {
  /** The anchor with that SHA-256 of its DER encoding. */
  find(sha256: string): CertificateAnchor | null;
  /**
   * Certificates whose subject reads like the name, read at most once.
   *
   * Equal names read alike; whether names that read alike are equal is for the caller to compare, as DER.
   *
   * @throws Error when an anchor is not what its fields say.
   */
  named(subject: string): readonly Certificate[];
  /** All certificates, each read at most once, in the order of the anchors; @throws Error as above. */
  all(): readonly Certificate[];
}

/** Indexes the certificates among the anchors; other kinds are left out. */
export function anchorSet(anchors: readonly Anchor[]): AnchorSet {
  const byDigest = new Map<string, CertificateAnchor>();
  const bySubject = new Map<string, CertificateAnchor[]>();
  for (const anchor of anchors) {
    if (anchor.kind !== 'certificate' || byDigest.has(anchor.sha256)) continue;
    byDigest.set(anchor.sha256, anchor);
    const others = bySubject.get(anchor.subject);
    if (others === undefined) bySubject.set(anchor.subject, [anchor]);
    else others.push(anchor);
  }
  const read = new Map<string, readonly Certificate[]>();
  return {
    find: (sha256) => byDigest.get(sha256) ?? null,
    named: (subject) => {
      const known = read.get(subject) ?? (bySubject.get(subject) ?? []).map(certificateOf);
      read.set(subject, known);
      return known;
    },
    all: once(() => [...byDigest.values()].map(certificateOf)),
  };
}
