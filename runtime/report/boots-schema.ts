import { z } from 'zod';
import { BOOT_STAGES, STAGE_VERDICTS } from '../trust/boot-stage.ts';
import { skippedSchema } from './skipped-schema.ts';

/**
 * What `bootpol boots --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed.
 */
const stageSchema = z.object({
  name: z.enum(BOOT_STAGES),
  program: z.string().describe('what the stage looks at: shim, the boot loader or the file'),
  verdict: z.enum(STAGE_VERDICTS),
  rule: z.string().nullable().describe('permanent code of the rule that refuses; null where none does'),
  reason: z.string().describe('how the program breaks the rule, or why it passes'),
  offsetBytes: z.int().nonnegative().nullable().describe('where in the program'),
  lengthBytes: z.int().nonnegative().nullable().describe('0: a place rather than a range'),
  source: z.string().nullable().describe('where the stage has the rule: file and function, or how it was measured'),
});

const fileSchema = z.object({
  file: z.string(),
  error: z.string().nullable().describe('why the file could not be read'),
  verdict: z.enum(['boots', 'refused', 'undecided']),
  refusal: stageSchema.nullable().describe('the first stage that refuses'),
  stages: z.array(stageSchema).describe('in the order of the walk; empty when the file could not be read'),
});

export const bootsReportSchema = z.object({
  version: z.literal(1),
  machine: z.string().describe('the machine file'),
  files: z.array(fileSchema),
  skipped: skippedSchema.describe('what directories and packages held besides').optional(),
});

export type BootsReport = z.infer<typeof bootsReportSchema>;
