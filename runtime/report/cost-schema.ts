import { z } from 'zod';

/**
 * What `bootpol cost --format json` prints: the published schema. Fields may be added under the same `version`, never
 * removed or changed.
 */
const timeSchema = z.object({
  decoder: z.string().describe('the program with its version, or bootpol'),
  medianMilliseconds: z.number().nonnegative(),
  spreadMilliseconds: z.number().nonnegative().describe('half of what lies between the fastest and the slowest run'),
});

const codecSchema = z.object({
  codec: z.string(),
  error: z.string().nullable().describe('why it was not measured'),
  encoder: z.string().nullable().describe('the program with its version and options'),
  sizeBytes: z.int().nonnegative().nullable(),
  ratio: z.number().nonnegative().nullable().describe('of the decoded size'),
  native: timeSchema.nullable().describe('by a program of the system, with the time that its start takes'),
  own: timeSchema.nullable().describe('by the portable decoder of bootpol'),
});

const payloadSchema = z.object({
  layer: z.string(),
  sizeBytes: z.int().nonnegative().describe('decoded'),
  packed: z.object({ codec: z.string(), sizeBytes: z.int().nonnegative() }).nullable().describe('as it is in the file'),
  codecs: z.array(codecSchema),
});

export const costReportSchema = z.object({
  version: z.literal(1),
  runs: z.int().positive().describe('how many times everything was decoded'),
  toolStartMilliseconds: z.number().nonnegative().nullable().describe('what starting a program alone takes'),
  files: z.array(z.object({ file: z.string(), error: z.string().nullable(), payloads: z.array(payloadSchema) })),
});

export type CostReport = z.infer<typeof costReportSchema>;
export type CostPayload = z.infer<typeof payloadSchema>;
export type CodecCost = z.infer<typeof codecSchema>;
export type DecodeTime = z.infer<typeof timeSchema>;
