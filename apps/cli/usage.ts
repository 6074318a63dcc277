import { EXIT, type ExitCode } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';

/** Says in one line what is wrong with the command line, or with what it names, and how the command ends for it. */
export function usage(io: CommandIo, text: string): ExitCode {
  complain(io, text);
  return EXIT.usage;
}
