import { z } from 'zod';

/**
 * What `bootpol check --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed. Lines and columns count from 1, columns in code points; the end is exclusive.
 */
const regionSchema = z.object({
  file: z.string(),
  line: z.int().positive(),
  column: z.int().positive(),
  endLine: z.int().positive(),
  endColumn: z.int().positive(),
});

const diagnosticSchema = z.object({
  code: z.string().describe('permanent; `bootpol explain CODE` tells more of it'),
  severity: z.enum(['error', 'warning']),
  title: z.string(),
  places: z.array(regionSchema.extend({ text: z.string() })).describe('the primary place first'),
  notes: z.array(z.string()),
  help: z.string().nullable(),
  fix: z
    .object({
      ...regionSchema.shape,
      replacement: z.string(),
      certainty: z.enum(['certain', 'likely']).describe('`certain`: `check --fix` writes it'),
    })
    .nullable(),
  allowed: z.string().nullable().describe('why the policy allows it; null: it does not'),
});

const checkedSchema = z.object({
  file: z.string(),
  error: z.string().nullable().describe('why the file could not be read or written'),
  policy: z
    .object({ name: z.string(), version: z.number().nullable(), digest: z.string() })
    .nullable()
    .describe('null where there are errors'),
  diagnostics: z.array(diagnosticSchema),
});

export const checkReportSchema = z.object({ version: z.literal(1), policies: z.array(checkedSchema) });

export type CheckReport = z.infer<typeof checkReportSchema>;
export type CheckReportDiagnostic = z.infer<typeof diagnosticSchema>;
