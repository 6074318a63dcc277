import type { CommandSpec, OptionSpec } from './command.ts';
import { COMMANDS } from './commands.ts';

/** What `bootpol --help` prints. */
export function overview(): string {
  const commands = COMMANDS.map(({ name, summary }) => [name, summary] as const);
  return [
    'bootpol: which boot images are acceptable, and why',
    '',
    'usage: bootpol COMMAND …',
    '',
    ...rows(commands),
    '',
    ...rows([
      ['--help, -h', 'this help; after a command, the help of that command'],
      ['--version, -V', 'the version'],
    ]),
    '',
  ].join('\n');
}

/** What `bootpol COMMAND --help` prints. */
export function commandHelp(command: CommandSpec): string {
  const { name, operand, summary, options, exits, notes } = command;
  const required = options.filter((option) => option.required === true).map((option) => ` ${usage(option)}`);
  const optional = options.filter((option) => option.required === undefined).map((option) => ` [${usage(option)}]`);
  return [
    ...wrap(`usage: bootpol ${name}${required.join('')}${operand === '' ? '' : ` ${operand}`}${optional.join('')}`, 15),
    '',
    `  ${summary}`,
    '',
    ...rows(options.map((option) => [spellings(option), option.summary])),
    ...(options.length === 0 ? [] : ['']),
    ...notes.flatMap((note) => [...wrap(note, 0), '']),
    'exit codes:',
    ...rows(exits.map(([code, meaning]) => [String(code), meaning])),
    '',
  ].join('\n');
}

/** A table of labels and texts: the texts start two columns behind the longest label. */
function rows(table: readonly (readonly [label: string, text: string])[]): readonly string[] {
  const labelColumns = 4 + Math.max(0, ...table.map(([label]) => label.length));
  return table.flatMap(([label, text]) => wrap(`  ${label.padEnd(labelColumns - 2)}${text}`, labelColumns));
}

function usage(option: OptionSpec): string {
  const name = option.short === undefined ? `--${option.name}` : `-${option.short}`;
  return option.value === undefined ? name : `${name} ${(option.choices ?? [option.value]).join('|')}`;
}

function spellings(option: OptionSpec): string {
  const names = option.short === undefined ? `--${option.name}` : `-${option.short}, --${option.name}`;
  return option.value === undefined ? names : `${names} ${option.value}`;
}

/** Breaks a text at spaces into lines of at most 80 columns; the lines after the first are indented. */
function wrap(text: string, hanging: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.match(/\s*\[[^\]]*\]|\s*\S+/g) ?? []) {
    if (line.length + piece.length > 80) {
      lines.push(line);
      line = `${' '.repeat(hanging)}${piece.trimStart()}`;
    } else {
      line += piece;
    }
  }
  return [...lines, line];
}
