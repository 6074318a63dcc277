import {
  type JudgedFile,
  renderRunSummary,
  renderVerdictText,
  runOfVerdicts,
  type RunReport,
  type VerdictName,
  verdictReport,
} from '../../index.ts';
import type { Arguments } from './command.ts';
import { readBeside } from './beside.ts';
import { bindSigners } from './bindings.ts';
import { errPaint, outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { momentOf } from './date.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { diagnosticText, type PolicyFile, readPolicy } from './policy.ts';
import { compared, exitOfRun, mostWarningsOf, publish, reportingOf, wantsDigests, warningCount } from './reports.ts';
import { addSkipped, initrdsOf, itemsOf, nothingSkipped, skippedText, type SourceItem } from './sources.ts';
import { filePool, jobsOf } from './task-pool.ts';
import { failedItem, judgeOf, type VerifyResult, type VerifySetup } from './verify-task.ts';
import { inOrder } from './worker-pool.ts';
import { usage } from './usage.ts';
import { sha256Hex } from './sha256.ts';

/** `bootpol verify -p POLICY FILE…`: what a policy says about each file. */
export const verify: CommandRun = async (given, io) => {
  const at = momentOf(given.values('at')[0], io.now);
  if (at === null) return usage(io, '`--at` wants a day as YYYY-MM-DD');
  const [path = ''] = given.values('policy');
  if (readsStandardInputTwice(given, path)) return usage(io, 'standard input can be read once only');
  const policy = await readPolicy(path, io);
  if (!policy.ok) return usage(io, policy.text);
  const { plan } = policy.compiled;
  if (plan === null) return refusePolicy(policy, io);
  const bound = await bindSigners(given.values('bind'), plan, io);
  if (!bound.ok) return usage(io, bound.text);
  const beside = await readBeside(given.values('initrd'), io);
  if (!beside.ok) return usage(io, beside.text);
  const reporting = await reportingOf(given, io);
  if ('fault' in reporting) return usage(io, reporting.fault);
  const mostWarnings = mostWarningsOf(given);
  if (mostWarnings === null) return usage(io, '`--max-warnings` wants a whole number');
  const fileDigest = wantsDigests(reporting) ? 'stated' : 'when-needed';
  const jobs = jobsOf(given.values('jobs')[0], 1);
  if (jobs === null) return usage(io, '`--jobs` wants a number from 1');
  const report = reporter(given, io);
  const skipped = nothingSkipped();
  const initrds = initrdsOf(plan);
  const judged: JudgedFile[] = [];
  const setup: VerifySetup = { plan, trust: bound.trust, at, fileDigest, beside: beside.bytes, initrds };
  const tasks = given.operands.flatMap((operand) => [...itemsOf(operand, { initrds, skipped }, io)]);
  const pool = filePool<SourceItem, VerifyResult>(
    {
      ...{ tasks, jobs, setup, program: 'verify-worker', failed: failedItem },
      itemOf: (item) => item,
      here: () => judgeOf(setup, io),
    },
    io,
  );
  for await (const result of inOrder(tasks, pool)) {
    addSkipped(skipped, result.skipped);
    for (const one of result.judged) {
      if ('error' in one) complain(io, one.error);
      report(one);
      judged.push(one);
    }
  }
  if (reporting.format === 'text') {
    io.out(`${skippedText(skipped)}${renderRunSummary(judged.map(verdictOf), outPaint(io))}`);
  }
  const run = compared(runOfVerdicts(plan.policy, judged, sha256Hex), reporting);
  const json = () => ({ ...verdictReport({ ...plan.policy, digest: plan.digest }, judged, skipped), ...beside.told });
  return gravest([
    publish({ run, json }, reporting, io),
    warningCount(run) > mostWarnings ? EXIT.qualified : EXIT.fine,
    ...(reporting.baseline === null ? judged.map((one) => exitOf(verdictOf(one), given)) : [comparedExit(run, given)]),
  ]);
};

/** With a baseline only what is new counts; a waiver is not in it. */
function comparedExit(run: RunReport, given: Arguments): ExitCode {
  const qualified = warningCount(run) > 0 || run.cases.some(({ word }) => word === 'accept-waived');
  return gravest([exitOfRun(run), given.has('strict') && qualified ? EXIT.qualified : EXIT.fine]);
}

function readsStandardInputTwice(given: Arguments, policy: string): boolean {
  const bound = given.values('bind').map((binding) => binding.slice(binding.indexOf('=') + 1));
  return [policy, ...bound, ...given.values('initrd'), ...given.operands].filter((path) => path === '-').length > 1;
}

/** A policy whose only faults are key files that cannot be read gets a line for each; any other its diagnostics. */
function refusePolicy(policy: PolicyFile & { readonly ok: true }, io: CommandIo): ExitCode {
  const errors = policy.compiled.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > policy.unreadable.length) io.err(diagnosticText(policy.compiled, errPaint(io)));
  else for (const line of policy.unreadable) complain(io, line);
  return EXIT.usage;
}

/** Prints each verdict as it comes, in text; the other formats are printed at the end, whole. */
function reporter(given: Arguments, io: CommandIo): (judged: JudgedFile) => void {
  if ((given.values('format')[0] ?? 'text') !== 'text') return () => undefined;
  const options = { detail: given.has('explain') ? 'explain' : 'brief', paint: outPaint(io) } as const;
  return (judged) => {
    if ('verdict' in judged) io.out(renderVerdictText(judged.file, judged.verdict, options));
  };
}

function verdictOf(judged: JudgedFile): VerdictName {
  return 'verdict' in judged ? judged.verdict.verdict : 'undecided';
}

function exitOf(verdict: VerdictName, given: Arguments): ExitCode {
  switch (verdict) {
    case 'accept':
      return EXIT.fine;
    case 'accept-with-warnings':
    case 'accept-waived':
      return given.has('strict') ? EXIT.qualified : EXIT.fine;
    case 'undecided':
      return EXIT.undecided;
    case 'reject':
      return EXIT.rejected;
  }
}
