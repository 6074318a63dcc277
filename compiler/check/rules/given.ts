import { LAYER_KIND_NAMES, LAYER_KINDS, type LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { GivenFile, GivenLayer, Word } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { GIVEN_PROPERTIES, GIVEN_TEXTS, type GivenPropertySpec, STRANGER } from '../given-properties.ts';
import { useSigners } from '../signers.ts';
import { aLayer, listed, suggest } from '../wording.ts';
import { checkPlace, knownKind } from './blocks.ts';
import { checkBeside, checkWord } from './words.ts';

type GivenProperty = GivenLayer['properties'][number];

/** Checks what a test hands over: it can be made, and everything said of it means something. */
export function checkGiven({ image, beside }: GivenFile, context: CheckContext): void {
  checkImage(image, context);
  if (beside === null) return;
  checkBeside(beside.layer, context);
  checkLayer(beside, 'initrd', context);
}

function checkImage(given: GivenLayer, context: CheckContext): void {
  const kind = knownKind(given.layer, OUTERMOST, context);
  if (kind !== null && !LAYER_KINDS[kind].outermost) {
    const notes = [`whole files are: ${listed(OUTERMOST)}`];
    context.report(diagnose('BP0306', { values: { layer: aLayer(kind) }, at: given.layer.span, notes }));
  }
  checkLayer(given, kind, context);
}

const OUTERMOST: readonly string[] = LAYER_KIND_NAMES.filter((kind) => LAYER_KINDS[kind].outermost);

function checkLayer(given: GivenLayer, kind: LayerKind | null, context: CheckContext): void {
  checkSignatures(given, kind, context);
  for (const property of given.properties) checkProperty(property, kind, context);
  for (const child of [...given.children, ...(given.nested === null ? [] : [given.nested])]) {
    const inner = knownKind(child.layer, kind === null ? LAYER_KIND_NAMES : LAYER_KINDS[kind].children, context);
    if (kind !== null && inner !== null) checkPlace({ word: child.layer, kind: inner, parent: kind }, context);
    checkLayer(child, inner, context);
  }
}

function checkSignatures(given: GivenLayer, kind: LayerKind | null, context: CheckContext): void {
  const { signedBy, layer } = given;
  for (const signers of signedBy) {
    if (signers.text !== STRANGER || context.scope.signers.has(STRANGER) || context.scope.importedSigners.has(STRANGER))
      useSigners(signers, context);
  }
  if (signedBy.length === 0 || kind === null || LAYER_KINDS[kind].pe) return;
  const appendable = GIVEN_PROPERTIES['scheme']?.layers.includes(kind) ?? false;
  if (appendable && isAppended(given)) return;
  const notes = appendable ? ['a signature can be appended to it: `{ scheme appended }`'] : [];
  context.report(diagnose('BP0613', { values: { layer: aLayer(kind) }, at: layer.span, notes }));
}

function isAppended({ properties }: GivenLayer): boolean {
  return properties.some(
    ({ name, value }) => name.text === 'scheme' && value !== null && 'text' in value && value.text === 'appended',
  );
}

function checkProperty({ name, value }: GivenProperty, kind: LayerKind | null, context: CheckContext): void {
  const section = LAYER_KIND_NAMES.find((each) => each === name.text);
  if (section !== undefined && value !== null) {
    checkSection({ name, value, section, parent: kind }, context);
    return;
  }
  const spec = Object.hasOwn(GIVEN_PROPERTIES, name.text) ? GIVEN_PROPERTIES[name.text] : undefined;
  if (spec === undefined || (kind !== null && !spec.layers.includes(kind))) {
    const possible = kind === null ? Object.keys(GIVEN_PROPERTIES) : propertiesOf(kind);
    const { label, fix } = suggest(name, [...possible, ...LAYER_KIND_NAMES]);
    const notes = possible.length === 0 ? [] : [`can be said of it: ${listed(possible)}`];
    const values = { name: name.text, layer: kind === null ? 'this layer' : aLayer(kind) };
    context.report(diagnose('BP0614', { values, at: name.span, label, notes, fix }));
    return;
  }
  checkValue({ name, value, spec }, context);
}

/** What can be said of a kind in a test. */
function propertiesOf(kind: LayerKind): readonly string[] {
  return Object.entries(GIVEN_PROPERTIES)
    .filter(([, { layers }]) => layers.includes(kind))
    .map(([name]) => name);
}

interface GivenSection {
  readonly name: Word;
  readonly value: NonNullable<GivenProperty['value']>;
  readonly section: LayerKind;
  readonly parent: LayerKind | null;
}

/** `cmdline "quiet"` writes a section out, `osrel absent` leaves out one that is there unless told. */
function checkSection({ name, value, section, parent }: GivenSection, context: CheckContext): void {
  if (parent !== null) checkPlace({ word: name, kind: section, parent }, context);
  const isText = 'value' in value && typeof value.value === 'string';
  const isAbsent = 'text' in value && value.text === 'absent';
  if (isAbsent || (isText && GIVEN_TEXTS.includes(section))) return;
  const values = { name: name.text, wanted: GIVEN_TEXTS.includes(section) ? 'a text or `absent`' : '`absent`' };
  context.report(diagnose('BP0615', { values, at: value.span }));
}

interface GivenValueOf {
  readonly name: Word;
  readonly value: GivenProperty['value'];
  readonly spec: GivenPropertySpec;
}

function checkValue({ name, value, spec }: GivenValueOf, context: CheckContext): void {
  const word = value !== null && 'text' in value ? value : null;
  const wrong = (wanted: string): void => {
    context.report(diagnose('BP0615', { values: { name: name.text, wanted }, at: value?.span ?? name.span }));
  };
  switch (spec.value.kind) {
    case 'nothing':
      if (value !== null) wrong('nothing behind it');
      return;
    case 'size':
      if (value === null || !('value' in value) || typeof value.value !== 'number') wrong('a number of bytes');
      return;
    case 'signers-or-nothing':
      if (word !== null) useSigners(word, context);
      else if (value !== null) wrong('a signer set, or nothing,');
      return;
    case 'word': {
      const { words } = spec.value;
      const note = `\`${name.text}\` can be: ${listed(words)}`;
      const noun = `a ${name.text} that can be given`;
      if (word === null) wrong(`one of ${listed(words)}`);
      else checkWord(word, { noun, words, note, unmade: spec.value.unmade ?? {} }, context);
    }
  }
}
