import {
  counted,
  DEFAULT_LIMITS,
  type InspectedFile,
  inspect as inspectBytes,
  inspectionReport,
  nativeEngine,
  renderInspectionText,
} from '../../index.ts';
import { outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { EXIT } from './exit-code.ts';
import { type CommandIo, complain } from './io.ts';

/** `bootpol inspect FILE…`: the layers, signatures and coverage of each file. */
export const inspect: CommandRun = async (given, io) => {
  if (given.operands.filter((path) => path === '-').length > 1) {
    complain(io, 'standard input can be read once only');
    return EXIT.usage;
  }
  const json = given.values('format')[0] === 'json';
  const inspected: InspectedFile[] = [];
  for (const file of given.operands) {
    const one = await inspectOne(file, io);
    if (!json && 'inspection' in one) io.out(`${renderInspectionText(file, one.inspection, outPaint(io))}\n`);
    inspected.push(one);
  }
  io.out(json ? `${JSON.stringify(inspectionReport(inspected), null, 2)}\n` : summary(inspected));
  return inspected.some((one) => 'error' in one) ? EXIT.undecided : EXIT.fine;
};

async function inspectOne(file: string, io: CommandIo): Promise<InspectedFile> {
  const read = await io.read(file);
  if (!read.ok) return failed(file, `cannot read \`${file}\`: ${read.text}`, io);
  try {
    return { file, inspection: await inspectBytes(read.bytes, { limits: DEFAULT_LIMITS, engine: nativeEngine() }) };
  } catch (error) {
    return failed(file, `internal error on \`${file}\`: ${error instanceof Error ? error.message : String(error)}`, io);
  }
}

function failed(file: string, error: string, io: CommandIo): InspectedFile {
  complain(io, error);
  return { file, error };
}

function summary(inspected: readonly InspectedFile[]): string {
  const unread = inspected.filter((one) => 'error' in one).length;
  return `${counted(inspected.length, 'file')} inspected${unread === 0 ? '' : `, ${unread} of them unreadable`}\n`;
}
