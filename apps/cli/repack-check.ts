import {
  DEFAULT_LIMITS,
  type InspectedLayer,
  inspect,
  type MadeLayer,
  nativeEngine,
  predictPcr11,
  printable,
} from '../../index.ts';
import { madeLayersOf } from './made-layers.ts';
import { dissect } from './repack-anatomy.ts';
import { type RepackStep, warningOf } from './repack-steps.ts';

/** What reading the new file back shows, or why it must not be written. */
export type ReadBack =
  | { readonly ok: true; readonly steps: readonly RepackStep[]; readonly layers: MadeLayer[] }
  | { readonly ok: false; readonly text: string };

/** Reads the new file as `inspect` does, and says what became of the signatures in it, and of PCR 11. */
export async function readBack(before: Uint8Array, after: Uint8Array): Promise<ReadBack> {
  const { root } = await inspect(after, READING);
  const found = dissect(root);
  if (!found.ok) return { ok: false, text: `the new file cannot be read: ${found.text}` };
  const { kernel, uki } = found.anatomy;
  const layers = kernel === root ? [root] : [kernel, root];
  const signatures = layers.flatMap((layer) => layer.signatures.flatMap((signature) => survives(layer, signature)));
  const steps = [...signatures, ...(uki === null ? [] : await pcrSteps(root, before, after))];
  return { ok: true, steps, layers: madeLayersOf(root) };
}

const READING = { limits: DEFAULT_LIMITS, engine: nativeEngine() };

type Signature = InspectedLayer['signatures'][number];

function survives(layer: InspectedLayer, signature: Signature): readonly RepackStep[] {
  const { scheme, intact, digestMatches, signer } = signature;
  if (scheme !== 'authenticode') return [];
  const name = `${printable(layer.path)} by ${printable(signer?.subject ?? 'nobody who is named')}`;
  if (intact && digestMatches) return [{ verb: 'checked', text: `the signature on ${name}: sound` }];
  const table = layer.regions.findLast(({ role }) => role === 'signature' || role === 'certificate-table');
  const end = table?.range[1].toLocaleString('en-US') ?? '?';
  const text =
    `the signature on ${name} does not survive the padding: its table is no longer at the end, so firmware, shim and ` +
    `kernel refuse this Image; cut at ${end} bytes, as kexec-tools 2.0.31 does, or with --trim, it is sound`;
  return [{ verb: 'warning', text, ...warningOf('signature-broken-by-padding') }];
}

/** The stub measures `.linux` into PCR 11, and `.pcrsig` signs values of it. */
async function pcrSteps(root: InspectedLayer, before: Uint8Array, after: Uint8Array): Promise<readonly RepackStep[]> {
  const [old, now] = [await firstValue(before), await firstValue(after)];
  if (old === now) return [];
  const stale = root.children.some(({ kind }) => kind === 'pcrsig');
  const text = `PCR 11 changes, sha256 before any phase ${old ?? 'not known'} to ${now ?? 'not known'}`;
  const told: RepackStep = { verb: 'note', text, data: { kind: 'pcr11', pcr11: { before: old, after: now } } };
  if (!stale) return [told];
  const help =
    'what `.pcrsig` signs are values of the old one: secrets bound to them stay closed until it is made anew';
  return [told, { verb: 'warning', text: help, ...warningOf('pcrsig-stale') }];
}

async function firstValue(bytes: Uint8Array): Promise<string | null> {
  const answer = await predictPcr11(bytes, { banks: ['sha256'], phases: [''], profile: null, ...READING });
  return answer.ok ? (answer.prediction.images[0]?.values[0]?.hash ?? null) : null;
}
