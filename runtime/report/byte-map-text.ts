import { grouped } from '../bytes/grouped.ts';
import { type ByteMap, byteMapOf, type RegionSigner } from './byte-map.ts';
import { layOut, plain, styled } from './columns.ts';
import type { InspectedLayer, InspectedRegion } from './inspection.ts';
import { bytesText, offsetText } from './layer-tree-text.ts';
import type { Line, Span } from './paint.ts';
import { printable } from './printable.ts';

/**
 * Every region of every layer under `shown`: start, end, size, role, whether it is zero, who signs it, its name.
 *
 * @param root the file itself, whose signatures reach into the layers shown.
 */
export function byteMapLines(root: InspectedLayer, shown: InspectedLayer): readonly Line[] {
  const map = byteMapOf(root);
  return [...layersOf(shown).flatMap((layer) => mapLines(layer, map)), ...legendLines(map)];
}

const SIZE_COLUMNS = 11;
const ROLE_COLUMNS = 13;
const SIGNER_COLUMNS = 3;
const HEAD = [
  'start'.padEnd(9),
  'end'.padEnd(9),
  'bytes'.padStart(SIZE_COLUMNS),
  ' role'.padEnd(ROLE_COLUMNS + 1),
  'zero',
  'by'.padEnd(SIGNER_COLUMNS),
  'name',
].join(' ');

/** Where the last column starts, and the lines of a long name go on. */
const NAME_COLUMN = 2 + HEAD.indexOf('name');

function layersOf(layer: InspectedLayer): readonly InspectedLayer[] {
  return [layer, ...layer.children.flatMap(layersOf)];
}

function mapLines(layer: InspectedLayer, map: ByteMap): readonly Line[] {
  const signers = map.signersOf(layer);
  const packed = layer.codec === null || layer.codec === 'none' ? '' : `, decoded from ${layer.codec}`;
  return [
    [],
    ...layOut({
      indent: 0,
      hanging: 2,
      left: [styled('strong', printable(layer.path))],
      right: `${bytesText(layer.sizeBytes)}${packed}`,
    }),
    ...(layer.regions.length === 0 ? [[plain('  no bytes')]] : [[styled('faint', `  ${HEAD}`)]]),
    ...layer.regions.flatMap((region, index) => regionLines(region, lettersOf(signers[index] ?? [], map))),
  ];
}

function regionLines(region: InspectedRegion, letters: string): readonly Line[] {
  const [start, end] = region.range;
  const columns = [
    offsetText(start),
    offsetText(end),
    grouped(end - start).padStart(SIZE_COLUMNS),
    ` ${SHORT_ROLES[region.role] ?? region.role}`.padEnd(ROLE_COLUMNS + 1),
  ];
  const left: readonly Span[] = [
    plain(`${columns.join(' ')} `),
    styled('faint', region.zero ? 'zero' : '    '),
    plain(` ${letters.padEnd(SIGNER_COLUMNS)} `),
    styled(region.role === 'stray' ? 'doubt' : 'plain', printable(region.name)),
  ];
  return layOut({ indent: 2, hanging: NAME_COLUMN, left, right: '' });
}

const SHORT_ROLES: Readonly<Record<string, string>> = { 'certificate-table': 'certificates' };

/** A capital letter for a signature that covers the whole region, a small one for part of it. */
function lettersOf(signers: readonly RegionSigner[], map: ByteMap): string {
  if (signers.length === 0) return '-';
  return signers
    .map(({ signature, extent }) => {
      const letter = letterOf(map.signatures.indexOf(signature));
      return extent === 'whole' ? letter : letter.toLowerCase();
    })
    .join('');
}

function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}

function legendLines(map: ByteMap): readonly Line[] {
  if (map.signatures.length === 0) return [[], [plain('no byte is signed by a sound signature')]];
  const signatures = map.signatures.flatMap(({ layer, number, signature }, index) =>
    layOut({
      indent: 2,
      hanging: 5,
      left: [
        styled('strong', letterOf(index)),
        plain(`  ${printable(layer)} ${number}: ${printable(signature.signer?.subject ?? 'unknown signer')}`),
      ],
      right: '',
    }),
  );
  const more = map.omitted === 0 ? [] : [[plain(`     and ${map.omitted} more, not shown`)]];
  const note = 'signed by (small letter: in part; decoded bytes: by what signs all encoded ones)';
  return [[], ...layOut({ indent: 0, hanging: 2, left: [plain(note)], right: '' }), ...signatures, ...more];
}
