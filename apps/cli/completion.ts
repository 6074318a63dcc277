import type { CommandRun, CommandSpec, OptionSpec } from './command.ts';
import { EXIT } from './exit-code.ts';

/** `bootpol completion SHELL`: the script that completes bootpol's command line in that shell. */
export const completion: CommandRun = ({ operands: [shell = ''] }, io, commands) => {
  const script = SCRIPTS.get(shell);
  if (script === undefined) {
    io.err(`bootpol: no completion for \`${shell}\`; it is ${[...SCRIPTS.keys()].join(', ')}\n`);
    return Promise.resolve(EXIT.usage);
  }
  io.out(script(commands));
  return Promise.resolve(EXIT.fine);
};

const SCRIPTS: ReadonlyMap<string, (commands: readonly CommandSpec[]) => string> = new Map([
  ['bash', bashScript],
  ['zsh', zshScript],
  ['fish', fishScript],
]);

/** Values that are no names of files. */
const PLAIN_VALUES: ReadonlySet<string> = new Set(['DATE', 'COUNT', 'PERCENT', 'N', 'PATH', 'CODE', 'DAY', 'I/N']);

const HELP: OptionSpec = { name: 'help', short: 'h', summary: 'show this help' };

/** What follows an option: words, names of files (null), or anything (none). */
function valuesOf({ value, choices }: OptionSpec): readonly string[] | null {
  if (choices !== undefined) return choices;
  return value !== undefined && PLAIN_VALUES.has(value) ? [] : null;
}

function bashScript(commands: readonly CommandSpec[]): string {
  return `# bash completion of bootpol
_bootpol() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    words=${quoted(`${commands.map(({ name }) => name).join(' ')} help --help --version`)}
  else
    case "\${COMP_WORDS[1]} $previous" in
${commands.flatMap(bashValues).join('\n')}
    esac
    if [[ $current == -* ]]; then
      case \${COMP_WORDS[1]} in
${commands.map(({ name, options }) => `        ${name}) words=${quoted(spellings(options).join(' '))} ;;`).join('\n')}
      esac
    elif [[ \${COMP_WORDS[1]} == help ]]; then
      words=${quoted(commands.map(({ name }) => name).join(' '))}
    elif [[ \${COMP_WORDS[1]} == completion ]]; then
      words='bash zsh fish'
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o bashdefault -o default -F _bootpol bootpol
`;
}

function bashValues({ name, options }: CommandSpec): readonly string[] {
  return options.flatMap((option) => {
    if (option.value === undefined) return [];
    const values = valuesOf(option);
    const pattern = spellings([option])
      .filter((spelling) => spelling !== '--help' && spelling !== '-h')
      .map((spelling) => quoted(`${name} ${spelling}`))
      .join('|');
    const words =
      values === null
        ? 'return'
        : `mapfile -t COMPREPLY < <(compgen -W ${quoted(values.join(' '))} -- "$current"); return`;
    return [`      ${pattern}) ${words} ;;`];
  });
}

function spellings(options: readonly OptionSpec[]): readonly string[] {
  return [...options, HELP].flatMap(({ name, short }) =>
    short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`],
  );
}

function zshScript(commands: readonly CommandSpec[]): string {
  const described = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  return `#compdef bootpol
_bootpol() {
  local -a commands
  commands=(
${described.join('\n')}
    'help:show help'
  )
  if ((CURRENT == 2)); then
    _describe -t commands command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
    help) _describe -t commands command commands ;;
${commands.map(zshCommand).join('\n')}
  esac
}
if [[ \${funcstack[1]} == _bootpol ]]; then
  _bootpol "$@"
else
  compdef _bootpol bootpol
fi
`;
}

function zshCommand({ name, options }: CommandSpec): string {
  const operands = name === 'completion' ? "'1:shell:(bash zsh fish)'" : "'*:file:_files'";
  const lines = [...options, HELP].flatMap(zshOption);
  return [
    `    ${name})`,
    '      _arguments -s \\',
    ...lines.map((line) => `        ${line} \\`),
    `        ${operands} ;;`,
  ].join('\n');
}

function zshOption(option: OptionSpec): readonly string[] {
  const { name, short, value, summary, repeatable } = option;
  const values = valuesOf(option);
  const action = values === null ? '_files' : `(${values.join(' ')})`;
  const text = `[${summary.replace(/[[\]\\:]/g, '\\$&')}]`;
  const argument = value === undefined ? '' : `:${value.replace(/:/g, '\\:')}:${action}`;
  return (short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`]).map((spelling) =>
    quoted(`${repeatable === true ? '*' : ''}${spelling}${text}${argument}`),
  );
}

function fishScript(commands: readonly CommandSpec[]): string {
  const first = commands.map(
    ({ name, summary }) => `complete -c bootpol -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(summary)}`,
  );
  return [
    '# fish completion of bootpol',
    ...first,
    'complete -c bootpol -n __fish_use_subcommand -f -a help -d "show help"',
    `complete -c bootpol -n ${fishQuoted('__fish_seen_subcommand_from help')} -f -a ${fishQuoted(commands.map(({ name }) => name).join(' '))}`,
    `complete -c bootpol -n ${fishQuoted('__fish_seen_subcommand_from completion')} -f -a ${fishQuoted('bash zsh fish')}`,
    ...commands.flatMap(({ name, options }) => [...options, HELP].map((option) => fishOption(name, option))),
    '',
  ].join('\n');
}

function fishOption(command: string, option: OptionSpec): string {
  const { name, short, value, summary } = option;
  const values = valuesOf(option);
  const argument =
    value === undefined
      ? []
      : values === null
        ? ['-r', '-F']
        : ['-x', ...(values.length === 0 ? [] : ['-a', fishQuoted(values.join(' '))])];
  return [
    'complete -c bootpol',
    '-n',
    fishQuoted(`__fish_seen_subcommand_from ${command}`),
    '-l',
    name,
    ...(short === undefined ? [] : ['-s', short]),
    ...argument,
    '-d',
    fishQuoted(summary),
  ].join(' ');
}

/** POSIX shell: everything between single quotes is itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** fish: within single quotes `\\` and `\'` are escapes. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
