import { mergeSimulations, type NamedReport, parseSimulationReport } from '../../index.ts';
import type { CommandRun } from './command.ts';
import type { CommandIo } from './io.ts';
import { groupByOf, outputFault, writeSimulation } from './simulate-output.ts';
import { usage } from './usage.ts';

/** `bootpol merge REPORT.json…`: joins what shards of one simulation have found. */
export const merge: CommandRun = async (given, io) => {
  if (given.operands.filter((operand) => operand === '-').length > 1) {
    return usage(io, 'standard input can be read once only');
  }
  const refused = outputFault(given, io);
  if (refused !== null) return usage(io, refused);
  const reports: NamedReport[] = [];
  for (const name of given.operands) {
    const read = await readReport(name, io);
    if ('fault' in read) return usage(io, read.fault);
    reports.push(read);
  }
  const merged = mergeSimulations(reports);
  if (!merged.ok) return usage(io, merged.text);
  const groupBy = groupByOf(given) ?? merged.report.groupBy;
  return writeSimulation({ ...merged.report, groupBy }, given, io);
};

async function readReport(name: string, io: CommandIo): Promise<NamedReport | { readonly fault: string }> {
  const read = await io.read(name);
  if (!read.ok) return { fault: `cannot read \`${name}\`: ${read.text}` };
  try {
    const parsed = parseSimulationReport(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(read.bytes)));
    return parsed.ok
      ? { name, report: parsed.report }
      : { fault: `\`${name}\` is no simulation report: ${parsed.text}` };
  } catch {
    return { fault: `\`${name}\` is no simulation report: it is not JSON` };
  }
}
