import type { Engine } from '../bytes/engine.ts';
import type { Finding } from '../bytes/format-error.ts';
import { type ByteRange, normalise, type RangeSet, subtract } from '../bytes/ranges.ts';
import type { PeImage } from '../formats/pe.ts';
import { imageDigests, type ImageDigests } from './authenticode.ts';
import { checkEntry } from './authenticode-signature.ts';
import type { Signature } from './signature.ts';
import { readWinCertificates } from './win-certificate.ts';

/** Everything that a PE file's certificate table says, checked. Offsets count from the start of the file. */
export interface CollectedSignatures {
  /** By entry, and within an entry by SignerInfo. */
  readonly signatures: readonly Signature[];
  /** Faults of the table, codes `certificate-table-…`; faults of a signature are its own. */
  readonly findings: readonly Finding[];
  /** The entries, dwLength each. */
  readonly entryRanges: RangeSet;
  /** Bytes of the table that belong to no signature and are not zero. */
  readonly strayRanges: RangeSet;
  /** Digests of the image, shared by all who ask. */
  readonly digests: ImageDigests;
}

/**
 * Reads and checks all signatures of a PE file. Never rejects for what the file holds.
 *
 * A signature that is readable but wrong still owns its bytes; an entry that is no CMS owns none.
 */
export async function collectSignatures(pe: PeImage, engine: Engine): Promise<CollectedSignatures> {
  const { entries, findings, range } = readWinCertificates(pe);
  const digests = imageDigests(pe, engine);
  const signatures: Signature[] = [];
  const entryFindings: Finding[] = [];
  const owned: ByteRange[] = [];
  for (const entry of entries) {
    const checked = await checkEntry(entry, { pe, digests, engine });
    signatures.push(...checked.signatures);
    entryFindings.push(...checked.findings);
    if (checked.cmsEndBytes !== null) owned.push([entry.offsetBytes, checked.cmsEndBytes]);
  }
  const unowned = range === null ? [] : subtract([range], normalise(owned));
  return {
    signatures,
    findings: [...findings, ...entryFindings],
    entryRanges: normalise(entries.map(({ offsetBytes, sizeBytes }) => [offsetBytes, offsetBytes + sizeBytes])),
    strayRanges: unowned.filter(([start, end]) => pe.bytes.subarray(start, end).some((byte) => byte !== 0)),
    digests,
  };
}
