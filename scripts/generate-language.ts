import { readFileSync } from 'node:fs';
import { GIVEN_PROPERTIES, type GivenValue } from '../compiler/check/given-properties.ts';
import { LAYER_KINDS } from '../runtime/contract/layer-kinds.ts';
import { PROPERTIES, type PropertyForm } from '../runtime/contract/properties.ts';
import { between } from './generated-block.ts';

/** The reference page with its tables printed anew from the fact table: `{ path: content }`. */
export function languageReference(): Readonly<Record<string, string>> {
  const path = 'docs/language.md';
  const page = readFileSync(path, 'utf8');
  const tables = { layers: layerTable(), properties: propertyTable(), given: givenTable() };
  return { [path]: Object.entries(tables).reduce((text, [name, table]) => between(path, text, [name, table]), page) };
}

function layerTable(): string {
  const rows = Object.entries(LAYER_KINDS).map(([kind, spec]) =>
    row([code(kind), spec.outermost ? 'yes' : '', spec.doc, spec.children.map(code).join(' '), spec.source]),
  );
  return [row(['kind', 'outermost', 'what it is', 'may hold', 'source']), '|---|---|---|---|---|', ...rows].join('\n');
}

function propertyTable(): string {
  const rows = Object.entries(PROPERTIES).map(([name, spec]) =>
    row([code(spec.example), FORM[spec.form.kind](name), spec.doc, spec.layers.map(code).join(' '), spec.source]),
  );
  return [row(['example', 'form', 'true when', 'layers', 'source']), '|---|---|---|---|---|', ...rows].join('\n');
}

function givenTable(): string {
  const rows = Object.values(GIVEN_PROPERTIES).map((spec) =>
    row([code(spec.example), spec.doc, givenValue(spec.value), spec.layers.map(code).join(' ')]),
  );
  return [row(['example', 'what is given', 'values', 'layers']), '|---|---|---|---|', ...rows].join('\n');
}

function givenValue(value: GivenValue): string {
  switch (value.kind) {
    case 'word':
      return value.words.map(code).join(' ');
    case 'size':
      return 'a size';
    case 'signers-or-nothing':
      return 'none, or a signer set';
    case 'nothing':
      return 'none';
  }
}

const FORM: Readonly<Record<PropertyForm['kind'], (name: string) => string>> = {
  words: (name) => code(`${name} in { WORD, … }`),
  digest: (name) => code(`${name} in { sha256:HEX, … }`),
  size: (name) => `${code(`${name} <= SIZE`)}, ${code(`${name} >= SIZE`)}`,
  number: (name) => `${code(`${name} <= N`)}, ${code(`${name} >= N`)}`,
  flag: (name) => code(name),
  text: (name) => code(`${name} "text"`),
  generation: (name) => code(`${name} COMPONENT >= N`),
};

function code(text: string): string {
  return `\`${text}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
