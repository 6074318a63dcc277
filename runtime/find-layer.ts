import type { Finding } from './bytes/format-error.ts';
import type { FileFacts } from './facts/file-facts.ts';
import type { LayerNode } from './facts/node.ts';
import { cpioEntries } from './formats/cpio.ts';
import { FILE_TYPE, isSkipped } from './formats/cpio-walk.ts';
import type { Layer } from './formats/layer.ts';

/** What lies at a layer path: the layer's bytes, or why there are none. */
export type FoundLayer =
  | {
      readonly kind: 'layer';
      readonly bytes: Uint8Array;
      /** What is wrong with the layer, or with how it was decoded, though it has bytes; null when all is well. */
      readonly flaw: Finding | null;
      /** The members of a `cpio` layer that was read without a fault; null for all other layers. */
      readonly members: (() => Iterable<ArchiveMember>) | null;
    }
  | { readonly kind: 'unreadable'; readonly finding: Finding }
  | { readonly kind: 'unknown' };

/** One entry of an archive, for unpacking. */
export interface ArchiveMember {
  /** As in the archive; bytes that do not print are written `\xNN`. */
  readonly name: string;
  /** `special`: symbolic links, devices, pipes, sockets, and what Linux passes over. */
  readonly kind: 'file' | 'directory' | 'special';
  readonly isExecutable: boolean;
  /** Equal for entries that are names of one file; null for a file with one name. */
  readonly linkKey: string | null;
  readonly bytes: Uint8Array;
}

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
  const layer = node.layer();
  const members = layer.kind === 'cpio' && fault === null ? () => archiveMembers(layer) : null;
  return { kind: 'layer', bytes, flaw: fault ?? origin?.doubt ?? null, members };
}

function* archiveMembers(layer: Layer): Generator<ArchiveMember, void, undefined> {
  for (const { entry, linkScope } of cpioEntries(layer)) {
    const { name, mode, offsetBytes, sizeBytes, links, inode } = entry;
    const kind = isSkipped(entry) ? 'special' : (MEMBER_KINDS.get(mode & FILE_TYPE.mask) ?? 'special');
    yield {
      ...{ name, kind, isExecutable: (mode & 0o111) !== 0 },
      linkKey: links > 1 ? `${linkScope}:${inode}` : null,
      bytes: layer.bytes.subarray(offsetBytes, offsetBytes + sizeBytes),
    };
  }
}

const MEMBER_KINDS = new Map<number, ArchiveMember['kind']>([
  [FILE_TYPE.regular, 'file'],
  [FILE_TYPE.directory, 'directory'],
]);

function storedBytes(node: LayerNode): FoundLayer {
  const { parent, part } = node;
  const rest = { flaw: null, members: null };
  if (parent === null || part === null) return { kind: 'layer', bytes: node.layer().bytes, ...rest };
  const around = parent.layer().bytes;
  const [start, end] = part.range;
  if (start <= end && end <= around.length) return { kind: 'layer', bytes: around.subarray(start, end), ...rest };
  const text = `the layer is said to end at ${end}, but there are ${around.length} bytes around it`;
  const place = { layer: parent.path, offsetBytes: Math.min(start, around.length), lengthBytes: 0 };
  return { kind: 'unreadable', finding: { code: 'layer-out-of-file', text, ...place } };
}
