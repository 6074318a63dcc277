import { grouped } from '../bytes/grouped.ts';
import { layOut, plain, styled } from './columns.ts';
import type { InspectedLayer, InspectedSignature } from './inspection.ts';
import type { Line } from './paint.ts';
import { printable, widthOf } from './printable.ts';

/** The tree of layers: for each its kind, architecture and compression, whether it is signed, its place and size. */
export function layerTreeLines(root: InspectedLayer): readonly Line[] {
  return treeLines(root, { first: '', rest: '', parentPath: '' });
}

/** `1,024 bytes`. */
export function bytesText(count: number): string {
  return `${grouped(count)} byte${count === 1 ? '' : 's'}`;
}

/** `0x0001000`. */
export function offsetText(offsetBytes: number): string {
  return `0x${offsetBytes.toString(16).padStart(7, '0')}`;
}

interface TreePlace {
  /** What stands before this node's own line, and before the lines of its children. */
  readonly first: string;
  readonly rest: string;
  readonly parentPath: string;
}

function treeLines(layer: InspectedLayer, place: TreePlace): readonly Line[] {
  const name = layer.path.startsWith(`${place.parentPath}/`)
    ? layer.path.slice(place.parentPath.length + 1)
    : layer.path;
  const facts = [layer.kind === lastSegment(layer.path) ? null : layer.kind, layer.arch, layer.compression].filter(
    (fact) => fact !== null,
  );
  // What signs PCR 11 signs what is measured: it does not make a signed file.
  const signed = layer.signatures
    .filter(({ pcr }) => pcr === null)
    .map((signature) =>
      isSound(signature)
        ? styled('good', ' signed')
        : isUnchecked(signature)
          ? styled('doubt', ' signed, not checked')
          : styled('bad', ' badly signed'),
    );
  const left = [
    styled('faint', place.first),
    styled('strong', printable(name)),
    plain(facts.length === 0 ? '' : `  ${printable(facts.join(' '))}`),
    ...signed.slice(0, 1),
    ...(layer.fault === null ? [] : [styled('doubt', ' unreadable')]),
  ];
  const right = `${offsetText(layer.offsetBytes)}  ${bytesText(layer.sizeBytes).padStart(17)}`;
  const own = layOut({ indent: 0, hanging: widthOf(place.rest) + 2, left, right });
  const last = layer.children.length - 1;
  const below = layer.children.flatMap((child, index) =>
    treeLines(child, {
      first: `${place.rest}${index === last ? '└─ ' : '├─ '}`,
      rest: `${place.rest}${index === last ? '   ' : '│  '}`,
      parentPath: layer.path,
    }),
  );
  return [...own, ...below];
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/^\./, '');
}

function isSound(signature: InspectedSignature): boolean {
  return signature.intact && signature.digestMatches;
}

/** Its signer is only named, so that nothing can be said of it here. */
function isUnchecked({ digest, digestMatches, details }: InspectedSignature): boolean {
  return (details?.absentSigner ?? null) !== null && (digest === null || digestMatches);
}
