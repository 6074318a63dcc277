import { layOut, plain, styled } from './columns.ts';
import { fieldLines } from './field-lines.ts';
import { layerFactLines } from './layer-facts-text.ts';
import { memberLines } from './member-lines.ts';
import type { InspectedLayer, InspectedSignature } from './inspection.ts';
import type { Line } from './paint.ts';
import { printable } from './printable.ts';
import { signatureLines } from './signature-text.ts';

/** What program a layer is, image digest and signatures, where it has or could have any; the first members of an archive. */
export function layerDetailLines(layer: InspectedLayer): readonly Line[] {
  if (layer.members !== null) return [[], ...titleLines(layer.path), ...memberLines(layer, 'first')];
  const said = contentLines(layer);
  if (said.length > 0) return [[], ...titleLines(layer.path), ...said];
  const signable = layer.authenticode !== null || layer.signatures.length > 0;
  if (!signable && layer.program === null) return [];
  return [[], ...titleLines(layer.path), ...layerFactLines(layer), ...(signable ? signingLines(layer) : [])];
}

/** Fields of os-release and `.profile` that tell what something is. */
const TELLING_FIELDS: readonly string[] = [
  'ID',
  'TITLE',
  'PRETTY_NAME',
  'VERSION_ID',
  'BUILD_ID',
  'IMAGE_ID',
  'IMAGE_VERSION',
];

/** What the contents of a section say, a line each. */
function contentLines({ fields, header, authenticode }: InspectedLayer): readonly Line[] {
  const told = TELLING_FIELDS.flatMap((name): readonly (readonly [string, string | number])[] => {
    const value = fields?.[name];
    return value === undefined ? [] : [[name, value]];
  });
  const said = authenticode === null && header !== null ? Object.entries(header) : [];
  return [...told, ...said].flatMap(([name, value]) =>
    layOut({ indent: 2, hanging: 16, left: [plain(`${name.padEnd(13)} ${printable(String(value))}`)], right: '' }),
  );
}

/** The path of a layer, as the head of what follows. */
export function titleLines(path: string): readonly Line[] {
  return layOut({ indent: 0, hanging: 2, left: [styled('strong', printable(path))], right: '' });
}

/** Image digest and signatures of a layer; says so when it could have signatures and has none. */
export function signingLines(layer: InspectedLayer): readonly Line[] {
  const digests = layer.authenticode === null ? [] : fieldLines('image digest', layer.authenticode.sha256);
  const signatures = layer.signatures.flatMap((signature, index) => signatureLines(signature, index + 1));
  const none: readonly Line[] = layer.signatures.some(isAuthenticode)
    ? []
    : [[plain(layer.signatures.length === 0 ? '  no signature' : '  no Authenticode signature')]];
  return [...digests, ...none, ...signatures];
}

/** Signatures of PCR 11 sign what is measured, and firmware does not look at them. */
function isAuthenticode({ pcr }: InspectedSignature): boolean {
  return pcr === null;
}
