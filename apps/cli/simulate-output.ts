import {
  type GroupBy,
  plainPaint,
  renderSimulationHtml,
  renderSimulationMarkdown,
  renderSimulationText,
  simulationLine,
  type SimulationReport,
} from '../../index.ts';
import type { Arguments } from './command.ts';
import { outPaint } from './colour.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';
import { skippedText } from './sources.ts';

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
  return report.files.some(({ error }) => error !== null) ? EXIT.undecided : EXIT.fine;
}

function rendered(report: SimulationReport, given: Arguments, paint: typeof plainPaint): string {
  switch (formatOf(given)) {
    case 'text': {
      const detail = given.has('explain') ? 'explain' : 'brief';
      return `${renderSimulationText(report, { paint, detail })}${skippedText(report.skipped)}`;
    }
    case 'json':
      return `${JSON.stringify(report, null, 1)}\n`;
    case 'markdown':
      return renderSimulationMarkdown(report);
    case 'html':
      return renderSimulationHtml(report);
  }
}
