import { readFileSync } from 'node:fs';
import { LAYER_KINDS } from '../runtime/contract/layer-kinds.ts';
import { PROPERTIES, type PropertyForm } from '../runtime/contract/properties.ts';

/** The reference page with its tables printed anew from the fact table: `{ path: content }`. */
export function languageReference(): Readonly<Record<string, string>> {
  const path = 'docs/language.md';
  const page = readFileSync(path, 'utf8');
  return { [path]: between(between(page, 'layers', layerTable()), 'properties', propertyTable()) };
}

function between(page: string, name: string, table: string): string {
  const begin = `<!-- BEGIN generated: ${name} -->`;
  const end = `<!-- END generated: ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/language.md has lost its marker \`${begin}\``);
  return `${page.slice(0, from + begin.length)}\n${table}\n${page.slice(to)}`;
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
