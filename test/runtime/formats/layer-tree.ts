import type { Engine } from '../../../runtime/bytes/engine.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../runtime/bytes/limits.ts';
import type { LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import type { Layer } from '../../../runtime/formats/layer.ts';
import { type ReadOptions, readFile } from '../../../runtime/formats/read-file.ts';

/** An engine that brings no decoders and computes no digests: readers need none. */
export const BARE_ENGINE: Engine = {
  name: 'bare',
  digest: () => {
    throw new Error('readers compute no digests');
  },
};

export const OPTIONS: ReadOptions = { limits: DEFAULT_LIMITS, engine: BARE_ENGINE };

/** Reads a file with the default limits, some of them replaced. */
export function open(bytes: Uint8Array, limits: Partial<Limits> = {}, kindHint?: LayerKind): Layer {
  const options = { ...OPTIONS, limits: { ...DEFAULT_LIMITS, ...limits } };
  return readFile(bytes, kindHint === undefined ? options : { ...options, kindHint });
}

/** The layer and everything in it, opened, outermost first. */
export function layersOf(layer: Layer): readonly Layer[] {
  return [layer, ...layer.parts.flatMap((part) => layersOf(part.open()))];
}

/** The layer at a path below the file's own. */
export function layerAt(root: Layer, path: string): Layer {
  const found = layersOf(root).find((layer) => layer.path === path);
  if (found === undefined)
    throw new Error(
      `no layer ${path} among ${layersOf(root)
        .map((layer) => layer.path)
        .join(', ')}`,
    );
  return found;
}

/** Codes of the layer's findings. */
export function codesOf(layer: Layer): readonly string[] {
  return layer.findings.map(({ code }) => code);
}

/** Where the regions of a layer fail to follow one another from its first byte to its last; empty when they do. */
export function breaksIn(layer: Layer): readonly string[] {
  const breaks: string[] = [];
  let cursor = 0;
  for (const { range, name } of layer.regions) {
    if (range[0] !== cursor || range[1] <= range[0]) breaks.push(`${layer.path}: ${name} ${range[0]}-${range[1]}`);
    cursor = range[1];
  }
  if (cursor !== layer.bytes.length) breaks.push(`${layer.path}: ends at ${cursor} of ${layer.bytes.length}`);
  return breaks;
}
