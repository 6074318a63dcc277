import {
  type GroupBy,
  plainPaint,
  renderSimulationHtml,
  renderSimulationMarkdown,
  renderSimulationText,
  runOfSimulation,
  type RunReport,
  simulationLine,
  type SimulationReport,
} from '../../index.ts';
import type { Arguments } from './command.ts';
import { outPaint } from './colour.ts';
import { EXIT, type ExitCode, gravest } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { renderRun, type ReportTarget, targetsOf, writeTargets } from './reports.ts';
import { skippedText } from './sources.ts';
import { sha256Hex } from './sha256.ts';

type Format = 'text' | 'json' | 'markdown' | 'html';

/** The format that is asked for: by name, or by how the name of the output ends; text otherwise. */
export function formatOf(given: Arguments): Format {
  const [named] = given.values('format');
  const [, suffix = ''] = /(\.\w+)$/.exec(given.values('output')[0] ?? '') ?? [];
  return FORMATS.find((format) => format === named) ?? SUFFIXES[suffix] ?? 'text';
}

const FORMATS = ['text', 'json', 'markdown', 'html'] as const;
const SUFFIXES: Readonly<Record<string, Format>> = { '.html': 'html', '.json': 'json', '.md': 'markdown' };

/** What the report is to be grouped by; null when nothing is asked for. */
export function groupByOf(given: Arguments): GroupBy | null {
  return GROUPS.find((group) => group === given.values('group-by')[0]) ?? null;
}

const GROUPS = ['arch', 'compression', 'package'] as const;

/** Why the output cannot be where it is asked for, told before the work is done; null when nothing is in the way. */
export function outputFault(given: Arguments, io: CommandIo): string | null {
  const targets = targetsOf(given);
  if ('fault' in targets) return targets.fault;
  if (targets.some(({ format }) => format === 'baseline'))
    return 'a simulation is compared with a policy: `--baseline POLICY`';
  const [path] = given.values('output');
  if (path === undefined || path === '-' || given.has('force')) return null;
  return io.readHead(path, 0).ok ? `\`${path}\` exists; \`--force\` replaces it` : null;
}

/** Writes a whole report where and as it is asked for. */
export function writeSimulation(report: SimulationReport, given: Arguments, io: CommandIo): ExitCode {
  const [path = '-'] = given.values('output');
  const paint = path === '-' ? outPaint(io) : plainPaint;
  const text = rendered(report, given, paint);
  if (path === '-') {
    io.out(text);
  } else {
    const fault = io.write(path, new TextEncoder().encode(text), given.has('force') ? 'replace' : 'new');
    if (fault !== null) {
      complain(io, `cannot write \`${path}\`: ${fault}`);
      return EXIT.usage;
    }
    io.out(`\`${path}\`: ${simulationLine(report)}`);
  }
  return endOf(report, given, io);
}

/** Writes what `--report` asks for, and says how the run ends. */
export function endOf(report: SimulationReport, given: Arguments, io: CommandIo): ExitCode {
  const unread = report.files.some(({ error }) => error !== null);
  return gravest([writeReports(report, given, io), unread ? EXIT.undecided : EXIT.fine]);
}

function writeReports(report: SimulationReport, given: Arguments, io: CommandIo): ExitCode {
  const targets = targetsOf(given);
  if ('fault' in targets) return EXIT.usage;
  if (targets.length === 0) return EXIT.fine;
  const run = runOfSimulation(report, sha256Hex);
  return writeTargets(targets, (format) => reported(report, run, format), io);
}

function reported(report: SimulationReport, run: RunReport, format: ReportTarget['format']): string {
  switch (format) {
    case 'json':
      return jsonText(report);
    case 'markdown':
      return renderSimulationMarkdown(report);
    case 'baseline':
      throw new Error('a simulation is compared with a policy');
    default:
      return renderRun(run, format);
  }
}

function jsonText(report: SimulationReport): string {
  return `${JSON.stringify(report, null, 1)}\n`;
}

function rendered(report: SimulationReport, given: Arguments, paint: typeof plainPaint): string {
  switch (formatOf(given)) {
    case 'text': {
      const detail = given.has('explain') ? 'explain' : 'brief';
      return `${renderSimulationText(report, { paint, detail })}${skippedText(report.skipped)}`;
    }
    case 'json':
      return jsonText(report);
    case 'markdown':
      return renderSimulationMarkdown(report);
    case 'html':
      return renderSimulationHtml(report);
  }
}
