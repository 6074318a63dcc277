import { layOut, plain } from './columns.ts';
import type { InspectedLayer } from './inspection.ts';
import { fieldLines } from './field-lines.ts';
import { layerFactLines, layerPropertyLines } from './layer-facts-text.ts';
import { signingLines, titleLines } from './layer-details-text.ts';
import { bytesText, offsetText } from './layer-tree-text.ts';
import { memberLines } from './member-lines.ts';
import type { Line } from './paint.ts';
import { printable } from './printable.ts';

/** Everything about one layer: its place, packing, digests, header fields, signatures and, where it is text, contents. */
export function layerLines(layer: InspectedLayer): readonly Line[] {
  const facts = [layer.kind, layer.arch, layer.compression].filter((fact) => fact !== null);
  return [
    [],
    ...titleLines(layer.path),
    ...fieldLines('kind', printable(facts.join(' '))),
    ...fieldLines('place', placeText(layer)),
    ...fieldLines('size', bytesText(layer.sizeBytes)),
    ...fieldLines('sha256', layer.sha256),
    ...layerFactLines(layer),
    ...headerLines(layer),
    ...layerPropertyLines(layer),
    ...(layer.authenticode === null && layer.signatures.length === 0 ? [] : signingLines(layer)),
    ...contentLines(layer),
    ...memberLines(layer, 'all'),
  ];
}

function placeText({ path, codec, offsetBytes, packedSizeBytes }: InspectedLayer): string {
  if (codec === null) return 'the file itself';
  const packed = codec === 'none' ? '' : `, ${bytesText(packedSizeBytes)} of ${codec}`;
  return `${offsetText(offsetBytes)} of ${printable(path.slice(0, path.lastIndexOf('/')))}${packed}`;
}

function headerLines({ header }: InspectedLayer): readonly Line[] {
  if (header === null) return [];
  const width = Math.max(...Object.keys(header).map((name) => name.length)) + 2;
  const fields = Object.entries(header).flatMap(([name, value]) =>
    layOut({
      indent: 4,
      hanging: 4 + width,
      left: [plain(`${printable(name).padEnd(width)}${printable(String(value))}`)],
      right: '',
    }),
  );
  return [[plain('  header')], ...fields];
}

/** Line by line, nothing left in it that a terminal would act on. */
function contentLines({ text }: InspectedLayer): readonly Line[] {
  if (text === null) return [];
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return [
    [plain('  contents')],
    ...lines.flatMap((line) => layOut({ indent: 4, hanging: 4, left: [plain(printable(line))], right: '' })),
  ];
}
