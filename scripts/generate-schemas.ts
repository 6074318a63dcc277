import { z } from 'zod';
import { machineFileSchema } from '../runtime/contract/machine-schema.ts';
import { bootsReportSchema } from '../runtime/report/boots-schema.ts';
import { costReportSchema } from '../runtime/report/cost-schema.ts';
import { checkReportSchema } from '../runtime/report/check-schema.ts';
import { comparisonReportSchema } from '../runtime/report/comparison-schema.ts';
import { footprintReportSchema } from '../runtime/report/footprint-schema.ts';
import { forgeReportSchema } from '../runtime/report/forge-schema.ts';
import { gapReportSchema } from '../runtime/report/gap-schema.ts';
import { inspectionReportSchema } from '../runtime/report/inspection-schema.ts';
import { policyTestReportSchema } from '../runtime/report/policy-test-schema.ts';
import { pcrReportSchema } from '../runtime/report/pcr-schema.ts';
import { repackReportSchema } from '../runtime/report/repack-schema.ts';
import { runBaselineSchema } from '../runtime/report/run-baseline.ts';
import { simulationReportSchema } from '../runtime/report/simulation-schema.ts';
import { verdictReportSchema } from '../runtime/report/verdict-schema.ts';

/** JSON Schemas of what the command line prints, and of the machine that it reads: `{ path: content }`. Readers must allow for fields added later. */
export function reportSchemas(): Readonly<Record<string, string>> {
  return {
    'docs/schemas/verify.schema.json': schemaText(verdictReportSchema, 'what `bootpol verify --format json` prints'),
    'docs/schemas/boots.schema.json': schemaText(bootsReportSchema, 'what `bootpol boots --format json` prints'),
    'docs/schemas/machine.schema.json': schemaText(machineFileSchema, 'what `bootpol boots --on` reads'),
    'docs/schemas/check.schema.json': schemaText(checkReportSchema, 'what `bootpol check --format json` prints'),
    'docs/schemas/compare.schema.json': schemaText(
      comparisonReportSchema,
      'what `bootpol compare --format json` prints',
    ),
    'docs/schemas/cost.schema.json': schemaText(costReportSchema, 'what `bootpol cost --format json` prints'),
    'docs/schemas/footprint.schema.json': schemaText(
      footprintReportSchema,
      'what `bootpol footprint --format json` prints',
    ),
    'docs/schemas/forge.schema.json': schemaText(forgeReportSchema, 'what `bootpol forge --format json` prints'),
    'docs/schemas/gap.schema.json': schemaText(gapReportSchema, 'what `bootpol gap --format json` prints'),
    'docs/schemas/inspect.schema.json': schemaText(
      inspectionReportSchema,
      'what `bootpol inspect --format json` prints',
    ),
    'docs/schemas/repack.schema.json': schemaText(repackReportSchema, 'what `bootpol repack --format json` prints'),
    'docs/schemas/test.schema.json': schemaText(policyTestReportSchema, 'what `bootpol test --format json` prints'),
    'docs/schemas/baseline.schema.json': schemaText(runBaselineSchema, 'what `--report baseline=FILE` writes'),
    'docs/schemas/simulate.schema.json': schemaText(
      simulationReportSchema,
      'what `bootpol simulate --format json` prints and `bootpol merge` reads',
    ),
    'docs/schemas/pcr.schema.json': schemaText(pcrReportSchema, 'what `bootpol pcr --format json` prints'),
  };
}

function schemaText(schema: z.ZodType, title: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}
