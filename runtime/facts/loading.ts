import type { Reason } from '../contract/judgement.ts';
import type { LayerKind } from '../contract/layer-kinds.ts';
import type { PlanView } from '../contract/plan.ts';
import type { LayerNode } from './node.ts';

/** What the loader of a point says of what it is handed. */
export interface Loading {
  readonly refusals: readonly Reason[];
  /** Layers that the loader would have to read and bootpol could not. */
  readonly faults: readonly Reason[];
}

/**
 * Why the point's loader refuses what it is handed, before any signature is looked at; empty when it loads it.
 *
 * Follows kexec_file_load: `kimage_probe` in Linux kernel/kexec_file.c finds no loader (ENOEXEC, EINVAL), and
 * `image_load` in arch/arm64/kernel/kexec_image.c refuses an Image whose file is larger than its image_size (EINVAL).
 */
export function loadingOf(handed: readonly LayerNode[], view: PlanView): Loading {
  const { loads } = view;
  if (loads === null) return { refusals: [], faults: [] };
  const faults: Reason[] = [];
  const refusals = handed.flatMap((node) => refusalsOf(node, { loads, point: view.name, faults }));
  return { refusals, faults };
}

interface Loader {
  readonly loads: readonly LayerKind[];
  readonly point: string;
  readonly faults: Reason[];
}

function refusalsOf(node: LayerNode, loader: Loader): readonly Reason[] {
  const { loads, point, faults } = loader;
  if (node.kind === 'unknown' || !loads.includes(node.kind)) {
    return [
      refusal(
        node,
        'no-loader',
        `no loader of ${point} knows the format \`${node.kind}\`: it loads { ${loads.join(', ')} }`,
      ),
    ];
  }
  const { fault } = node.layer();
  if (fault !== null) {
    faults.push(fault);
    return [];
  }
  if (node.kind === 'image') return imageRefusals(node);
  return bootPath(node).flatMap((next) => refusalsOf(next, loader));
}

/** What a loader of this kind goes on to load: the kernel in it. */
export function bootPath(node: LayerNode): readonly LayerNode[] {
  const inner = node.kind === 'uki' ? node.children().filter(({ kind }) => kind === 'linux') : [node];
  return inner
    .flatMap((holder) => holder.children())
    .filter(
      ({ kind }) => kind === 'image' || kind === 'zboot' || kind === 'bzimage' || kind === 'pe' || kind === 'uki',
    );
}

function imageRefusals(node: LayerNode): readonly Reason[] {
  const { header, bytes } = node.layer();
  const imageSize = header?.['image_size'];
  if (typeof imageSize !== 'number') return [];
  if (imageSize === 0) return [refusal(node, 'image-size-zero', 'the Image has image_size 0: kexec cannot place it')];
  if (bytes.length <= imageSize) return [];
  const text = `the Image has ${bytes.length} bytes, more than its image_size of ${imageSize}`;
  return [{ ...refusal(node, 'image-larger-than-image-size', text), offsetBytes: 16, lengthBytes: 8 }];
}

function refusal(node: LayerNode, code: string, text: string): Reason {
  return { code, text, layer: node.path, offsetBytes: 0, lengthBytes: 0 };
}
