import { z } from 'zod';
import { PROFILES } from '../contract/vocabulary.ts';
import { skippedSchema } from './skipped-schema.ts';

/**
 * What `bootpol compare --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed.
 */
const enforcerSchema = z.object({
  name: z.enum(PROFILES),
  verdict: z.enum(['accept', 'reject', 'would-crash']),
  rule: z.string().nullable().describe('permanent code of the rule that makes the difference; null for `accept`'),
  reason: z.string().nullable().describe('how this file breaks it'),
  offsetBytes: z.int().nonnegative().nullable().describe('where in the file'),
  lengthBytes: z.int().nonnegative().nullable().describe('0: a place rather than a range'),
  source: z.string().nullable().describe('where the enforcer has the rule: file and function, or how it was measured'),
});

const fileSchema = z.object({
  file: z.string(),
  error: z.string().nullable().describe('why the file could not be read'),
  enforcers: z.array(enforcerSchema).describe('empty when the file could not be read'),
});

export const comparisonReportSchema = z.object({
  version: z.literal(1),
  files: z.array(fileSchema),
  skipped: skippedSchema.describe('what directories and packages held besides').optional(),
});

export type ComparisonReport = z.infer<typeof comparisonReportSchema>;
