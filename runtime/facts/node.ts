import { once } from '../bytes/once.ts';
import type { Layer, Part } from '../formats/layer.ts';
import type { LayerKind } from '../contract/layer-kinds.ts';

/**
 * A layer in its place: a part that may not be open yet, with its parent.
 *
 * `kind` is known without opening; `layer()` reads the bytes, decoding if it must, once.
 */
export interface LayerNode {
  readonly kind: LayerKind | 'unknown';
  readonly path: string;
  /** Null for the file itself. */
  readonly parent: LayerNode | null;
  readonly part: Part | null;
  layer(): Layer;
  /** Opens this layer and lists the layers in it, in file order. */
  children(): readonly LayerNode[];
}

/** The node of the file itself. */
export function rootNode(layer: Layer): LayerNode {
  const node: LayerNode = {
    kind: layer.kind,
    path: layer.path,
    parent: null,
    part: null,
    layer: () => layer,
    children: () => children(),
  };
  const children = once(() => layer.parts.map((part) => partNode(part, node)));
  return node;
}

function partNode(part: Part, parent: LayerNode): LayerNode {
  const node: LayerNode = {
    kind: part.kind,
    path: part.path,
    parent,
    part,
    layer: () => opened(),
    children: () => children(),
  };
  const opened = once(() => part.open());
  const children = once(() => opened().parts.map((inner) => partNode(inner, node)));
  return node;
}
