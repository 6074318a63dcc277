import { footprintReport, type PlannedPolicy, renderFootprintText } from '../../index.ts';
import { outPaint } from './colour.ts';
import type { CommandRun } from './command.ts';
import { EXIT } from './exit-code.ts';
import { readPlans } from './plans.ts';
import { policyFiles } from './policy-paths.ts';

/** `bootpol footprint POLICY…`: what each view must carry to decide. */
export const footprint: CommandRun = async (given, io) => {
  const { files, isWhole } = policyFiles(given.operands, io);
  const read = await readPlans(files, io);
  if (!read.ok || !isWhole) return EXIT.usage;
  const policies = read.policies.map(({ file, compiled }): PlannedPolicy => ({ file, plan: compiled.plan }));
  const report = footprintReport(policies);
  const json = given.values('format')[0] === 'json';
  io.out(json ? `${JSON.stringify(report, null, 2)}\n` : renderFootprintText(report, outPaint(io)));
  return EXIT.fine;
};
