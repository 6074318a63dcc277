import { z } from 'zod';
import { initrdFields } from './initrd-schema.ts';
import { skippedSchema } from './skipped-schema.ts';
import { VERDICTS } from '../contract/vocabulary.ts';

/**
 * What `bootpol gap --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed. Offsets and lengths are in bytes, counted from the start of the layer named beside them.
 */
const gapSchema = z.object({
  layer: z.string().describe('layer path, such as `uki/.initrd`'),
  kind: z.string(),
  sizeBytes: z.int().nonnegative(),
  uncoveredBytes: z.int().nonnegative(),
  offsetBytes: z.int().nonnegative().describe('the first uncovered byte'),
  because: z.enum(['hidden', 'unasked', 'incomplete', 'unreadable']),
  text: z.string(),
  lost: z
    .object({ layer: z.string(), signer: z.string().nullable().describe('RFC 4514') })
    .nullable()
    .describe('the signature that the view does not see'),
});

const viewSchema = z.object({
  name: z.string(),
  verdict: z.enum(VERDICTS),
  refusedBy: z.array(z.string()).describe('requirements that are not satisfied, or the reason why nothing is loaded'),
  loads: z.enum(['something', 'nothing']).describe('`nothing`: the file is refused before any requirement is asked'),
  gaps: z.array(gapSchema),
});

const fileSchema = z.object({
  file: z.string(),
  error: z.string().nullable().describe('why the file could not be read'),
  views: z.array(viewSchema),
});

const staticViewSchema = z.object({
  name: z.string(),
  gaps: z.array(
    z.object({
      path: z.string().describe('layer kinds, outermost first, such as `uki/initrd`; `file` for all of it'),
      because: z.enum(['unseen', 'unasked']),
    }),
  ),
});

export const gapReportSchema = z.object({
  version: z.literal(1),
  policy: z.object({
    name: z.string(),
    version: z.number().nullable(),
    digest: z.string().describe('SHA-256 of the compiled plan, lower-case hex'),
  }),
  views: z.array(staticViewSchema).describe('what the policy leaves unprotected whatever the file'),
  files: z.array(fileSchema),
  ...initrdFields,
  skipped: skippedSchema.describe('what directories and packages held besides').optional(),
});

export type GapReport = z.infer<typeof gapReportSchema>;
export type GapReportFile = z.infer<typeof fileSchema>;
