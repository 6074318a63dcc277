import { type ast, type NameKind, pathFrom, type PolicyReading } from '../../compiler/index.ts';
import { codeMarkdown, textMarkdown } from './markdown.ts';
import type { PolicyDocument } from './policy-document.ts';

/** An imported file: what it is called, and what a policy gets from it. */
export function importMarkdown({ value }: ast.StringLiteral, document: PolicyDocument): string {
  const path = pathFrom('', value);
  const file = document.imported().find((each) => each.path === path);
  if (file !== undefined)
    return [`${codeMarkdown(path)}${titleOf(file.reading)}`, ...offersOf(file.reading)].join('\n\n');
  const answer = document.readFile(value);
  const why = 'missing' in answer ? `cannot be read: ${textMarkdown(answer.missing)}` : 'is not followed';
  return `${codeMarkdown(path)} ${why}`;
}

function titleOf({ policy: { header } }: PolicyReading): string {
  if (header === null) return '';
  const { name, description } = header;
  return `: **${name.text}**${description === null ? '' : `, ${textMarkdown(description.value)}`}`;
}

function offersOf({ names }: PolicyReading): readonly string[] {
  const list = (title: string, kind: NameKind): readonly string[] => {
    const declared = names.filter((name) => name.kind === kind && name.role === 'declaration');
    const texts = [...new Set(declared.map(({ word }) => word.text))];
    const more = texts.length > SHOWN ? `, and ${String(texts.length - SHOWN)} more` : '';
    return texts.length === 0 ? [] : [`${title}: ${texts.slice(0, SHOWN).map(codeMarkdown).join(', ')}${more}`];
  };
  return [...list('Requirements', 'requirement'), ...list('Signers', 'signers')];
}

const SHOWN = 40;
