import { contains, intersect, type RangeSet } from '../bytes/ranges.ts';
import { reachedInside } from '../facts/reach.ts';
import type { InspectedLayer, InspectedRegion, InspectedSignature } from './inspection.ts';

/** A sound signature of a file, by the layer that carries it and its place there, from 1. */
export interface MapSignature {
  readonly layer: string;
  readonly number: number;
  readonly signature: InspectedSignature;
}

/** A signature that covers a region. */
export interface RegionSigner {
  readonly signature: MapSignature;
  /** Whether it covers every byte of the region. */
  readonly extent: 'whole' | 'part';
}

/** Who signed which region of a file. */
export interface ByteMap {
  readonly signatures: readonly MapSignature[];
  /** Signatures beyond the limit, which the map leaves out. */
  readonly omitted: number;
  /** For each region of the layer, in order, the signatures that cover it, outermost first. */
  signersOf(layer: InspectedLayer): readonly (readonly RegionSigner[])[];
}

/**
 * Maps every region of a file to the sound signatures that cover it, whether on its own layer or around it.
 *
 * What is signed around a layer reaches it by the rules of coverage (docs/language.md): a plain stretch keeps its bytes'
 * coverage, a decoded layer is covered when all its encoded bytes are, and neither when the fields that locate it are
 * not. Trust is not asked for. Cost: linear in regions and ranges, for each of at most `SIGNATURE_LIMIT` signatures.
 */
export function byteMapOf(root: InspectedLayer): ByteMap {
  const all = soundSignatures(root);
  const signatures = all.slice(0, SIGNATURE_LIMIT);
  const known = new Map(signatures.map((each) => [each.signature, each]));
  const reaches = new Map<InspectedLayer, readonly Reach[]>();
  const visit = (layer: InspectedLayer, inherited: readonly Reach[]): void => {
    const own = layer.signatures.flatMap((signature): readonly Reach[] => {
      const mapped = known.get(signature);
      return mapped === undefined ? [] : [{ signature: mapped, covers: signature.covers }];
    });
    const reaching = [...inherited, ...own];
    reaches.set(layer, reaching);
    for (const child of layer.children) visit(child, inheritedBy(child, reaching));
  };
  visit(root, []);
  return {
    signatures,
    omitted: all.length - signatures.length,
    signersOf: (layer) => signersOf(layer.regions, reaches.get(layer) ?? []),
  };
}

/** As many as there are letters. */
const SIGNATURE_LIMIT = 26;

/** A signature and what it covers of one layer. */
interface Reach {
  readonly signature: MapSignature;
  readonly covers: RangeSet;
}

function soundSignatures(layer: InspectedLayer): readonly MapSignature[] {
  const own = layer.signatures
    .map((signature, index) => ({ layer: layer.path, number: index + 1, signature }))
    .filter(({ signature }) => signature.intact && signature.digestMatches);
  return [...own, ...layer.children.flatMap(soundSignatures)];
}

function inheritedBy(child: InspectedLayer, reaching: readonly Reach[]): readonly Reach[] {
  const { offsetBytes, packedSizeBytes, locatedBy, codec, sizeBytes, isDoubtful } = child;
  const place = {
    packed: [offsetBytes, offsetBytes + packedSizeBytes],
    locatedBy,
    codec,
    sizeBytes,
    isDoubtful,
  } as const;
  return reaching
    .map(({ signature, covers }): Reach => ({ signature, covers: reachedInside(place, covers) }))
    .filter(({ covers }) => covers.length > 0);
}

function signersOf(
  regions: readonly InspectedRegion[],
  reaching: readonly Reach[],
): readonly (readonly RegionSigner[])[] {
  const signers: RegionSigner[][] = regions.map(() => []);
  for (const { signature, covers } of reaching) {
    extentsOf(regions, covers).forEach((extent, index) => {
      if (extent !== 'none') signers[index]?.push({ signature, extent });
    });
  }
  return signers;
}

/** How much of each region is covered; one pass over both, since both are in order. */
function extentsOf(
  regions: readonly InspectedRegion[],
  covers: RangeSet,
): readonly (RegionSigner['extent'] | 'none')[] {
  let next = 0;
  return regions.map(({ range }) => {
    while ((covers[next]?.[1] ?? Infinity) <= range[0]) next += 1;
    const cover = covers[next];
    if (cover === undefined || intersect([cover], [range]).length === 0) return 'none';
    return contains([cover], range) ? 'whole' : 'part';
  });
}
