import { z } from 'zod';
import { madeFileSchema, madeLayerSchema } from './made-file-schema.ts';

/**
 * What `bootpol forge --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed. Sizes are in bytes, digests in lower-case hex.
 */
export const forgeReportSchema = z.object({
  version: z.literal(1),
  report: z.literal('forge'),
  kind: z.string().describe('of the image that was described'),
  written: madeFileSchema,
  signers: z
    .array(
      z.object({
        signer: z.string().describe('whom the certificate names'),
        certificate: z.string().nullable().describe('the file it was written to; null: not kept'),
      }),
    )
    .describe('those whose keys were thrown away'),
  encoders: z.array(z.object({ codec: z.string(), encoder: z.string() })).describe('of the compressions in the image'),
  layers: z.array(madeLayerSchema).describe('of the image as it is read back, outermost first'),
});

export type ForgeReport = z.infer<typeof forgeReportSchema>;
