import {
  DEFAULT_LIMITS,
  type ExaminedFile,
  factsOf,
  gapFileReport,
  type GapReport,
  type JudgeOptions,
  nativeEngine,
  renderFileGapsText,
  renderPolicyGapsText,
} from '../../index.ts';
import { policyGaps } from '../../compiler/index.ts';
import { readBeside } from './beside.ts';
import { bindSigners } from './bindings.ts';
import { outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { momentOf } from './date.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { readPlans, type SoundPolicy } from './plans.ts';
import { initrdsOf, nothingSkipped, skippedText, type Source, sourcesOf } from './sources.ts';
import { usage } from './usage.ts';

/** `bootpol gap POLICY [FILE…]`: what each view loads or executes although no enforced requirement covers it. */
export const gap: CommandRun = async (given, io) => {
  const [path = '', ...files] = given.operands;
  const at = momentOf(given.values('at')[0], io.now);
  if (at === null) return usage(io, '`--at` wants a day as YYYY-MM-DD');
  if ([...given.operands, ...given.values('initrd')].filter((operand) => operand === '-').length > 1) {
    return usage(io, 'standard input can be read once only');
  }
  const read = await readPlans([path], io);
  const [policy] = read.ok ? read.policies : [];
  if (policy === undefined) return EXIT.usage;
  const bound = files.length === 0 ? NOTHING_BOUND : await bindSigners(given.values('bind'), policy.compiled.plan, io);
  if (!bound.ok) return usage(io, bound.text);
  const beside = await readBeside(given.values('initrd'), io);
  if (!beside.ok) return usage(io, beside.text);
  const report: GapReport = { version: 1, ...wholePolicy(policy), files: [] };
  const json = given.values('format')[0] === 'json';
  if (!json) io.out(renderPolicyGapsText(report, outPaint(io)));
  const skipped = nothingSkipped();
  const options = { trust: bound.trust, at, fileDigest: 'when-needed', ...beside.options } as const;
  for (const operand of files) {
    for await (const source of sourcesOf(operand, { initrds: initrdsOf(policy.compiled.plan), skipped }, io)) {
      const examined = gapFileReport(await examineFile(source, { policy, options }, io));
      report.files.push(examined);
      if (!json && examined.error === null) io.out(`\n${renderFileGapsText(examined, outPaint(io))}`);
    }
  }
  if (!json) io.out(skippedText(skipped));
  if (json) io.out(`${JSON.stringify({ ...report, ...beside.told, skipped }, null, 2)}\n`);
  return gravest(files.length === 0 ? report.views.map(exitOf) : report.files.flatMap(exitsOfFile));
};

const NOTHING_BOUND = { ok: true, trust: {} } as const;

function wholePolicy({ compiled }: SoundPolicy): Pick<GapReport, 'policy' | 'views'> {
  const { policy, digest } = compiled.plan;
  const views = policyGaps(compiled.plan).map(({ view, gaps }) => ({
    name: view,
    gaps: gaps.map((each) => ({ ...each })),
  }));
  return { policy: { name: policy.name, version: policy.version, digest }, views };
}

interface Court {
  readonly policy: SoundPolicy;
  readonly options: JudgeOptions;
}

/** A file that cannot be read, or that we fail on, is told of; the others are examined all the same. */
async function examineFile(source: Source, { policy, options }: Court, io: CommandIo): Promise<ExaminedFile> {
  const file = source.name;
  if (source.kind === 'fault') return failed(file, source.text, io);
  try {
    const facts = factsOf(source.bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() });
    return { file, examination: await policy.compiled.verifier.examine(facts, options) };
  } catch (error) {
    return failed(file, `internal error on \`${file}\`: ${error instanceof Error ? error.message : String(error)}`, io);
  }
}

function failed(file: string, error: string, io: CommandIo): ExaminedFile {
  complain(io, error);
  return { file, error };
}

function exitOf({ gaps }: { readonly gaps: readonly unknown[] }): ExitCode {
  return gaps.length === 0 ? EXIT.fine : EXIT.rejected;
}

function exitsOfFile({ error, views }: GapReport['files'][number]): readonly ExitCode[] {
  return error === null ? views.map(exitOf) : [EXIT.undecided];
}
