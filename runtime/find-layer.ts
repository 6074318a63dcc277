import type { Finding } from './bytes/format-error.ts';
import type { FileFacts } from './facts/file-facts.ts';
import type { LayerNode } from './facts/node.ts';

/** What lies at a layer path: the layer's bytes, or why there are none. */
export type FoundLayer =
  | {
      readonly kind: 'layer';
      readonly bytes: Uint8Array;
      /** What is wrong with the layer, or with how it was decoded, though it has bytes; null when all is well. */
      readonly flaw: Finding | null;
    }
  | { readonly kind: 'unreadable'; readonly finding: Finding }
  | { readonly kind: 'unknown' };

/** `decoded`: the layer's own bytes; `stored`: the bytes that hold it in its parent. */
export type LayerForm = 'decoded' | 'stored';

/**
 * Finds a layer by its path, opening no more layers than lie on the way.
 *
 * A path below a layer that cannot be read is `unreadable`, not `unknown`: what would be there is not known.
 */
export function findLayer(file: FileFacts, path: string, form: LayerForm): FoundLayer {
  let node = file.root;
  while (node.path !== path) {
    const next = node.children().find((child) => child.path === path || path.startsWith(`${child.path}/`));
    if (next === undefined) {
      const { fault } = node.layer();
      const isBelow = path.startsWith(`${node.path}/`);
      return fault === null || !isBelow ? { kind: 'unknown' } : { kind: 'unreadable', finding: fault };
    }
    node = next;
  }
  return form === 'stored' ? storedBytes(node) : decodedBytes(node);
}

/** The paths of all layers of a file, in file order. Opens every layer. */
export function layerPaths(file: FileFacts): readonly string[] {
  const pathsOf = (node: LayerNode): readonly string[] => [node.path, ...node.children().flatMap(pathsOf)];
  return pathsOf(file.root);
}

/** A layer whose bytes could not be had at all has none and a fault. */
function decodedBytes(node: LayerNode): FoundLayer {
  const { bytes, fault, origin } = node.layer();
  if (fault !== null && bytes.length === 0 && node.part !== null) return { kind: 'unreadable', finding: fault };
  return { kind: 'layer', bytes, flaw: fault ?? origin?.doubt ?? null };
}

function storedBytes(node: LayerNode): FoundLayer {
  const { parent, part } = node;
  const flaw = null;
  if (parent === null || part === null) return { kind: 'layer', bytes: node.layer().bytes, flaw };
  const around = parent.layer().bytes;
  const [start, end] = part.range;
  if (start <= end && end <= around.length) return { kind: 'layer', bytes: around.subarray(start, end), flaw };
  const text = `the layer is said to end at ${end}, but there are ${around.length} bytes around it`;
  const place = { layer: parent.path, offsetBytes: Math.min(start, around.length), lengthBytes: 0 };
  return { kind: 'unreadable', finding: { code: 'layer-out-of-file', text, ...place } };
}
