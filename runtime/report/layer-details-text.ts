import { layOut, plain, styled } from './columns.ts';
import type { InspectedLayer, InspectedSignature } from './inspection.ts';
import { layerFactLines } from './layer-facts-text.ts';
import { memberLines } from './member-lines.ts';
import type { Line } from './paint.ts';
import { printable } from './printable.ts';

/** What program a layer is, image digest and signatures, where it has or could have any; the first members of an archive. */
export function layerDetailLines(layer: InspectedLayer): readonly Line[] {
  if (layer.members !== null) return [[], ...titleLines(layer.path), ...memberLines(layer, 'first')];
  const signable = layer.authenticode !== null || layer.signatures.length > 0;
  if (!signable && layer.program === null) return [];
  return [[], ...titleLines(layer.path), ...layerFactLines(layer), ...(signable ? signingLines(layer) : [])];
}

/** The path of a layer, as the head of what follows. */
export function titleLines(path: string): readonly Line[] {
  return layOut({ indent: 0, hanging: 2, left: [styled('strong', printable(path))], right: '' });
}

/** Image digest and signatures of a layer; says so when it could have signatures and has none. */
export function signingLines(layer: InspectedLayer): readonly Line[] {
  const digests = layer.authenticode === null ? [] : fieldLines('image digest', layer.authenticode.sha256);
  const signatures = layer.signatures.flatMap((signature, index) => signatureLines(signature, index + 1));
  return [...digests, ...(signatures.length > 0 ? signatures : [[plain('  no signature')]])];
}

/** A label and a SHA-256 just fit one line: 16 + 64 columns. */
export function fieldLines(label: string, value: string): readonly Line[] {
  return layOut({ indent: 2, hanging: 16, left: [plain(`${label.padEnd(13)} `), styled('faint', value)], right: '' });
}

function signatureLines(signature: InspectedSignature, number: number): readonly Line[] {
  const facts = [signature.scheme, signature.digestAlgorithm ?? 'unreadable', keyText(signature)].filter(
    (fact) => fact !== '',
  );
  const state = [
    signature.intact ? styled('good', 'intact') : styled('bad', 'not intact'),
    plain(', '),
    signature.digestMatches ? styled('good', 'digest matches') : styled('bad', 'digest does not match'),
  ];
  return [
    ...layOut({
      indent: 2,
      hanging: 4,
      left: [plain(`signature ${number}  ${facts.join(', ')}: `), ...state],
      right: '',
    }),
    ...(signature.digestMatches || signature.digest === null ? [] : fieldLines('  states', signature.digest)),
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

function keyText(signature: InspectedSignature): string {
  return [signature.keyAlgorithm, signature.keyBits].filter((part) => part !== null).join(' ');
}
