import { printable } from '../../index.ts';

/** Text from a file, harmless in Markdown and in a terminal. */
export function textMarkdown(text: string): string {
  return printable(text).replace(/[`*_<>[\]\\#!|~&]/g, (sign) => `\\${sign}`);
}

/** The same as code. */
export function codeMarkdown(text: string): string {
  return `\`${printable(text).replaceAll('`', "'")}\``;
}
