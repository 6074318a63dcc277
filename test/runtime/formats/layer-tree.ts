import type { Engine } from '../../../runtime/bytes/engine.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../runtime/bytes/limits.ts';
import type { LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import type { Layer, Region } from '../../../runtime/formats/layer.ts';
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

/**
 * What is wrong with the map of a layer; empty when its regions follow one another from its first byte to its last, each
 * has a name, and the zero flags of padding, gaps and stray bytes say what the bytes are.
 */
export function breaksIn(layer: Layer): readonly string[] {
  const breaks: string[] = [];
  let cursor = 0;
  for (const region of layer.regions) {
    const { range, name } = region;
    if (range[0] !== cursor || range[1] <= range[0]) breaks.push(`${layer.path}: ${name} ${range[0]}-${range[1]}`);
    if (name === '') breaks.push(`${layer.path}: no name at ${range[0]}`);
    if (region.zero !== zeroFlag(layer.bytes, region)) breaks.push(`${layer.path}: ${name}: zero is ${region.zero}`);
    cursor = range[1];
  }
  if (cursor !== layer.bytes.length) breaks.push(`${layer.path}: ends at ${cursor} of ${layer.bytes.length}`);
  return breaks;
}

function zeroFlag(bytes: Uint8Array, { role, range }: Region): boolean | null {
  if (role !== 'padding' && role !== 'gap' && role !== 'stray') return null;
  return bytes.subarray(...range).every((byte) => byte === 0);
}

/** Parts that do not lie in the layer, or hold bytes of a stretch that the map calls a gap or stray. */
export function misplacedParts(layer: Layer): readonly string[] {
  return layer.parts.flatMap((part) => {
    const [start, end] = part.range;
    if (part.open().fault !== null) return [];
    const isInside = start >= 0 && start <= end && end <= layer.bytes.length;
    const isNamed = layer.regions.every(
      ({ role, range, zero }) => role !== 'gap' || zero === true || range[1] <= start || end <= range[0],
    );
    return isInside && isNamed ? [] : [`${part.path}: ${start}-${end}`];
  });
}
