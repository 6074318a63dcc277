import { z } from 'zod';
import { VERDICTS } from '../contract/vocabulary.ts';
import { initrdFields } from './initrd-schema.ts';
import { skippedSchema } from './skipped-schema.ts';

/**
 * What `bootpol verify --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed. Offsets and lengths are in bytes, counted from the start of the layer named beside them.
 */
const reasonSchema = z.object({
  code: z.string().describe('permanent code of the finding or rule'),
  text: z.string(),
  layer: z.string().describe('layer path, such as `uki/.linux/zboot`'),
  offsetBytes: z.int().nonnegative(),
  lengthBytes: z.int().nonnegative().describe('0: a place rather than a range'),
});

const requirementSchema = z.object({
  name: z.string().describe('`shape` for layers and bytes that the policy does not declare'),
  mode: z.enum(['require', 'forbid', 'warn']),
  layer: z.string(),
  outcome: z.enum(['satisfied', 'violated', 'undecided', 'waived', 'warned']),
  waiver: z.string().nullable().describe('why it was waived'),
  place: z.object({ file: z.string(), line: z.int().positive(), column: z.int().positive() }).nullable(),
  reasons: z.array(reasonSchema),
});

const viewSchema = z.object({
  name: z.string(),
  verdict: z.enum(VERDICTS),
  reasons: z.array(reasonSchema).describe('why the view as a whole refused'),
  requirements: z.array(requirementSchema),
});

const fileSchema = z.object({
  file: z.string(),
  sha256: z.string().nullable().describe('lower-case hex; null when the file could not be read'),
  verdict: z.enum(VERDICTS).describe('of the worst view'),
  error: z.string().nullable().describe('why the file could not be read'),
  views: z.array(viewSchema),
});

export const verdictReportSchema = z.object({
  version: z.literal(1),
  policy: z.object({
    name: z.string(),
    version: z.number().nullable(),
    description: z.string().nullable(),
    digest: z.string().describe('SHA-256 of the compiled plan, lower-case hex'),
  }),
  files: z.array(fileSchema),
  ...initrdFields,
  skipped: skippedSchema.describe('what directories and packages held besides').optional(),
});

export type VerdictReport = z.infer<typeof verdictReportSchema>;
export type VerdictReportFile = z.infer<typeof fileSchema>;
export type VerdictReportReason = z.infer<typeof reasonSchema>;
