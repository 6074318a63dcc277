import { type MarkupContent, MarkupKind } from 'vscode-languageserver';
import { printable } from '../../index.ts';

/** Text from a file, harmless in Markdown and in a terminal. */
export function textMarkdown(text: string): string {
  return printable(text).replace(/[`*_<>[\]\\#!|~&]/g, (sign) => `\\${sign}`);
}

/** The same as code. */
export function codeMarkdown(text: string): string {
  return `\`${printable(text).replaceAll('`', "'")}\``;
}

/** Markdown as the hovers and completions here write it, for editors that show plain text alone. */
export function withoutMarkdown({ value }: MarkupContent): MarkupContent {
  const text = value
    .split('\n')
    .filter((line) => !line.startsWith('```'))
    .join('\n')
    .replace(/\*\*(.+?)\*\*/g, '$1')
    .replace(/(?<![\w\\])_([^_\n]+)_(?!\w)/g, '$1')
    .replace(/`([^`\n]*)`/g, '$1')
    .replace(/\\([`*_<>[\]\\#!|~&])/g, '$1');
  return { kind: MarkupKind.PlainText, value: text };
}
