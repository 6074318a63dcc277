/** Exit codes of every command, by meaning. */
export const EXIT = {
  fine: 0,
  rejected: 1,
  /** A fault of the policy, of its keys or of the command line. */
  usage: 2,
  /** A file could not be read or judged. */
  undecided: 3,
  /** With `--strict`: accepted, but with warnings or by waiver. */
  qualified: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Which code a run over several files ends with: the first of these that any of them has. */
const RANKS: readonly ExitCode[] = [EXIT.usage, EXIT.rejected, EXIT.undecided, EXIT.qualified, EXIT.fine];

/** The gravest of several exit codes; `fine` of none. */
export function gravest(codes: readonly ExitCode[]): ExitCode {
  return RANKS.find((code) => codes.includes(code)) ?? EXIT.fine;
}
