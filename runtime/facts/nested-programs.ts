import { type Finding, FormatError } from '../bytes/format-error.ts';
import { LAYER_KINDS } from '../contract/layer-kinds.ts';
import type { LayerNode } from './node.ts';

/**
 * Programs nested in a layer, at any depth, whose architecture is not the layer's own: one finding each.
 *
 * Firmware and stubs start only programs of their own machine, so such a layer cannot boot as it is read. Opens, and so
 * decodes, everything that may be a program; sections without an architecture have no say.
 *
 * @throws FormatError the fault of a nested program that cannot be read: it may be one of another architecture.
 */
export function strangersIn(node: LayerNode): readonly Finding[] {
  const { arch, path } = node.layer();
  return programsIn(node).flatMap((program): readonly Finding[] => {
    const inner = program.layer();
    if (inner.arch === arch) return [];
    const text = `a ${program.kind} for ${inner.arch ?? 'an unknown machine'} lies in ${path}, which is for ${arch ?? 'another'}`;
    return [{ code: 'arch-mismatch', text, layer: program.path, offsetBytes: 0, lengthBytes: 0 }];
  });
}

/** Every nested program, outermost first. */
function programsIn(node: LayerNode): readonly LayerNode[] {
  const holders = node.children().filter(({ kind }) => isProgram(kind) || kind === 'linux');
  for (const holder of holders) {
    const { fault } = holder.layer();
    if (fault !== null) throw new FormatError(fault);
  }
  return holders.flatMap((inner) => [...(isProgram(inner.kind) ? [inner] : []), ...programsIn(inner)]);
}

function isProgram(kind: LayerNode['kind']): boolean {
  return kind !== 'unknown' && (LAYER_KINDS[kind].pe || kind === 'vmlinux');
}

/**
 * How many times larger the nested layers are decoded than they are encoded, all of them together; null when nothing is
 * nested.
 *
 * @throws FormatError the fault of a nested layer that does not decode.
 */
export function compressionRatio(node: LayerNode): number | null {
  let decoded = 0;
  let encoded = 0;
  for (const child of node.children()) {
    const { fault, bytes, origin } = child.layer();
    if (fault !== null && bytes.length === 0) throw new FormatError(fault);
    decoded += bytes.length;
    encoded += origin?.consumedBytes ?? 0;
  }
  return encoded === 0 ? null : decoded / encoded;
}
