import type { Engine } from '../bytes/engine.ts';
import { hexOf } from '../bytes/hex.ts';
import type { Anchor } from '../contract/anchor.ts';
import { certificateOf } from './anchor-certificate.ts';

/** A certificate as an entry that lists the digest of its TBSCertificate, without a time: revoked always. */
export async function tbsAnchor(
  anchor: Anchor,
  algorithm: 'sha256' | 'sha384' | 'sha512',
  engine: Engine,
): Promise<Anchor | null> {
  if (anchor.kind !== 'certificate') return null;
  const hex = hexOf(await engine.digest(algorithm, [certificateOf(anchor).tbs]));
  return { kind: 'tbs-digest', algorithm, hex, revokedFrom: null };
}
