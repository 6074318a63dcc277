import {
  matrixText,
  renderSimulationHead,
  renderSimulationSummary,
  simulationChanges,
  simulationColumns,
  type SimulatedFile,
  type SimulationHead,
  simulationPolicy,
  type SimulationReport,
} from '../../index.ts';
import { type Beside, readBeside } from './beside.ts';
import type { Arguments, CommandRun } from './command.ts';
import { outPaint } from './colour.ts';
import { earlyThreads } from './early-threads.ts';
import { momentOf } from './date.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { progressOn } from './progress.ts';
import { endOf, formatOf, groupByOf, outputFault, writeSimulation } from './simulate-output.ts';
import { type PolicySet, readPolicySet } from './simulate-policies.ts';
import {
  failedTask,
  type SimulationResult,
  type SimulationSetup,
  type SimulationTask,
  simulator,
} from './simulate-task.ts';
import { initrdsOf, itemsOf, nothingSkipped, skippedText } from './sources.ts';
import { filePool, jobsOf } from './task-pool.ts';
import { inOrder } from './worker-pool.ts';
import { usage } from './usage.ts';

/** `bootpol simulate -p POLICY… FILE…`: what each policy would say of each image, side by side. */
export const simulate: CommandRun = async (given, io) => {
  const at = momentOf(given.values('at')[0], io.now);
  if (at === null) return usage(io, '`--at` wants a day as YYYY-MM-DD');
  const jobs = jobsOf(given.values('jobs')[0], 0);
  if (jobs === null) return usage(io, '`--jobs` wants a number from 1');
  const shard = shardOf(given.values('shard')[0]);
  if (shard === undefined) return usage(io, '`--shard` wants I/N, with I from 1 to N');
  const words = [
    ...given.values('policy'),
    ...given.values('initrd'),
    ...given.values('baseline'),
    ...given.values('bind'),
    ...given.operands,
  ];
  if (words.filter((word) => word === '-' || word.endsWith('=-')).length > 1) {
    return usage(io, 'standard input can be read once only');
  }
  const refused = outputFault(given, io);
  if (refused !== null) return usage(io, refused);
  // They load their program while the policies are read.
  const early = earlyThreads({ program: WORKER, jobs, operands: given.operands }, io);
  try {
    return await prepared({ given, at, jobs, shard }, { ...io, threads: early.threads });
  } finally {
    await early.stop();
  }
};

const WORKER = 'simulate-worker';

interface Request extends Pick<Run, 'given' | 'at' | 'jobs'> {
  readonly shard: SimulationReport['shard'];
}

async function prepared({ given, at, jobs, shard }: Request, io: CommandIo): Promise<ExitCode> {
  const set = await readPolicySet(given, io);
  if (!set.ok) return set.text === null ? EXIT.usage : usage(io, set.text);
  const beside = await readBeside(given.values('initrd'), io);
  if (!beside.ok) return usage(io, beside.text);
  const head = headOf(set, {
    day: at.toISOString().slice(0, 10),
    groupBy: groupByOf(given),
    shard,
    initrd: initrdOf(beside),
  });
  return run({ given, set, head, at, jobs, beside: beside.bytes }, io);
}

/** Null when it is left out, undefined when it is none. */
function shardOf(written: string | undefined): SimulationReport['shard'] | undefined {
  if (written === undefined) return null;
  const [, index, of] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(written)?.map(Number) ?? [];
  return index === undefined || of === undefined || index > of ? undefined : { index, of };
}

/** What the report says of the initrd beside each file. */
function initrdOf({ told }: Beside & { readonly ok: true }): SimulationHead['initrd'] {
  const { initrd, initrdSha256 } = told;
  return initrd === undefined || initrdSha256 === undefined ? null : { files: initrd, sha256: initrdSha256 };
}

function headOf(
  { policies, trust, baseline }: PolicySet & { readonly ok: true },
  rest: Pick<SimulationHead, 'day' | 'groupBy' | 'shard' | 'initrd'>,
): SimulationHead {
  return {
    version: 1,
    report: 'simulation',
    day: rest.day,
    trust,
    initrd: rest.initrd,
    policies: policies.map(({ file, compiled }) => simulationPolicy(file, compiled.plan)),
    baseline,
    groupBy: rest.groupBy,
    shard: rest.shard,
  };
}

interface Run {
  readonly given: Arguments;
  readonly set: PolicySet & { readonly ok: true };
  readonly head: SimulationHead;
  readonly at: Date;
  /** 0: as many as the machine has processors. */
  readonly jobs: number;
  /** The initrd beside each file; null: none. */
  readonly beside: Uint8Array | null;
}

async function run({ given, set, head, at, jobs, beside }: Run, io: CommandIo): Promise<ExitCode> {
  const initrds = set.bound.some(({ plan }) => initrdsOf(plan) === 'wanted') ? 'wanted' : 'skipped';
  const skipped = nothingSkipped();
  const items = given.operands.flatMap((operand) => [...itemsOf(operand, { initrds, skipped }, io)]);
  const { index, of } = head.shard ?? { index: 1, of: 1 };
  const tasks = items.map((item, order) => ({ order, item })).filter(({ order }) => order % of === index - 1);
  const rows = streamedRows({ given, head }, io);
  const progress = progressOn(io);
  const files: SimulatedFile[] = [];
  const counts = [index === 1 ? skipped : nothingSkipped()];
  rows.begin();
  const setup: SimulationSetup = { policies: set.bound, at, initrds, beside };
  const pool = filePool<SimulationTask, SimulationResult>(
    {
      ...{ tasks, jobs, setup, program: WORKER, failed: failedTask },
      itemOf: ({ item }) => item,
      here: () => simulator(setup, io),
    },
    io,
  );
  for await (const result of inOrder(tasks, pool)) {
    progress.clear();
    counts.push(result.skipped);
    for (const file of result.files) {
      if (file.error !== null) complain(io, file.error);
      rows.add(file);
      files.push(file);
    }
    const last = result.files[result.files.length - 1];
    progress.show(files.length, tasks.length, last?.file ?? '');
  }
  progress.clear();
  const whole = { ...head, files, skipped: counts.reduce(sumOf) };
  const report: SimulationReport = { ...whole, changes: simulationChanges(whole) };
  return rows.end(report);
}

function sumOf(left: SimulationReport['skipped'], right: SimulationReport['skipped']): SimulationReport['skipped'] {
  return {
    files: left.files + right.files,
    initrds: left.initrds + right.initrds,
    links: left.links + right.links,
    packages: left.packages + right.packages,
  };
}

interface Rows {
  begin(): void;
  add(file: SimulatedFile): void;
  end(report: SimulationReport): ExitCode;
}

/** Text on standard output comes row by row; everything else, and what needs all files at once, at the end. */
function streamedRows({ given, head }: Pick<Run, 'given' | 'head'>, io: CommandIo): Rows {
  const isWhole = given.has('output') || formatOf(given) !== 'text' || head.baseline !== null || head.groupBy !== null;
  if (isWhole) {
    return { begin: () => undefined, add: () => undefined, end: (report) => writeSimulation(report, given, io) };
  }
  const paint = outPaint(io);
  const matrix = matrixText(simulationColumns(head.policies), {
    paint,
    detail: given.has('explain') ? 'explain' : 'brief',
  });
  return {
    begin: () => io.out(`${renderSimulationHead(head, paint)}${matrix.head()}`),
    add: (file) => io.out(matrix.add(file)),
    end: (report) => {
      io.out(`${matrix.end()}${renderSimulationSummary(report, paint)}${skippedText(report.skipped)}`);
      return endOf(report, given, io);
    },
  };
}
