import { nativeEngine } from '../../../native-engine.ts';
import type { Anchor } from '../../../runtime/contract/anchor.ts';
import type { PlanConstraints } from '../../../runtime/contract/plan.ts';
import { readPe } from '../../../runtime/formats/pe.ts';
import { collectSignatures } from '../../../runtime/signing/certificate-table.ts';
import { readAnchorFile } from '../../../runtime/trust/anchor-file.ts';
import { judgeLayer, type LayerQuestion, type LayerRuling } from '../../../runtime/trust/profile.ts';

export const ENGINE = nativeEngine();

/** What a policy asks for that names no constraint. */
export const PLAIN: PlanConstraints = {
  scheme: 'authenticode',
  digests: null,
  keys: null,
  validity: 'profile',
  count: 1,
  timestamped: false,
};

/** Anchors of a file that is known to be good. */
export function anchorsOf(bytes: Uint8Array): readonly Anchor[] {
  const file = readAnchorFile(bytes, 'anchors');
  if (!file.ok) throw new Error(`${file.code}: ${file.text}`);
  return file.anchors;
}

/** Judges a PE file strictly; `about` replaces parts of the question. */
export async function judge(bytes: Uint8Array, about: Partial<LayerQuestion>): Promise<LayerRuling> {
  const pe = readPe(bytes, 'pe');
  return judgeLayer({
    pe,
    collected: await collectSignatures(pe, ENGINE),
    anchors: [],
    revoked: [],
    constraints: PLAIN,
    at: new Date('2026-11-01T00:00:00Z'),
    profile: 'strict',
    allowDigests: 'no',
    engine: ENGINE,
    ...about,
  });
}

/** Codes of the reasons, each once. */
export function codesOf({ reasons }: LayerRuling): readonly string[] {
  return [...new Set(reasons.map(({ code }) => code))];
}
