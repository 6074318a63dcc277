import type { LayerKind } from '../../../runtime/contract/layer-kinds.ts';
import { COMPRESSIONS, PROPERTIES, type PropertyName } from '../../../runtime/contract/properties.ts';
import { diagnose } from '../../diagnostics/diagnostic.ts';
import type { PropertyLiteral, Word } from '../../syntax/ast.ts';
import type { CheckContext } from '../context.ts';
import { aLayer, listed, quoted } from '../wording.ts';
import { checkListed, type ClosedList, checkWordList } from './words.ts';

/** A list of words after `PROPERTY in`. */
export interface PropertyWords {
  readonly property: PropertyName;
  readonly layer: LayerKind | null;
  readonly list: Extract<PropertyLiteral, { kind: 'list' }>;
  /** All words of the property, on any layer. */
  readonly words: readonly string[];
}

/** Reports words that are none of the property's, or none that this kind of layer ever has. */
export function checkPropertyWords(question: PropertyWords, context: CheckContext): void {
  const { list } = question;
  const words = list.items.filter((item) => 'text' in item);
  const here = wordsOfLayer(question);
  const never = words.filter(({ text }) => !here.includes(text));
  if (never.every(({ text }) => question.words.includes(text))) checkListed(words, context);
  else if (!checkWordList(words, closedList(question, here), context)) return;
  if (never.length > 0) reportNever(never, question, context);
}

/** The words that a property can have on a kind of layer, or on any; none for a property of another form. */
export function wordsOfProperty(property: PropertyName, layer: LayerKind | null): readonly string[] {
  const { form } = PROPERTIES[property];
  return form.kind === 'words' ? wordsOfLayer({ property, layer, words: form.words }) : [];
}

function reportNever(never: readonly Word[], question: PropertyWords, context: CheckContext): void {
  const { layer, list, property } = question;
  const [first] = never;
  if (layer === null || first === undefined) return;
  const notes = [noteOf(question, wordsOfLayer(question))];
  const values = { layer: aLayer(layer), property, words: quoted(never.map((word) => word.text)) };
  if (never.length === list.items.length) context.report(diagnose('BP0205', { values, at: list.span, notes }));
  else context.report(diagnose('BP0507', { values, at: first.span, notes }));
}

function wordsOfLayer({ property, layer, words }: Omit<PropertyWords, 'list'>): readonly string[] {
  if (layer === null) return words;
  if (property === 'compression') return COMPRESSIONS[layer] ?? words;
  return property === 'arch' ? (ARCHES_OF[layer] ?? words) : words;
}

/** Machines of the formats that only some have: the image headers of the kernel's architectures. */
const ARCHES_OF: Readonly<Partial<Record<LayerKind, readonly string[]>>> = {
  image: ['arm64', 'riscv64', 'riscv32', 'loongarch64', 'loongarch32'],
  bzimage: ['x86-64', 'ia32'],
  vmlinux: ['x86-64', 'ia32'],
};

function closedList(question: PropertyWords, here: readonly string[]): ClosedList {
  const wording = WORDING[question.property === 'compression' ? 'compression' : 'arch'];
  return { ...wording, words: [...here, ...question.words], note: noteOf(question, here) };
}

function noteOf({ property, layer }: PropertyWords, here: readonly string[]): string {
  const payload = layer === 'zboot' || layer === 'bzimage' ? ' payload' : '';
  const whose = layer === null ? `\`${property}\`` : `${aLayer(layer).replaceAll('`', '')}${payload}`;
  return `${whose} can be: ${listed(here)}`;
}

/** `xzkern` and `zstd22` are what zboot headers said before Linux 6.14 (scripts/Makefile.lib command names). */
const WORDING = {
  compression: {
    noun: 'a compression',
    otherNames: { xzkern: 'xz', zstd22: 'zstd', gz: 'gzip', bz2: 'bzip2', zst: 'zstd', lzop: 'lzo' },
  },
  arch: {
    noun: 'an architecture',
    otherNames: { x86_64: 'x86-64', amd64: 'x86-64', x64: 'x86-64', i386: 'ia32', i686: 'ia32', aarch64: 'arm64' },
  },
} as const;
