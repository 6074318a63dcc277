import { type Hover, MarkupKind } from 'vscode-languageserver';
import {
  type ast,
  GIVEN_PROPERTIES,
  isLayerKind,
  isPropertyName,
  LAYER_KINDS,
  type NameOccurrence,
  type PolicyReading,
  PROPERTIES,
  type PropertySpec,
  type Span,
} from '../../compiler/index.ts';
import { expansionOf } from './hover-expansion.ts';
import { importMarkdown } from './hover-import.ts';
import { signersMarkdown, signerFileMarkdown } from './hover-signers.ts';
import { KEYWORD_DOCS } from './keyword-docs.ts';
import { codeMarkdown } from './markdown.ts';
import { rangeOf } from './place.ts';
import { nameAt, type PolicyDocument, signerFileOf } from './policy-document.ts';
import { policyFiles } from './policy-files.ts';
import { importedFiles, signatureAt, signerFiles } from './policy-places.ts';
import { viewsOf } from './views.ts';

/** What there is to know of the word at an offset; null where there is nothing. */
export function hoverAt(document: PolicyDocument, offset: number): Hover | null {
  const { reading } = document;
  const file = signerFiles(reading.policy).find(({ span }) => contains(span, offset));
  if (file) return hover(document, file.span, signerFileMarkdown(file.value, signerFileOf(document, file.value)));
  const imported = importedFiles(reading.policy).find(({ span }) => contains(span, offset));
  if (imported) return hover(document, imported.span, importMarkdown(imported, document));
  const name = nameAt(reading, offset);
  if (name) {
    const text = nameMarkdown(name, document);
    return text === null ? null : hover(document, name.word.span, text);
  }
  const token = reading.tokens.find(({ span, role }) => role === 'keyword' && contains(span, offset));
  if (!token) return null;
  const signature = SIGNATURE_WORDS.includes(token.text) ? signatureAt(reading.policy, token.span.start) : null;
  if (signature) return hover(document, token.span, expansionOf(signature, document));
  const doc = KEYWORD_DOCS[token.text];
  return doc === undefined ? null : hover(document, token.span, `**${token.text}**: ${doc}`);
}

const SIGNATURE_WORDS = ['signed', 'allowed', 'covered', 'by'];

function contains({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

function hover({ reading }: PolicyDocument, span: Span, value: string): Hover {
  return { contents: { kind: MarkupKind.Markdown, value }, range: rangeOf(reading.source, span) };
}

function nameMarkdown(name: NameOccurrence, document: PolicyDocument): string | null {
  const { text } = name.word;
  switch (name.kind) {
    case 'layer':
      return isLayerKind(text) ? layerMarkdown(text) : null;
    case 'property':
      return isPropertyName(text) ? propertyMarkdown(text, PROPERTIES[text]) : null;
    case 'given':
      return givenMarkdown(text);
    case 'signers':
      return signersMarkdown(text, document);
    case 'requirement':
      return requirementMarkdown(text, document);
    case 'view':
      return viewMarkdown(text, document);
    case 'value':
      return valueMarkdown(name);
    case 'policy':
      return `**${text}**: ${KEYWORD_DOCS.policy ?? ''}`;
  }
}

function layerMarkdown(kind: keyof typeof LAYER_KINDS): string {
  const { doc, source, children, outermost, pe } = LAYER_KINDS[kind];
  const lines = [`**${kind}**: ${doc}`];
  if (outermost) lines.push('May be the outermost layer of a file.');
  if (pe) lines.push('A PE file: it can carry Authenticode signatures.');
  if (children.length > 0) lines.push(`May hold ${children.map((child) => `\`${child}\``).join(', ')}.`);
  return [...lines, `_Source: ${source}_`].join('\n\n');
}

function propertyMarkdown(name: string, { form, doc, layers, source, example }: PropertySpec): string {
  const words = form.kind === 'words' ? `\n\nWords: ${form.words.map((word) => `\`${word}\``).join(', ')}` : '';
  const holders = layers.map((layer) => `\`${layer}\``).join(', ');
  return `**${name}** (${TYPES[form.kind]}): ${doc}\n\n\`\`\`bootpol\n${example}\n\`\`\`${words}\n\nLayers: ${holders}\n\n_Source: ${source}_`;
}

const TYPES: Readonly<Record<PropertySpec['form']['kind'], string>> = {
  words: 'words',
  digest: 'digest',
  size: 'size in bytes',
  number: 'number',
  flag: 'yes or no',
  text: 'question about a text',
  generation: 'generation of a component',
};

function givenMarkdown(name: string): string | null {
  const spec = Object.hasOwn(GIVEN_PROPERTIES, name) ? GIVEN_PROPERTIES[name] : undefined;
  return spec === undefined ? null : `**${name}** in a test: ${spec.doc}\n\n\`\`\`bootpol\n${spec.example}\n\`\`\``;
}

function valueMarkdown({ word: { text }, of }: NameOccurrence): string | null {
  if (of !== null && DESCRIBED.includes(of)) {
    const doc = KEYWORD_DOCS[text];
    return doc === undefined ? null : `**${text}**: ${doc}`;
  }
  return of === null ? null : `**${text}**: a value of \`${of}\``;
}

/** Values that have a meaning of their own. */
const DESCRIBED = ['like', 'otherwise', 'verdict', 'presence', 'sees', 'scheme'];

function requirementMarkdown(name: string, document: PolicyDocument): string | null {
  if (name === 'shape' || name === 'assert') return `**${name}**: ${KEYWORD_DOCS[name] ?? ''}`;
  const files = policyFiles(document);
  const file = files.find(({ reading }) => declarationsIn(reading, name).length > 0);
  if (file === undefined) return null;
  const shown = declarationsIn(file.reading, name)
    .slice(0, 5)
    .map(({ word }) => lineOf(file.reading.source.text, word));
  const from = file.path === null ? '' : `Declared in ${codeMarkdown(file.path)}. `;
  const views = viewsOf(name, document.reading.policy);
  const where =
    views.length === 0 ? 'No view enforces it.' : `Enforced at ${views.map((view) => `\`${view.name}\``).join(', ')}.`;
  return `\`\`\`bootpol\n${shown.join('\n')}\n\`\`\`\n\n${from}${where}`;
}

function declarationsIn({ names }: PolicyReading, name: string): readonly NameOccurrence[] {
  return names.filter(({ kind, role, word }) => isDeclared(kind, role) && word.text === name);
}

function isDeclared(kind: string, role: string): boolean {
  return kind === 'requirement' && role === 'declaration';
}

function viewMarkdown(name: string, { reading }: PolicyDocument): string | null {
  const view = reading.policy.statements.find((statement) => statement.kind === 'view' && statement.name.text === name);
  return view ? `\`\`\`bootpol\n${reading.source.text.slice(view.span.start, view.span.end)}\n\`\`\`` : null;
}

/** The line of a word, without its indentation. */
function lineOf(text: string, { span }: ast.Word): string {
  const start = Math.max(text.lastIndexOf('\n', span.start), text.lastIndexOf('\r', span.start)) + 1;
  const end = text.slice(span.end).search(/[\r\n]/);
  return text.slice(start, end < 0 ? text.length : span.end + end).trim();
}
