import { parseArguments } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { commandHelp, overview } from './help.ts';
import { type CommandIo, complain } from './io.ts';
import { nearestOf } from './nearest.ts';
import { VERSION } from './version.ts';

/** Runs the command line. @param words what follows the program's name. */
export async function main(words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [first, ...rest] = words;
  switch (first) {
    case undefined:
      io.err(overview());
      return EXIT.usage;
    case '--version':
    case '-V':
      io.out(`bootpol ${VERSION}\n`);
      return EXIT.fine;
    case 'help':
    case '--help':
    case '-h':
      return help(rest[0], io);
    default:
      return runCommand(first, rest, io);
  }
}

/** Help on help is all of it. */
const HELPS: readonly string[] = ['help', '--help', '-h'];

async function help(topic: string | undefined, io: CommandIo): Promise<ExitCode> {
  if (topic === undefined || HELPS.includes(topic)) {
    io.out(overview());
    return EXIT.fine;
  }
  const command = COMMANDS.find(({ name }) => name === topic);
  if (command === undefined) return unknownCommand(topic, io);
  io.out(commandHelp(command));
  return EXIT.fine;
}

async function runCommand(name: string, words: readonly string[], io: CommandIo): Promise<ExitCode> {
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) return unknownCommand(name, io);
  const parsed = await parseArguments(words, command);
  switch (parsed.kind) {
    case 'help':
      io.out(commandHelp(command));
      return EXIT.fine;
    case 'fault':
      complain(io, parsed.text);
      return EXIT.usage;
    case 'arguments':
      return (await command.load())(parsed.given, io, COMMANDS);
  }
}

async function unknownCommand(word: string, io: CommandIo): Promise<ExitCode> {
  const nearest = await nearestOf(word, [...COMMANDS.map(({ name }) => name), '--help', '--version']);
  const kind = word.startsWith('-') ? 'option' : 'command';
  complain(io, `no ${kind} \`${word}\`; ${nearest === null ? 'see `bootpol --help`' : `did you mean \`${nearest}\`?`}`);
  return EXIT.usage;
}
