import { attempt } from './bytes/format-error.ts';
import { contains, intersect, NO_RANGES, type RangeSet, subtract, union } from './bytes/ranges.ts';
import type { Anchor } from './contract/anchor.ts';
import { uncoveredBytes } from './facts/coverage.ts';
import type { FileFacts } from './facts/file-facts.ts';
import type { LayerNode } from './facts/node.ts';
import { reachedInside } from './facts/reach.ts';
import { ready } from './facts/ready.ts';
import type { Layer } from './formats/layer.ts';
import type { SimulatedImage, SimulatedLayer } from './report/simulation-schema.ts';
import type { Signature } from './signing/signature.ts';
import { anchorCertificate } from './trust/anchor-certificate.ts';

/** What a file is made of and which sound signatures cover which of its bytes, whoever is trusted. */
export interface Survey {
  readonly layers: readonly SimulatedLayer[];
  readonly layersLeftOut: number;
  readonly signatures: SimulatedImage['signatures'];
  /**
   * Who signed anything in it, each once: also where the padding came after the signature, since a view may see it without.
   * Whether a signature is about the bytes that a view sees is for the view to judge.
   */
  readonly signers: readonly Anchor[];
}

/** More layers than any real image has; what lies beyond is counted. */
const LAYER_LIMIT = 256;
/** Signatures that coverage is told of; all others cover nothing here. */
const SIGNATURE_LIMIT = 64;
/** Stretches of a layer that are told one by one. */
const STRETCH_LIMIT = 128;

/** Takes a file apart down to its kernel and its initrd. What the policies asked for is not computed again. */
export async function surveyOf(file: FileFacts): Promise<Survey> {
  const found: Found = { file, layers: [], leftOut: 0, signatures: [], signers: new Map() };
  await visit(file.root, { depth: 0, inherited: [] }, found);
  return {
    layers: found.layers,
    layersLeftOut: found.leftOut,
    signatures: found.signatures,
    signers: [...found.signers.values()],
  };
}

interface Found {
  readonly file: FileFacts;
  readonly layers: SimulatedLayer[];
  leftOut: number;
  readonly signatures: SimulatedImage['signatures'][number][];
  readonly signers: Map<string, Anchor>;
}

/** What one signature covers of the layer at hand. */
interface Reach {
  readonly signature: number;
  readonly how: 'direct' | 'enclosed' | 'derived';
  readonly covers: RangeSet;
}

interface Place {
  readonly depth: number;
  readonly inherited: readonly Reach[];
}

async function visit(node: LayerNode, { depth, inherited }: Place, found: Found): Promise<void> {
  if (found.layers.length === LAYER_LIMIT) {
    found.leftOut += 1;
    return;
  }
  const layer = node.layer();
  const own = await ownReaches(layer, found);
  const reaching = [...inherited, ...own.reaches];
  found.layers.push({
    path: layer.path,
    kind: layer.kind,
    depth,
    arch: layer.arch,
    compression: layer.compression === null || layer.compression.length === 0 ? null : layer.compression.join('+'),
    codec: node.part?.codec ?? null,
    offsetBytes: node.part?.range[0] ?? 0,
    sizeBytes: layer.bytes.length,
    fault: layer.fault?.text ?? null,
    stretches: stretchesOf(layer, reaching, own.stray),
  });
  // What is in an initrd is for `inspect` to show.
  if (layer.kind === 'initrd' || layer.kind === 'cpio') return;
  for (const child of node.children()) {
    await visit(child, { depth: depth + 1, inherited: inheritedBy(child, reaching) }, found);
  }
}

async function ownReaches(layer: Layer, found: Found): Promise<{ reaches: readonly Reach[]; stray: RangeSet }> {
  const { file } = found;
  const { pe } = layer;
  const table = pe === null ? null : await ready(file, () => file.signaturesOf(pe));
  const appended = await ready(file, () => file.appendedOf(layer));
  const reaches = [...(table?.signatures ?? []), ...appended.signatures].flatMap((signature): readonly Reach[] => {
    const sound = signature.intact && signature.digestMatches;
    if (signature.intact) addSigner(signature, found.signers);
    if (found.signatures.length === SIGNATURE_LIMIT) return [];
    const { scheme, signer, covers } = signature;
    found.signatures.push({ layer: layer.path, scheme, signer: signer?.subject ?? null, sound });
    return sound ? [{ signature: found.signatures.length - 1, how: 'direct', covers }] : [];
  });
  return { reaches, stray: union(table?.strayRanges ?? NO_RANGES, appended.strayRanges) };
}

/** A certificate that is not plain DER cannot be an anchor, and whoever it names stays a stranger. */
function addSigner({ signer }: Signature, signers: Map<string, Anchor>): void {
  if (signer === null || signers.has(signer.sha256)) return;
  const anchor = attempt(() => anchorCertificate(signer.der, { layer: signer.subject, offsetBytes: 0 }));
  if (anchor.ok) signers.set(signer.sha256, anchor.value);
}

function inheritedBy(child: LayerNode, reaching: readonly Reach[]): readonly Reach[] {
  const { part } = child;
  if (part === null || reaching.length === 0) return [];
  const layer = child.layer();
  const { range: packed, locatedBy, codec } = part;
  const isDoubtful = layer.fault !== null || (layer.origin?.doubt ?? null) !== null;
  const place = { packed, locatedBy, codec, sizeBytes: layer.bytes.length, isDoubtful };
  return reaching
    .map(
      ({ signature, covers }): Reach => ({
        signature,
        how: codec === 'none' ? 'enclosed' : 'derived',
        covers: reachedInside(place, covers),
      }),
    )
    .filter(({ covers }) => covers.length > 0);
}

type Stretch = SimulatedLayer['stretches'][number];

/** Every byte of a layer, cut where what covers it changes. */
function stretchesOf(layer: Layer, reaching: readonly Reach[], stray: RangeSet): readonly Stretch[] {
  const size = layer.bytes.length;
  if (size === 0) return [];
  const covered = reaching.reduce((sum, { covers }) => union(sum, covers), NO_RANGES);
  const whole: RangeSet = [[0, size]];
  const open = covered.length === 0 ? whole : uncoveredBytes(layer, { ranges: covered, stray, how: [], obstacles: [] });
  const exempt = subtract(subtract(whole, open), covered);
  const cuts = [covered, open, exempt, ...reaching.map(({ covers }) => covers)].flat(2);
  const points = [...new Set([0, size, ...cuts.filter((cut) => cut < size)])].sort((a, b) => a - b);
  const isCut = points.length - 1 > STRETCH_LIMIT;
  const told = isCut ? points.slice(0, STRETCH_LIMIT) : points.slice(0, -1);
  const stretches = told.map((startBytes, index): Stretch => {
    const endBytes = points[index + 1] ?? size;
    const by = reaching.filter(({ covers }) => contains(covers, [startBytes, endBytes]));
    const bare = intersect(exempt, [[startBytes, endBytes]]).length > 0 ? 'exempt' : 'uncovered';
    return {
      startBytes,
      endBytes,
      how: by[0] === undefined ? bare : strongest(by),
      by: by.map((each) => each.signature),
    };
  });
  if (!isCut) return stretches;
  const rest: Stretch = { startBytes: points[STRETCH_LIMIT] ?? 0, endBytes: size, how: 'uncovered', by: [] };
  return [...stretches, rest];
}

/** A signature on the layer itself says more than one around it. */
function strongest(by: readonly Reach[]): Reach['how'] {
  return (['direct', 'enclosed', 'derived'] as const).find((how) => by.some((each) => each.how === how)) ?? 'derived';
}
