import { counted, type Diagnostic, printable, widthOf, wrapped } from '../../index.ts';
import { applyFixes } from '../../compiler/index.ts';
import { outPaint } from './colour.ts';
import type { Arguments, CommandRun } from './command.ts';
import { type CheckedPolicy, checkReport, runOfDiagnostics } from './check-report.ts';
import { momentOf } from './date.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { compilePolicy, countOf, diagnosticText, type PolicyText, readText } from './policy.ts';
import { policyPaths } from './policy-paths.ts';
import { compared, exitOfRun, mostWarningsOf, publish, reportingOf, warningCount } from './reports.ts';

/** `bootpol check POLICY…`: the diagnostics of each policy, and what the sound ones hold. */
export const check: CommandRun = async (given, io) => {
  const settings = settingsOf(given, io);
  if ('fault' in settings) {
    complain(io, settings.fault);
    return EXIT.usage;
  }
  const reporting = await reportingOf(given, io);
  if ('fault' in reporting) {
    complain(io, reporting.fault);
    return EXIT.usage;
  }
  // The other formats have standard output to themselves.
  const told = reporting.format === 'text' ? io : { ...io, out: () => undefined };
  const outcomes: Outcome[] = [];
  for (const path of policyPaths(given.operands, io)) {
    outcomes.push(path.ok ? await checkOne(path.path, settings, told) : unreadable(path.path, path.text, io));
  }
  const total = totalOf(outcomes);
  told.out(summary(outcomes.length, total, settings));
  const checked = outcomes.map((outcome) => outcome.checked);
  const run = compared(runOfDiagnostics(checked), reporting);
  const errors = reporting.baseline === null ? outcomes.map(({ code }) => code) : [asUsage(exitOfRun(run))];
  const tooMany = warningCount(run) > settings.mostWarnings ? EXIT.qualified : EXIT.fine;
  return gravest([...errors, tooMany, publish({ run, json: () => checkReport(checked) }, reporting, io)]);
};

/** A fault of a policy is one of usage, whatever a run calls it. */
function asUsage(code: ExitCode): ExitCode {
  return code === EXIT.fine ? code : EXIT.usage;
}

interface Settings {
  readonly at: Date;
  readonly mostWarnings: number;
  readonly fixes: 'made' | 'counted';
}

interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly allowed: number;
  /** Fixes that were made, or could be. */
  readonly fixes: number;
}

interface Outcome extends Counts {
  readonly code: ExitCode;
  readonly checked: CheckedPolicy;
}

function settingsOf(given: Arguments, { now }: CommandIo): Settings | { readonly fault: string } {
  const at = momentOf(given.values('at')[0], now);
  if (at === null) return { fault: '`--at` wants a day as YYYY-MM-DD' };
  const mostWarnings = mostWarningsOf(given);
  if (mostWarnings === null) return { fault: '`--max-warnings` wants a whole number' };
  if (given.has('fix') && given.operands.includes('-')) {
    return { fault: '`--fix` needs a file, and standard input is none' };
  }
  const fixes = given.has('fix') ? 'made' : 'counted';
  return { at, mostWarnings, fixes };
}

async function checkOne(path: string, settings: Settings, io: CommandIo): Promise<Outcome> {
  const read = await readText(path, io);
  if (!read.ok) return unreadable(path, read.text, io);
  const given = { path, content: read.content, at: settings.at };
  const fixed = settings.fixes === 'made' ? fixedPolicy(given, io) : { ...given, fixes: 0 };
  if (fixed.fixes > 0) {
    const fault = io.rewrite(path, new TextEncoder().encode(fixed.content));
    if (fault !== null) return unreadable(path, `cannot write \`${path}\`: ${fault}`, io);
    io.out(`fixed  ${printable(path)}   ${counted(fixed.fixes, 'fix', 'fixes')}\n`);
  }
  return report(fixed, io);
}

/** Fixes until none is left; a round that makes more errors than there were is taken back. */
function fixedPolicy(given: PolicyText, io: CommandIo): PolicyText & { readonly fixes: number } {
  let best = { ...given, fixes: 0 };
  let { diagnostics } = compilePolicy(best, io).compiled;
  for (let round = 0; round < FIX_ROUNDS; round += 1) {
    const { text, fixes } = applyFixes(best.content, diagnostics);
    if (fixes === 0) break;
    const next = compilePolicy({ ...given, content: text }, io).compiled.diagnostics;
    if (countOf(next, 'error') > countOf(diagnostics, 'error')) break;
    best = { ...given, content: text, fixes: best.fixes + fixes };
    diagnostics = next;
  }
  return best;
}

/** Each round mends what the one before left, since it overlapped or was hidden by an error. */
const FIX_ROUNDS = 20;

function report(text: PolicyText & { readonly fixes: number }, io: CommandIo): Outcome {
  const { compiled } = compilePolicy(text, io);
  const { plan, diagnostics, allowed, cost } = compiled;
  const paint = outPaint(io);
  if (diagnostics.length > 0) io.out(`${diagnosticText(compiled, paint)}\n`);
  const counts = {
    checked: { file: text.path, compiled },
    errors: countOf(diagnostics, 'error'),
    warnings: countOf(diagnostics, 'warning'),
    allowed: allowed.length,
    fixes: text.fixes > 0 ? text.fixes : certainFixes(diagnostics),
  };
  if (plan === null) return { code: EXIT.usage, ...counts };
  const { name, version } = plan.policy;
  const told = `${name}${version === null ? '' : ` v${version}`}`;
  io.out(`${paint('good', 'OK')}  ${paint('strong', printable(text.path))}${apart(text.path, told)}${told}\n`);
  if (cost !== null) io.out(wrapped(cost.text, 4));
  return { code: EXIT.fine, ...counts };
}

/** What stands behind a path: beside it where both fit a line, else below. */
function apart(path: string, told: string): string {
  return widthOf(`OK  ${printable(path)}   ${told}`) > 80 ? '\n    ' : '   ';
}

function certainFixes(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ fix }) => fix?.certainty === 'certain').length;
}

function unreadable(file: string, error: string, io: CommandIo): Outcome {
  complain(io, error);
  return { code: EXIT.usage, checked: { file, error }, errors: 1, warnings: 0, allowed: 0, fixes: 0 };
}

function totalOf(outcomes: readonly Outcome[]): Counts {
  const sum = (count: keyof Counts): number => outcomes.reduce((total, each) => total + each[count], 0);
  return { errors: sum('errors'), warnings: sum('warnings'), allowed: sum('allowed'), fixes: sum('fixes') };
}

function summary(policies: number, { errors, warnings, allowed, fixes }: Counts, settings: Settings): string {
  const counts = [
    counted(errors, 'error'),
    counted(warnings, 'warning'),
    ...(allowed > 0 ? [`${allowed} allowed`] : []),
    ...(fixes > 0 && settings.fixes === 'counted' ? [`${fixes} of them can be mended by --fix`] : []),
  ];
  return `${counted(policies, 'policy', 'policies')}: ${counts.join(', ')}\n`;
}
