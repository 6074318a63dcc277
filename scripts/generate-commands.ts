import { readFileSync } from 'node:fs';
import { COMMANDS } from '../apps/cli/commands.ts';
import { commandHelp } from '../apps/cli/help.ts';
import { between } from './generated-block.ts';

/** The commands, from the table that the command line reads itself: a list in the README, a page of all helps. */
export function commandPages(): Readonly<Record<string, string>> {
  return {
    'README.md': between('README.md', readFileSync('README.md', 'utf8'), ['commands', commandList()]),
    'docs/commands.md': `${PAGE_HEAD}\n${COMMANDS.map(commandSection).join('\n')}`,
  };
}

const PAGE_HEAD = `# Commands

What \`bootpol COMMAND --help\` prints. Of several exit codes in one run the first of 2, 1, 3, 4, 0 counts.
`;

function commandList(): string {
  const rows = COMMANDS.map((command) => `| \`${commandLine(command)}\` | ${command.summary} |`);
  return ['| command | what it does |', '|---|---|', ...rows].join('\n');
}

/** The command with what it cannot do without. */
function commandLine({ name, options, operand }: (typeof COMMANDS)[number]): string {
  const required = options
    .filter((option) => option.required === true)
    .map(({ name: long, short, value = '' }) => `${short === undefined ? `--${long}` : `-${short}`} ${value}`);
  return ['bootpol', name, ...required, operand].join(' ').trimEnd();
}

function commandSection(command: (typeof COMMANDS)[number]): string {
  return `## bootpol ${command.name}\n\n\`\`\`\n${commandHelp(command).trimEnd()}\n\`\`\`\n`;
}
