import { layOut, plain, styled } from './columns.ts';
import { layerFactLines } from './layer-facts-text.ts';
import { memberLines } from './member-lines.ts';
import type { InspectedLayer, InspectedPcrStatement, InspectedSignature } from './inspection.ts';
import type { Line } from './paint.ts';
import { printable } from './printable.ts';

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

/** A label and a SHA-256 just fit one line: 16 + 64 columns. */
export function fieldLines(label: string, value: string): readonly Line[] {
  return layOut({ indent: 2, hanging: 16, left: [plain(`${label.padEnd(13)} `), styled('faint', value)], right: '' });
}

function signatureLines(signature: InspectedSignature, number: number): readonly Line[] {
  const facts = [signature.scheme, signature.digestAlgorithm ?? 'unreadable', keyText(signature)].filter(
    (fact) => fact !== '',
  );
  const what = signature.pcr === null ? 'digest' : 'policy';
  const state = [
    signature.intact ? styled('good', 'intact') : styled('bad', 'not intact'),
    plain(', '),
    signature.digestMatches ? styled('good', `${what} matches`) : styled('bad', `${what} does not match`),
  ];
  return [
    ...layOut({
      indent: 2,
      hanging: 4,
      left: [plain(`signature ${number}  ${facts.join(', ')}: `), ...state],
      right: '',
    }),
    ...(signature.digestMatches || signature.digest === null ? [] : fieldLines('  states', signature.digest)),
    ...(signature.pcr === null ? [] : statementLines(signature.pcr)),
    ...signature.chain.flatMap((certificate, index) => [
      ...layOut({
        indent: 4,
        hanging: 16,
        left: [plain(`${(index === 0 ? 'signer' : 'issuer').padEnd(12)}${printable(certificate.subject)}`)],
        right: '',
      }),
      ...fieldLines('  certificate', certificate.sha256),
    ]),
  ];
}

/** What a signature of PCR 11 is for. */
function statementLines({ registers, keyFingerprint, profile, phase }: InspectedPcrStatement): readonly Line[] {
  const which = [`PCR ${registers.join(', ')}`, ...(profile === null ? [] : [`profile @${profile}`])].join(', ');
  const when = phase === null ? '' : `, after ${phase === '' ? 'no phase' : printable(phase)}`;
  const what = layOut({ indent: 4, hanging: 16, left: [plain(`${'signs'.padEnd(12)}${which}${when}`)], right: '' });
  return [...what, ...fieldLines('  key', keyFingerprint)];
}

/** Signatures of PCR 11 sign what is measured, and firmware does not look at them. */
function isAuthenticode({ pcr }: InspectedSignature): boolean {
  return pcr === null;
}

function keyText(signature: InspectedSignature): string {
  return [signature.keyAlgorithm, signature.keyBits].filter((part) => part !== null).join(' ');
}
