import { z } from 'zod';
import { madeFileSchema, madeLayerSchema } from './made-file-schema.ts';

/**
 * What `bootpol repack --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed. Sizes are in bytes, digests in lower-case hex.
 */
const encodingSchema = z.object({
  codec: z.string(),
  encoder: z.string().describe('the program with its version and options'),
  sizeBytes: z.int().nonnegative(),
  decodedBytes: z.int().nonnegative(),
  decodedSha256: z.string(),
});

const signatureSchema = z.object({
  on: z.string().describe('what was signed, in words'),
  signer: z.string().describe('whom the certificate names'),
  imageDigest: z.string().describe('Authenticode digest that the signature states'),
  by: z.enum(['key', 'token', 'attached']),
});

/** What a re-packed file breaks, in one word for each. */
const REPACK_WARNINGS = [
  'signature-broken-by-padding',
  'firmware-cannot-start',
  'reserves-too-little-memory',
  'larger-than-image-size',
  'pcrsig-stale',
] as const;

export const repackReportSchema = z.object({
  version: z.literal(1),
  report: z.literal('repack'),
  file: z.string(),
  before: z.object({
    kind: z.string(),
    arch: z.string().nullable(),
    sizeBytes: z.int().nonnegative(),
    sha256: z.string(),
  }),
  written: madeFileSchema.extend({
    holds: z.enum(['image', 'to-be-signed']).describe('`to-be-signed`: what the key of `waitsFor` must sign'),
  }),
  waitsFor: z
    .string()
    .nullable()
    .describe('whom the certificate names whose key is elsewhere; null when all is signed'),
  steps: z.array(z.object({ verb: z.string(), text: z.string() })).describe('what was done, in order, for people'),
  encoding: encodingSchema.nullable().describe('of the kernel, where it was packed anew'),
  signatures: z.array(signatureSchema).describe('those that were made, from the inside to the outside'),
  pcr11: z
    .object({ before: z.string().nullable(), after: z.string().nullable() })
    .nullable()
    .describe('SHA-256 values before any boot phase; null unless they differ'),
  warnings: z.array(z.object({ code: z.enum(REPACK_WARNINGS), text: z.string() })),
  layers: z.array(madeLayerSchema).describe('of the new file as it is read back, outermost first'),
});

export type RepackReport = z.infer<typeof repackReportSchema>;
