import type { Difference, Party, Question } from './comparison.ts';
import type { Selection } from './dimensions.ts';
import type { Fault } from './faults.ts';
import type { Tool } from './tools.ts';

/** One place where a tool differs from firmware, kernel or specification: the explanation of disagreements. */
export interface Row {
  /** Permanent name. */
  readonly name: string;
  readonly tool: Tool;
  readonly question: Question;
  /** What the tool does where bootpol does otherwise. */
  readonly difference: Difference;
  /** Whose answers differ. */
  readonly against: readonly Party[];
  /** How the files are made that show it; one of several selections. A selection names no file and no outcome. */
  readonly when: readonly Selection[];
  /** Rules of bootpol's that the tool does not have; only disagreements by one of them are explained. */
  readonly lacks?: readonly string[];
  /** What the tool prints there. */
  readonly says?: string;
  /** Only builds of the tool with this fault do so. */
  readonly fault?: Fault;
  /** What the tool does, in a sentence. */
  readonly what: string;
  /** File and function of the tool's code. */
  readonly source: string;
}
