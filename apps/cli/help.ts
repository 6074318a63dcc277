import type { CommandSpec, OptionSpec } from './command.ts';
import { COMMANDS } from './commands.ts';

/** What `bootpol --help` prints. */
export function overview(): string {
  const commands = COMMANDS.map(({ name, summary }) => row(name, summary));
  return [
    'bootpol: which boot images are acceptable, and why',
    '',
    'usage: bootpol COMMAND …',
    '',
    ...commands,
    '',
    row('--help, -h', 'this help; after a command, the help of that command'),
    row('--version, -V', 'the version'),
    '',
  ].join('\n');
}

/** What `bootpol COMMAND --help` prints. */
export function commandHelp(command: CommandSpec): string {
  const { name, operand, summary, options, exits, notes } = command;
  const required = options.filter((option) => option.required === true).map((option) => ` ${usage(option)}`);
  const optional = options.filter((option) => option.required === undefined).map((option) => ` [${usage(option)}]`);
  return [
    ...wrap(`usage: bootpol ${name}${required.join('')} ${operand}${optional.join('')}`, 15),
    '',
    `  ${summary}`,
    '',
    ...options.map((option) => row(spellings(option), option.summary)),
    ...(options.length === 0 ? [] : ['']),
    ...notes.flatMap((note) => [...wrap(note, 0), '']),
    'exit codes:',
    ...exits.map(([code, meaning]) => row(String(code), meaning)),
    '',
  ].join('\n');
}

const LABEL_COLUMNS = 22;

function row(label: string, text: string): string {
  return wrap(`  ${label.padEnd(LABEL_COLUMNS - 2)}${text}`, LABEL_COLUMNS).join('\n');
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
