import { counted, type Paint, printable } from '../../index.ts';
import { formatPolicy, placeOf, sourceOf } from '../../compiler/index.ts';
import { outPaint } from './colour.ts';
import type { Arguments, CommandRun } from './command.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { diffExcerpt, lineDiff } from './line-diff.ts';
import { readText } from './policy.ts';
import { policyPaths } from './policy-paths.ts';

/** `bootpol fmt FILE…`: the canonical layout of policies, printed, compared or written back. */
export const fmt: CommandRun = async (given, io) => {
  const fault = modeFault(given);
  if (fault !== null) {
    complain(io, fault);
    return EXIT.usage;
  }
  const paths = policyPaths(given.has('stdin') ? ['-'] : given.operands, io);
  if (paths.length > 1 && !given.has('check') && !given.has('write')) {
    complain(io, SEVERAL);
    return EXIT.usage;
  }
  const outcomes: Outcome[] = [];
  for (const path of paths) {
    if (path.ok) outcomes.push(await formatOne(path.path, given, io));
    else outcomes.push(failed(path.text, io));
  }
  if (given.has('check') || given.has('write')) summarise(outcomes, given, io);
  return gravest(outcomes.map(({ code }) => code));
};

interface Outcome {
  readonly code: ExitCode;
  readonly changed: boolean;
}

function modeFault(given: Arguments): string | null {
  const { operands } = given;
  if (given.has('check') && given.has('write')) return '`--check` and `--write` exclude each other';
  if (given.has('stdin')) {
    if (operands.length > 0) return `\`--stdin\` reads standard input; \`${operands[0] ?? ''}\` is too much`;
    return given.has('write') ? '`--write` needs a file, and standard input is none' : null;
  }
  if (operands.length === 0) return '`fmt` needs at least one FILE, or `--stdin`';
  if (given.has('write') && operands.includes('-')) return '`--write` needs a file, and standard input is none';
  return null;
}

const SEVERAL = 'several files at once need `--check` or `--write`';

async function formatOne(path: string, given: Arguments, io: CommandIo): Promise<Outcome> {
  const read = await readText(path, io);
  if (!read.ok) return failed(read.text, io);
  const { text, leftAlone } = formatPolicy(read.content);
  const source = sourceOf(path, read.content);
  for (const { start } of leftAlone) {
    const { line } = placeOf(source, start);
    complain(io, `${printable(path)}:${line}: left as it is, since it cannot be read; see \`bootpol check\``);
  }
  const changed = text !== read.content;
  if (given.has('write')) return changed ? write(path, text, io) : { code: EXIT.fine, changed };
  if (!given.has('check')) io.out(text);
  else if (changed) io.out(differenceText({ path, before: read.content, after: text }, outPaint(io)));
  const checked = leftAlone.length > 0 ? EXIT.usage : changed ? EXIT.rejected : EXIT.fine;
  return { code: given.has('check') ? checked : EXIT.fine, changed };
}

function write(path: string, text: string, io: CommandIo): Outcome {
  const fault = io.rewrite(path, new TextEncoder().encode(text));
  if (fault !== null) return failed(`cannot write \`${path}\`: ${fault}`, io);
  io.out(`formatted  ${printable(path)}\n`);
  return { code: EXIT.fine, changed: true };
}

function failed(text: string, io: CommandIo): Outcome {
  complain(io, printable(text));
  return { code: EXIT.usage, changed: false };
}

interface Difference {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

function differenceText({ path, before, after }: Difference, paint: Paint): string {
  const lines = diffExcerpt(lineDiff(linesOf(before), linesOf(after)), 2);
  const painted = lines.map((line) => {
    const shown = `  ${printable(line)}`.trimEnd();
    if (line.startsWith('-')) return paint('bad', shown);
    return line.startsWith('+') ? paint('good', shown) : shown;
  });
  return `${paint('strong', `not formatted  ${printable(path)}`)}\n${painted.join('\n')}\n\n`;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n');
}

function summarise(outcomes: readonly Outcome[], given: Arguments, io: CommandIo): void {
  const changed = outcomes.filter((outcome) => outcome.changed).length;
  const verb = given.has('check') ? 'not formatted' : 'formatted';
  io.out(`${counted(outcomes.length, 'file')}: ${changed} ${verb}\n`);
}
