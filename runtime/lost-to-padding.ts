import type { Finding } from './bytes/format-error.ts';
import type { FileFacts } from './facts/file-facts.ts';
import type { LayerNode } from './facts/node.ts';
import { ready } from './facts/ready.ts';

/**
 * Says of a kernel Image that it was signed before it was padded: its signature fails on the Image as it is unpacked, but
 * not on the Image cut at the end of its certificate table. That is what signing before packing makes of a zboot image,
 * since the build pads what it packs.
 */
export async function lostToPadding(node: LayerNode, file: FileFacts): Promise<readonly Finding[]> {
  const { pe, kind, path, fault } = node.layer();
  const table = pe?.certificateTable ?? null;
  if (kind !== 'image' || pe === null || table === null || fault !== null) return [];
  const cut = nodeAt(file.trimmedRoot(), path)?.layer() ?? null;
  const cutPe = cut?.pe ?? null;
  if (cut === null || cutPe === null || cut.bytes.length === pe.bytes.length) return [];
  const asIs = await ready(file, () => file.signaturesOf(pe));
  const asCut = await ready(file, () => file.signaturesOf(cutPe));
  const lost = asCut.signatures.some(
    ({ intact, digestMatches }, index) => intact && digestMatches && asIs.signatures[index]?.digestMatches !== true,
  );
  if (!lost) return [];
  const text =
    `the Image was signed and then padded: its signature is sound on the first ${cut.bytes.length} bytes, up to the end ` +
    'of the certificate table, and on no more of it; firmware, shim and kernel refuse it as it is unpacked';
  const [offsetBytes, lengthBytes] = [table.offsetBytes, table.sizeBytes];
  return [{ code: 'signature-lost-to-padding', text, layer: path, offsetBytes, lengthBytes }];
}

/** The layer at a path of a tree that is the same but for the cuts. */
function nodeAt(root: LayerNode, path: string): LayerNode | null {
  if (root.path === path) return root;
  const next = root.children().find((child) => child.path === path || path.startsWith(`${child.path}/`));
  return next === undefined ? null : nodeAt(next, path);
}
