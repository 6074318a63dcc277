import { z } from 'zod';
import { LAYER_KIND_NAMES } from '../contract/layer-kinds.ts';
import { CODECS, PROFILES, SCHEMES } from '../contract/vocabulary.ts';

/**
 * What `bootpol footprint --format json` prints: the published schema. Fields may be added under the same `version`,
 * never removed or changed.
 */
const viewSchema = z.object({
  name: z.string(),
  like: z.enum(PROFILES).describe('whose checking rules the view follows'),
  parsers: z.array(z.enum(LAYER_KIND_NAMES)).describe('layer kinds whose headers are parsed'),
  decoders: z.array(z.enum(CODECS)),
  schemes: z.array(z.enum(SCHEMES)).describe('how the signatures that it reads are laid down'),
  digests: z.array(z.string()).describe('digest algorithms that are taken'),
  keys: z.array(z.string()).describe('families of keys that are taken'),
});

const policySchema = z.object({
  file: z.string(),
  name: z.string(),
  version: z.number().nullable(),
  digest: z.string().describe('SHA-256 of the compiled plan, lower-case hex'),
  views: z.array(viewSchema),
});

export const footprintReportSchema = z.object({ version: z.literal(1), policies: z.array(policySchema) });

export type FootprintReport = z.infer<typeof footprintReportSchema>;
