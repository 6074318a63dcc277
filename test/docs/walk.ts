import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { main } from '../../apps/cli/main.ts';
import { processIo } from '../../apps/cli/process-io.ts';

/** One thing that a tutorial asks of its reader: to save a file, or to type a command and compare what it prints. */
export type Step =
  | { readonly kind: 'file'; readonly name: string; readonly content: string }
  | { readonly kind: 'command'; readonly words: string; readonly expected: string };

/** The steps of a tutorial: fenced blocks ```bootpol FILE and ```console; all other blocks are for reading. */
export function stepsOf(markdown: string): readonly Step[] {
  return [...markdown.matchAll(/^```(bootpol (\S+)|console)\n(.*?)^```$/gms)].flatMap(
    ([, , name, content = '']): Step[] =>
      name === undefined ? commandsOf(content) : [{ kind: 'file', name, content }],
  );
}

function commandsOf(block: string): Step[] {
  return block.split(/^\$ /m).flatMap((part): Step[] => {
    if (part === '') return [];
    const end = part.indexOf('\n');
    return [{ kind: 'command', words: part.slice(0, end), expected: part.slice(end + 1) }];
  });
}

/**
 * What a command of a tutorial prints, both streams in one, in the current directory.
 *
 * Known are `bootpol …`, `mkdir DIR`, `cat FILES > FILE`, and behind them `|| echo "exit code $?"`.
 */
export async function typed(words: string): Promise<string> {
  const [, command = '', told] = /^(.*?)( \|\| echo "exit code \$\?")?$/.exec(words) ?? [];
  const [program = '', ...rest] = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  switch (program) {
    case 'mkdir':
      mkdirSync(rest.join(' '));
      return '';
    case 'cat':
      return concatenate(rest);
    case 'bootpol': {
      const { code, printed } = await run(rest);
      if (told === undefined && code !== 0)
        return `${printed}(it ended with ${code}, which the tutorial does not say)\n`;
      return code === 0 ? printed : `${printed}exit code ${code}\n`;
    }
    default:
      throw new Error(`no reader has a program \`${program}\``);
  }
}

function concatenate(words: readonly string[]): string {
  const to = words.at(-1) ?? '';
  if (words.at(-2) !== '>') throw new Error('`cat` wants `> FILE`');
  writeFileSync(to, Buffer.concat(words.slice(0, -2).map((path) => readFileSync(path))));
  return '';
}

async function run(words: readonly string[]): Promise<{ readonly code: number; readonly printed: string }> {
  let printed = '';
  const write = (text: string): void => {
    printed += text;
  };
  const host = { out: write, err: write, threads: null, environment: {}, outIsTerminal: false, errIsTerminal: false };
  const code = await main(words, { ...processIo(), ...host, now: new Date('2026-06-01T00:00:00Z') });
  return { code, printed };
}

/** What a tutorial prints as a pattern: `…` stands for anything in its line, or alone on a line for any lines. */
export function patternOf(expected: string): RegExp {
  const source = expected
    .replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/^…\n/gm, '(?:.*\\n)*?')
    .replaceAll('…', '.*');
  return new RegExp(`^${source}$`);
}
