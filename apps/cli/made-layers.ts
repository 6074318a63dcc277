import type { InspectedLayer, MadeLayer } from '../../index.ts';

/** The layers of an image that was made and read back, outermost first, each before what it holds. */
export function madeLayersOf(layer: InspectedLayer): MadeLayer[] {
  const { path, kind, arch, codec, sizeBytes, sha256 } = layer;
  const signatures = layer.signatures.map(({ scheme, signer, intact, digestMatches }) => ({
    ...{ scheme, signer: signer?.subject ?? null, sound: intact && digestMatches },
  }));
  return [{ path, kind, arch, codec, sizeBytes, sha256, signatures }, ...layer.children.flatMap(madeLayersOf)];
}
