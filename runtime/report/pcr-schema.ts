import { z } from 'zod';
import { skippedSchema } from './skipped-schema.ts';

/**
 * What `bootpol pcr --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed.
 */
const valueSchema = z.object({
  bank: z.string(),
  phase: z.string().describe('phase path such as `enter-initrd:leave-initrd`; empty before the first phase'),
  pcr: z.literal(11),
  hash: z.string().describe('lower-case hex'),
});

const imageSchema = z.object({
  profile: z.int().nonnegative().nullable().describe('null in a UKI without profiles'),
  id: z.string().nullable().describe('ID of the profile'),
  title: z.string().nullable().describe('TITLE of the profile'),
  dtbauto: z
    .int()
    .nonnegative()
    .nullable()
    .describe('which `.dtbauto` the hardware selects, from 1; 0: none of them; null: there are none'),
  efifw: z.int().nonnegative().nullable().describe('the same for `.efifw`'),
  sections: z
    .array(z.object({ name: z.string(), sizeBytes: z.int().nonnegative().describe('in memory') }))
    .describe('what is measured, in order'),
  values: z.array(valueSchema),
});

const fileSchema = z.object({
  file: z.string(),
  error: z.string().nullable().describe('why nothing is predicted'),
  images: z.array(imageSchema).describe('every way in which the file can boot'),
  findings: z.array(z.object({ code: z.string(), text: z.string(), layer: z.string(), offsetBytes: z.int() })),
});

export const pcrReportSchema = z.object({
  version: z.literal(1),
  files: z.array(fileSchema),
  skipped: skippedSchema.describe('what directories and packages held besides').optional(),
});

export type PcrReport = z.infer<typeof pcrReportSchema>;
export type PcrReportFile = z.infer<typeof fileSchema>;
