import { attempt, FormatError } from '../bytes/format-error.ts';
import { grouped } from '../bytes/grouped.ts';
import { PENDING, type Judgement, type Pending, type Reason } from '../contract/judgement.ts';
import type { PlanTest } from '../contract/plan.ts';
import { PROPERTIES, type PropertyName, type PropertyValue } from '../contract/properties.ts';
import type { UnpackedMembers } from '../formats/initrd-members.ts';
import type { Layer } from '../formats/layer.ts';
import type { PeImage } from '../formats/pe.ts';
import {
  hasBytesAfterSignature,
  hasBytesInSectionGaps,
  hasEntryInCode,
  hasWritableCode,
  isNxCompatible,
} from '../formats/pe-properties.ts';
import { kernelRelease } from '../formats/kernel-release.ts';
import { assignmentLike } from '../formats/os-release.ts';
import type { Presence } from '../formats/root-tree.ts';
import { sbatGeneration } from '../formats/sbat.ts';
import { commandLineWords, sectionText } from '../formats/section-text.ts';
import type { FileFacts } from './file-facts.ts';
import { compressionRatio, strangersIn } from './nested-programs.ts';
import type { LayerNode } from './node.ts';

/** One property condition asked of one layer. */
export interface PropertyQuestion {
  readonly node: LayerNode;
  readonly name: PropertyName;
  readonly argument: string | null;
  readonly test: PlanTest;
  readonly file: FileFacts;
}

/** Computes the property and compares it; undecided when the layer cannot be read. */
export function judgeProperty(question: PropertyQuestion): Judgement | Pending {
  const layer = question.node.layer();
  if (layer.fault !== null && !survivesFault(question.name, layer)) {
    return { outcome: 'undecided', reasons: [layer.fault] };
  }
  const value = attempt(() => valueOf(layer, question));
  if (!value.ok) return { outcome: 'undecided', reasons: [value.finding] };
  if (value.value === PENDING) return PENDING;
  if (value.value === null) return { outcome: 'undecided', reasons: [unknown(question)] };
  return compare(value.value, question);
}

/**
 * The value of a property that takes no argument, for a report; null where the layer does not have it or does not say.
 */
export function propertyOf(node: LayerNode, name: PropertyName, file: FileFacts): PropertyValue | Pending | null {
  const layer = node.layer();
  if (layer.kind === 'unknown' || layer.fault !== null || !PROPERTIES[name].layers.includes(layer.kind)) return null;
  const value = attempt(() => valueOf(layer, { node, name, argument: null, test: { kind: 'flag' }, file }));
  return value.ok ? value.value : null;
}

/** A layer whose payload cannot be decoded still says how it is compressed. */
function survivesFault(name: PropertyName, layer: Layer): boolean {
  return name === 'compression' && layer.compression !== null && layer.kind !== 'initrd';
}

function valueOf(layer: Layer, question: PropertyQuestion): PropertyValue | Pending | null {
  switch (question.name) {
    case 'compression':
      return layer.compression === null ? null : { kind: 'words', words: layer.compression };
    case 'arch':
      return layer.arch === null ? null : { kind: 'words', words: [layer.arch] };
    case 'size':
      return { kind: 'size', bytes: layer.bytes.length };
    case 'image-size':
      return imageSize(layer);
    case 'compression-ratio':
      return ratio(question.node);
    case 'sha256': {
      const digest = question.file.sha256Of(layer);
      return digest === PENDING ? PENDING : { kind: 'digest', algorithm: 'sha256', hex: digest.hex };
    }
    case 'pcr11':
      return pcr11(layer, question.file);
    case 'pcr-signed':
      return pcrSigned(layer, question.file);
    case 'contains':
    case 'word':
    case 'is':
      return { kind: 'text', text: sectionText(layer.bytes, layer.path) };
    case 'release':
      return release(layer);
    case 'field':
      return { kind: 'text', text: question.test.kind === 'text' ? assignmentLike(layer, question.test.text) : '' };
    case 'sbat':
      return { kind: 'generation', generation: sbatGeneration(layer, question.argument ?? '') };
    case 'arch-agrees':
      return { kind: 'flag', value: layer.arch !== null && strangersIn(question.node).length === 0 };
    case 'replaced-members':
      return { kind: 'flag', value: membersOf(layer, question).replacementCount > 0 };
    case 'contains-member':
      return { kind: 'presence', presence: presenceOf(layer, question) };
    default:
      return layer.pe === null ? null : valueOfPe(layer.pe, question.name, question.file);
  }
}

/** `image_size` of an Image, `init_size` of a bzImage; null where an old header does not say it. */
function imageSize({ header }: Layer): PropertyValue | null {
  const size = header?.['image_size'] ?? header?.['init_size'];
  return typeof size === 'number' && size > 0 ? { kind: 'size', bytes: size } : null;
}

function release(layer: Layer): PropertyValue | null {
  const text = kernelRelease(layer);
  return text === null ? null : { kind: 'text', text };
}

function ratio(node: LayerNode): PropertyValue | null {
  const value = compressionRatio(node);
  return value === null ? null : { kind: 'number', value };
}

function pcr11({ pe }: Layer, file: FileFacts): PropertyValue | Pending | null {
  if (pe === null) return null;
  const predicted = file.pcr11Of(pe);
  if (predicted === PENDING) return PENDING;
  if (!predicted.ok) throw new FormatError(predicted.finding);
  return { kind: 'digests', algorithm: 'sha256', hexes: predicted.value };
}

/** Where nothing can be predicted, nothing is known of the signatures. */
function pcrSigned({ pe }: Layer, file: FileFacts): PropertyValue | Pending | null {
  if (pe === null) return null;
  const collected = file.pcrSignaturesOf(pe);
  if (collected === PENDING) return PENDING;
  const { signatures } = collected;
  const allHold = signatures.every(({ intact, digestMatches }) => intact && digestMatches);
  return { kind: 'flag', value: signatures.length > 0 && allHold };
}

type PeProperty =
  | 'nx-compat'
  | 'writable-code'
  | 'entry-in-code'
  | 'section-alignment'
  | 'bytes-after-signature'
  | 'bytes-in-section-gaps'
  | 'bytes-in-certificate-table';

function valueOfPe(pe: PeImage, name: PeProperty, file: FileFacts): PropertyValue | Pending {
  switch (name) {
    case 'nx-compat':
      return { kind: 'flag', value: isNxCompatible(pe) };
    case 'writable-code':
      return { kind: 'flag', value: hasWritableCode(pe) };
    case 'entry-in-code':
      return { kind: 'flag', value: hasEntryInCode(pe) };
    case 'section-alignment':
      return { kind: 'size', bytes: pe.sectionAlignment };
    case 'bytes-after-signature':
      return { kind: 'flag', value: hasBytesAfterSignature(pe) };
    case 'bytes-in-section-gaps':
      return { kind: 'flag', value: hasBytesInSectionGaps(pe) };
    case 'bytes-in-certificate-table': {
      const collected = file.signaturesOf(pe);
      return collected === PENDING ? PENDING : { kind: 'flag', value: collected.strayRanges.length > 0 };
    }
  }
}

function membersOf(layer: Layer, { file }: PropertyQuestion): UnpackedMembers {
  const members = file.membersOf(layer);
  if (!members.ok) throw new FormatError(members.finding);
  return members.value;
}

function presenceOf(layer: Layer, question: PropertyQuestion): Presence {
  const path = question.test.kind === 'text' ? question.test.text : '';
  return membersOf(layer, question).presenceOf(path);
}

function compare(value: PropertyValue, question: PropertyQuestion): Judgement {
  const { node } = question;
  const holds = holdsFor(value, question);
  if (holds === null) return { outcome: 'undecided', reasons: [unknown(question)] };
  if (holds) return { outcome: 'true', reasons: [] };
  return {
    outcome: 'false',
    reasons: [
      {
        code: `property-${question.name}`,
        text: describe(value, question),
        layer: node.path,
        offsetBytes: 0,
        lengthBytes: 0,
      },
    ],
  };
}

/** Null when the test does not fit the value: a plan that no compiler of ours wrote. */
function holdsFor(value: PropertyValue, { name, test }: PropertyQuestion): boolean | null {
  switch (value.kind) {
    case 'words':
      return test.kind === 'words-in' && value.words.length > 0
        ? value.words.every((word) => test.words.includes(word))
        : null;
    case 'digest':
      return test.kind === 'digest-in'
        ? test.digests.some(({ algorithm, hex }) => algorithm === value.algorithm && hex === value.hex)
        : null;
    case 'digests':
      return test.kind === 'digest-in' && value.hexes.length > 0
        ? value.hexes.every((hex) =>
            test.digests.some((wanted) => wanted.algorithm === value.algorithm && wanted.hex === hex),
          )
        : null;
    case 'size':
      return compareNumber(value.bytes, test);
    case 'number':
      return compareNumber(value.value, test);
    case 'generation':
      return value.generation === null ? false : compareNumber(value.generation, test);
    case 'flag':
      return test.kind === 'flag' ? value.value : null;
    case 'presence':
      return test.kind === 'text' && value.presence !== 'unsure' ? value.presence === 'present' : null;
    case 'text':
      return test.kind === 'text' ? textHolds(value.text, name, test.text) : null;
  }
}

function compareNumber(value: number, test: PlanTest): boolean | null {
  if (test.kind === 'at-most') return value <= test.value;
  if (test.kind === 'at-least') return value >= test.value;
  return null;
}

function textHolds(text: string, name: PropertyName, wanted: string): boolean | null {
  if (name === 'contains') return text.includes(wanted);
  if (name === 'word') return commandLineWords(text).includes(wanted);
  if (name === 'is') return text.trim() === wanted;
  if (name === 'release' || name === 'field') return text === wanted;
  return null;
}

function describe(value: PropertyValue, { name, argument, test }: PropertyQuestion): string {
  switch (value.kind) {
    case 'words':
      return `${name} is ${value.words.join(', ')}`;
    case 'digest':
      return `${name} is ${value.hex}`;
    case 'digests':
      return `${name} is ${value.hexes.join(' or ')}`;
    case 'size':
      return `${name} is ${grouped(value.bytes)} bytes`;
    case 'number':
      return `${name} is ${value.value.toFixed(2)}`;
    case 'generation':
      return value.generation === null
        ? `the SBAT metadata do not name \`${argument ?? ''}\``
        : `the generation of \`${argument ?? ''}\` is ${value.generation}`;
    case 'flag':
      return `${name} is ${value.value ? 'true' : 'false'}`;
    case 'presence':
      return `no member \`${test.kind === 'text' ? test.text : ''}\``;
    case 'text':
      if (name === 'release' || name === 'field') return `${name} is \`${value.text}\``;
      return test.kind === 'text' ? `${name} \`${test.text}\` does not hold` : `${name} does not hold`;
  }
}

function unknown({ node, name }: PropertyQuestion): Reason {
  return {
    code: 'property-unknown',
    text: `the ${node.kind} does not say its ${name}`,
    layer: node.path,
    offsetBytes: 0,
    lengthBytes: 0,
  };
}
