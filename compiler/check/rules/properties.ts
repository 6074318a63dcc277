import type { LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import {
  isPropertyName,
  PROPERTIES,
  PROPERTY_NAMES,
  type PropertyName,
  type PropertySpec,
} from '../../../runtime/contract/properties.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { PropertyCondition, PropertyLiteral } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { checkDigest } from '../literals.ts';
import { aLayer, listed, suggest } from '../wording.ts';
import { checkPropertyWords } from './property-words.ts';
import { checkPropertyText } from './texts.ts';
import { checkListed } from './words.ts';

/** Types a property by the fact table: its name, the layer it is asked of, its form, its values. */
export function checkProperty(condition: PropertyCondition, layer: LayerKind | null, context: CheckContext): void {
  const name = condition.name.text;
  if (!isPropertyName(name)) {
    reportUnknown(condition, layer, context);
    return;
  }
  const spec = PROPERTIES[name];
  if (layer !== null && !spec.layers.includes(layer)) reportLayer(condition, layer, context);
  if (!hasForm(condition, spec)) {
    reportForm(condition, spec, context);
    return;
  }
  checkValue({ condition, name, layer, spec }, context);
}

interface TypedProperty {
  readonly condition: PropertyCondition;
  readonly name: PropertyName;
  readonly layer: LayerKind | null;
  readonly spec: PropertySpec;
}

function reportUnknown(condition: PropertyCondition, layer: LayerKind | null, context: CheckContext): void {
  const { name } = condition;
  const here = PROPERTY_NAMES.filter((property) => layer === null || PROPERTIES[property].layers.includes(layer));
  const { label, fix } = suggest(name, [...here, ...PROPERTY_NAMES], PROPERTY_OTHER_NAMES);
  const notes = [`${layer === null ? 'properties are' : `${aLayer(layer)} has`}: ${listed(here)}`];
  context.report(diagnose('BP0201', { values: { name: name.text }, at: name.span, label, notes, fix }));
}

const PROPERTY_OTHER_NAMES: Readonly<Record<string, string>> = {
  architecture: 'arch',
  machine: 'arch',
  codec: 'compression',
  nx: 'nx-compat',
  digest: 'sha256',
  length: 'size',
  ratio: 'compression-ratio',
  entry: 'entry-in-code',
  alignment: 'section-alignment',
  version: 'release',
};

function reportLayer(condition: PropertyCondition, layer: LayerKind, context: CheckContext): void {
  const { name } = condition;
  const here = PROPERTY_NAMES.filter((property) => PROPERTIES[property].layers.includes(layer));
  const holders = isPropertyName(name.text) ? PROPERTIES[name.text].layers : [];
  const notes = [`layers that have it: ${listed(holders)}`, `${aLayer(layer)} has: ${listed(here)}`];
  const values = { layer: aLayer(layer), property: name.text };
  context.report(diagnose('BP0202', { values, at: name.span, notes }));
}

function hasForm({ operator, value, argument }: PropertyCondition, { form }: PropertySpec): boolean {
  if (form.kind !== 'generation' && argument !== null) return false;
  switch (form.kind) {
    case 'words':
      return operator?.text === 'in' && value?.kind === 'list' && value.items.every((item) => 'text' in item);
    case 'digest':
      return operator?.text === 'in' && value?.kind === 'list' && value.items.every((item) => 'hex' in item);
    case 'size':
      return isBound(operator?.text) && value?.kind === 'number';
    case 'number':
      return isBound(operator?.text) && value?.kind === 'number' && value.unit === null;
    case 'flag':
      return operator === null && value === null;
    case 'text':
      return operator === null && value?.kind === 'text';
    case 'generation':
      return argument !== null && operator?.text === '>=' && value?.kind === 'number' && value.unit === null;
  }
}

function isBound(operator: string | undefined): boolean {
  return operator === '<=' || operator === '>=';
}

function reportForm(condition: PropertyCondition, spec: PropertySpec, context: CheckContext): void {
  const help = `write it like \`${spec.example}\``;
  const values = { property: condition.name.text };
  context.report(diagnose('BP0203', { values, at: condition.span, notes: [WHAT_FORM_IS[spec.form.kind]], help }));
}

const WHAT_FORM_IS: Readonly<Record<PropertySpec['form']['kind'], string>> = {
  words: 'its value is one or several words: `in` and a list in braces',
  digest: 'its value is a digest: `in` and a list of digests in braces',
  size: 'its value is a number of bytes: `<=` or `>=` and a size',
  number: 'its value is a number: `<=` or `>=` and a number without unit',
  flag: 'it is a yes or no: its bare name',
  text: 'it is a question about a text: the text in quotes after it',
  generation: 'it is a generation of a component: the component, `>=` and a number',
};

function checkValue(typed: TypedProperty, context: CheckContext): void {
  const { condition, name, layer, spec } = typed;
  const { value } = condition;
  if (value === null) return;
  if (value.kind === 'text') {
    checkPropertyText(condition, value, context);
    return;
  }
  if (value.kind === 'number') {
    checkNumber(value, spec, context);
    return;
  }
  if (spec.form.kind === 'words') {
    checkPropertyWords({ property: name, layer, list: value, words: spec.form.words }, context);
    return;
  }
  const words = value.items.flatMap((item) => ('hex' in item ? [{ text: item.hex, span: item.span }] : []));
  checkListed(words, context);
  for (const item of value.items) if ('hex' in item) checkDigest(item, name, context);
}

function checkNumber(
  value: Extract<PropertyLiteral, { kind: 'number' }>,
  spec: PropertySpec,
  context: CheckContext,
): void {
  const fault = faultOfNumber(value.value, spec);
  if (fault !== null) context.report(diagnose('BP0217', { values: { fault }, at: value.span }));
}

function faultOfNumber(value: number, spec: PropertySpec): string | null {
  if (!Number.isSafeInteger(value)) return 'more than 2^53 - 1';
  if (value > 0) return null;
  switch (spec.form.kind) {
    case 'size':
      return '0 bytes bound nothing';
    case 'number':
      return '0 bounds nothing';
    default:
      return 'generations start at 1';
  }
}
