import type { Engine, HashName } from '../bytes/engine.ts';
import { base64Of } from '../bytes/base64.ts';
import { hexOf } from '../bytes/hex.ts';
import type { Anchor } from '../contract/anchor.ts';
import type { Reason } from '../contract/judgement.ts';
import type { PeImage } from '../formats/pe.ts';
import type { ImageDigests } from '../signing/authenticode.ts';
import type { Certificate, Signature } from '../signing/signature.ts';
import { anchorSet } from './anchor-set.ts';
import { type ChainObjection, type ChainRules, findChain, type LinkChecker } from './chain.ts';

/** What is revoked, ready to be asked. */
export interface Revocations {
  /** Why the signature counts for nothing; null when nothing speaks against it. */
  ofSignature(
    signature: Pick<Signature, 'signer' | 'certificates'>,
    chain: readonly Certificate[],
  ): Promise<ChainObjection | null>;
  /** Why the image counts for nothing, whoever signed it; `unknown` when a digest cannot be computed. */
  ofImage(pe: PeImage, digests: ImageDigests): Promise<Reason | 'unknown' | null>;
}

/** What revocations are asked with. */
export interface RevocationContext {
  readonly links: LinkChecker;
  readonly engine: Engine;
  /** Revocations that begin later do not count: whatever is judged was signed before. */
  readonly at: Date;
}

/**
 * Makes the revocations of a dbx-style list.
 *
 * - A certificate revokes every signature that leads to it, also by another way than the trusted chain: EDK2
 *   `IsForbiddenByDbx` verifies the signature with each revoked certificate as its anchor.
 * - The digest of a TBSCertificate revokes likewise, from its time on when it has one.
 * - A bare public key revokes every certificate that has it.
 * - An image digest revokes the image in whatever digest it is stated. EDK2 asks only for the digest of the signature.
 */
export function revocationsOf(revoked: readonly Anchor[], { links, engine, at }: RevocationContext): Revocations {
  const anchors = anchorSet(revoked);
  const tbsDigests = revoked
    .filter((anchor) => anchor.kind === 'tbs-digest')
    .filter(({ revokedFrom }) => revokedFrom === null || new Date(revokedFrom).getTime() <= at.getTime());
  const keys = revokedKeys(revoked);
  const images = imageDigestsByAlgorithm(revoked);
  return {
    ofSignature: async (signature, chain) => {
      if (signature.signer === null || revoked.length === 0) return null;
      const { signer, certificates: embedded } = signature;
      const led = await findChain({ signer, embedded, anchors, rules: NO_RULES, links });
      for (const certificate of [...chain, ...led.reached]) {
        const listed =
          anchors.find(certificate.sha256) !== null ||
          (keys.size > 0 && keys.has(base64Of(certificate.spki))) ||
          (await isListed(certificate, tbsDigests, engine));
        if (listed) return { code: 'signer-revoked', text: `\`${certificate.subject}\` is revoked` };
      }
      return null;
    },
    ofImage: async (pe, digests) => {
      for (const [algorithm, listed] of images) {
        const digest = await digests.of(algorithm);
        if (digest === null) return 'unknown';
        if (listed.has(hexOf(digest))) return revokedImage(pe, algorithm, hexOf(digest));
      }
      return null;
    },
  };
}

/** Base64 of the SubjectPublicKeyInfo of every bare key of a list. */
export function revokedKeys(anchors: readonly Anchor[]): ReadonlySet<string> {
  return new Set(anchors.flatMap((anchor) => (anchor.kind === 'public-key' ? [anchor.spki] : [])));
}

/** Image digests of a list, by algorithm. */
export function imageDigestsByAlgorithm(anchors: readonly Anchor[]): ReadonlyMap<HashName, ReadonlySet<string>> {
  const listed = new Map<HashName, Set<string>>();
  for (const anchor of anchors) {
    if (anchor.kind !== 'image-digest') continue;
    const known = listed.get(anchor.algorithm) ?? new Set();
    listed.set(anchor.algorithm, known.add(anchor.hex));
  }
  return listed;
}

/** To be revoked it is enough that keys and names fit. */
const NO_RULES: ChainRules = { certificate: () => null, issuer: () => null };

type TbsDigest = Extract<Anchor, { readonly kind: 'tbs-digest' }>;

async function isListed(certificate: Certificate, listed: readonly TbsDigest[], engine: Engine): Promise<boolean> {
  for (const algorithm of new Set(listed.map((anchor) => anchor.algorithm))) {
    const hex = hexOf(await engine.digest(algorithm, [certificate.tbs]));
    if (listed.some((anchor) => anchor.algorithm === algorithm && anchor.hex === hex)) return true;
  }
  return false;
}

function revokedImage(pe: PeImage, algorithm: HashName, hex: string): Reason {
  return {
    code: 'image-revoked',
    text: `the image is revoked by its ${algorithm} ${hex}`,
    layer: pe.layer,
    offsetBytes: 0,
    lengthBytes: pe.bytes.length,
  };
}
