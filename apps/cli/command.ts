import type { ExitCode } from './exit-code.ts';
import type { CommandIo } from './io.ts';

/** A command as the table declares it: the parser, the help and the documentation read nothing else. */
export interface CommandSpec {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** What follows the options: `FILE…`, one or more of it, or just so many as `FILE LAYER-PATH` names; empty for none. */
  readonly operand: string;
  readonly options: readonly OptionSpec[];
  /** Meanings of the exit codes that it can end with. */
  readonly exits: readonly (readonly [code: ExitCode, meaning: string])[];
  /** Lines for the help that do not fit elsewhere. */
  readonly notes: readonly string[];
  /** Loads the code that runs it: nothing of it is read before. */
  readonly load: () => Promise<CommandRun>;
}

/** What a command was given, checked against its declaration. */
export interface Arguments {
  /** As many as the command asks for, unless help is asked for. */
  readonly operands: readonly string[];
  /** The values of an option, in order; none when it was not given. */
  values(option: string): readonly string[];
  /** Whether a switch was given. */
  has(option: string): boolean;
}

/** Runs a command. @param commands the whole table, for those that tell of it. */
export type CommandRun = (given: Arguments, io: CommandIo, commands: readonly CommandSpec[]) => Promise<ExitCode>;

export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** Name of its value in the help; absent for a switch. */
  readonly value?: string;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** Must be given. */
  readonly required?: true;
  /** May be given more than once. */
  readonly repeatable?: true;
  readonly summary: string;
}

/** What POLICY may be, for the commands that take several. */
export const POLICY_NOTE = 'POLICY may be a directory: then every *.bootpol in it and below.';

/** What a FILE may be, for the commands that look into directories and packages. */
export const FILES_NOTE =
  'FILE may also be `-`, standard input; a directory, whose kernels, UKIs and EFI programs are found by their ' +
  'contents, in all directories below, without following links; a .deb or .rpm package, or a file in one: `PACKAGE!/PATH`.';
